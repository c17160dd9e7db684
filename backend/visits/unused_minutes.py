"""Minutes that were paid for and not used come back, once a visit, within a day of it (RULES section 7).

They are counted as soon as the video service has reported both sides of a visit that has ended. Where it has not,
nothing says that any minute was used, so after 23 hours nothing is kept for minutes: a charge for a visit that may
never have happened is worse than one that is missing, and ``visitdesk-server doctor`` tells the operator of it. What is
left of the price is exactly that of the used minutes, with its transaction fee and its tax.

Runs beside the requests, a transaction a visit: its money goes back by the same way as any other.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from backend.audit import service as audit
from backend.changes import service as changes
from backend.context import Context
from backend.db import Tx
from backend.facilities.prices import PriceLine
from backend.money import returns
from backend.money.ledger import Fees
from backend.money.returns import Share
from backend.notices import service as notices
from backend.security import SERVER, Actor
from backend.sql import Sql, Value
from backend.timetables.wall_clock import day_words
from backend.types import microseconds
from backend.visits import connections, repository
from backend.visits.connections import SIDES, Span, used_minutes
from backend.visits.models import TO_COUNT, Visit
from backend.visits.standing import to_change

log = logging.getLogger(__name__)

EVERY: Final = 60.0
"""Seconds between two rounds."""
WAITS: Final = timedelta(hours=23)
"""How long after its end a visit waits for a report: an hour less than what is promised."""
TOLD_FOR: Final = timedelta(days=30)
"""How long an operator is told of visits that were not reported."""
AT_ONCE: Final = 100
OWN: Final = ("card", "balance", "credit")
"""What comes back to one of these is the visitor's own, and told to them."""
_BOTH_SIDES: Final = " AND ".join(
    f"EXISTS (SELECT 1 FROM connection c WHERE c.visit_id = visit.id AND c.side = '{side}')"  # noqa: S608  # constants
    for side in SIDES
)
_DUE: Final = Sql(
    f"SELECT id FROM visit WHERE {TO_COUNT} AND ends_at <= :now AND id > :after"  # noqa: S608  # constants
    f" AND (ends_at <= :late OR ({_BOTH_SIDES})) ORDER BY id LIMIT :most"
)
_WAITING: Final = Sql(
    f"SELECT COUNT(*) FROM visit WHERE {TO_COUNT} AND ends_at <= :now AND NOT ({_BOTH_SIDES})"  # noqa: S608  # constants
)
_UNREPORTED: Final = Sql(
    "SELECT facility.name, COUNT(*) FROM visit JOIN facility ON facility.id = visit.facility_id"  # noqa: S608  # constants
    f" WHERE used_minutes = 0 AND ends_at > :since AND NOT ({_BOTH_SIDES})"
    " GROUP BY facility.id, facility.name ORDER BY facility.name, facility.id"
)


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of a visit's minutes."""

    reference: str
    booked: int
    used: int
    was_reported: bool
    back: tuple[Share, ...]
    currency: str

    @property
    def back_minor(self) -> int:
        """What comes back in all, in minor units."""
        return sum(share.fees.total_minor for share in self.back)


async def count_minutes(context: Context) -> None:
    """Give unused minutes back, round after round, until cancelled."""
    while True:
        await one_round(context)
        await asyncio.sleep(EVERY)


async def one_round(context: Context) -> int:
    """Count the minutes of every visit that is due. Return how many they were."""
    found, after = 0, ""
    while True:
        ids = await context.db.read(partial(due, after=after))
        for visit_id in ids:
            work = context.db.write(partial(count, actor=SERVER, visit_id=visit_id))
            (outcome,) = await asyncio.gather(work, return_exceptions=True)
            if isinstance(outcome, BaseException):  # one that cannot be counted must not keep the others from it
                log.error("the minutes of visit %s could not be counted", visit_id, exc_info=outcome)
        found += len(ids)
        if len(ids) < AT_ONCE:
            return found
        after = ids[-1]


def due(tx: Tx, after: str = "") -> Sequence[str]:
    """Return the next visits (ids, behind ``after``) whose minutes are to be counted now."""
    said: dict[str, Value] = {
        "now": microseconds(tx.now),
        "late": microseconds(tx.now - WAITS),
        "after": after,
        "most": AT_ONCE,
    }
    return [str(row[0]) for row in tx.run(_DUE, said)]


def waiting(tx: Tx) -> int:
    """Return how many visits by the minute are over and not reported, with all of their minutes still paid."""
    number: int = tx.run(_WAITING, {"now": microseconds(tx.now)})[0][0]
    return number


def unreported(tx: Tx) -> Sequence[tuple[str, int]]:
    """Return how many visits of the last days had all minutes back for want of a report, by the facility's name."""
    return [(name, number) for name, number in tx.run(_UNREPORTED, {"since": microseconds(tx.now - TOLD_FOR)})]


def count(tx: Tx, actor: Actor, visit_id: str) -> Counted | None:
    """Count the minutes of a visit by the minute that is due, once, and let what was not used come back.

    Return None where nothing is to count: it was done before, is too early, or the visit was cancelled.
    """
    shown = repository.visit(tx, visit_id)
    visit = None if shown is None else to_change(tx, shown)
    if visit is None or visit.per_minute_minor is None or visit.used_minutes is not None or visit.status == "cancelled":
        return None
    spans = connections.of_visit(tx, visit.id)
    reported = all(spans[side] for side in SIDES)
    if tx.now < visit.ends_at or not (reported or tx.now >= visit.ends_at + WAITS):
        return None
    used = used_minutes(Span(visit.starts_at, visit.ends_at), spans["visitor"], spans["individual"])
    visit.used_minutes = used
    tx.session.add(visit)
    tx.session.flush()
    said = _sentence(visit, used, reported=reported)
    back = returns.give_back(tx, visit.id, unused(visit, used), said, "unused_minutes")
    counted = Counted(visit.reference, visit.duration_minutes, used, reported, back, visit.currency)
    _tell(tx, actor, visit, counted, said)
    return counted


def unused(visit: Visit, used: int) -> Fees:
    """Return what the unused minutes of a visit cost, by the price it was booked at, with their part of its tax."""
    line = PriceLine(
        visit.session_fee_minor,
        visit.transaction_fee_minor,
        visit.currency,
        visit.per_minute_minor,
        visit.tax_basis_points,
    )
    rest = line.used(used)
    return Fees(
        line.session_fee_minor - rest.session_fee_minor, 0, visit.currency, tax_minor=line.tax_minor - rest.tax_minor
    )


def _sentence(visit: Visit, used: int, *, reported: bool) -> str:
    day, booked = day_words(visit.local_date), visit.duration_minutes
    if not reported:
        return f"Nobody reported that both sides were connected on {day}, so all {booked} minutes come back."
    if used == 0:
        return f"The two sides were never connected at once on {day}, so all {booked} minutes come back."
    return f"{used} of the {booked} minutes on {day} were used; the other {booked - used} come back."


def _tell(tx: Tx, actor: Actor, visit: Visit, counted: Counted, said: str) -> None:
    audit.record(
        tx,
        actor,
        audit.facility_chain(visit.facility_id),
        action="minutes counted",
        subject=f"visit:{visit.id}",
        what={
            "reference": visit.reference,
            "booked": counted.booked,
            "used": counted.used,
            "reported": counted.was_reported,
            "comes_back": counted.back_minor,
        },
    )
    stream = changes.account_stream(visit.account_id)
    changes.announce(tx, stream, "visit", visit.id)
    for share in counted.back:
        if share.payment_id is not None:
            changes.announce(tx, stream, "payment", share.payment_id)
    own = [share for share in counted.back if share.fee_source in OWN]
    if own:
        notices.post(
            tx,
            "money_back",
            visit.account_id,
            repository.email_of(tx, visit.account_id),
            {
                "said": said,
                "amount_minor": sum(share.fees.total_minor for share in own),
                "currency": visit.currency,
                "to": " and ".join(share.label for share in own),
            },
        )
