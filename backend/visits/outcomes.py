"""What became of a visit, recorded by code once it has begun, and put right where the code was wrong (RULES section 8).

What the facility causes brings everything back to where it came from, whenever it is recorded: that the individual was
not brought, and a technical failure. One reading: a visit that staff ended is not of that kind by itself, for mostly it
is ended for what somebody did; where a lockdown or another event of the facility ended it, the individual was not
available, and that is what is recorded. What came back is not taken again when an outcome is put right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from backend.audit import service as audit
from backend.changes import service as changes
from backend.db import Tx
from backend.errors import Problem, Reason
from backend.money import returns
from backend.security import Actor
from backend.timetables.wall_clock import day_words
from backend.visits import quotas
from backend.visits.models import Visit
from backend.visits.service import fees_of
from backend.visits.standing import of_facility, to_change

Outcome = Literal[
    "completed",
    "visitor_missed",
    "individual_refused",
    "individual_unavailable",
    "ended_early",
    "ended_by_staff",
    "technical_failure",
]
"""``ended_early`` is by the visitor."""
FACILITY_CAUSED: Final = {
    "individual_unavailable": "The facility could not bring the person to the visit on {day}.",
    "technical_failure": "The visit on {day} failed for a technical reason.",
}
"""Outcomes after which everything comes back, and what the visitor is told."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A visit whose outcome was recorded, and the payment that has to be sent back, if any."""

    visit_id: str
    payment_id: str | None


def record(tx: Tx, actor: Actor, visit_id: str, outcome: Outcome, note: str | None = None) -> Recorded:
    """Record what became of a visit of the officer's facility, or put that right; the same again changes nothing.

    ``note`` is for the trace. Raises ``not_found`` (404), ``visit_already_cancelled`` or ``visit_not_begun`` (409).
    """
    visit = to_change(tx, of_facility(tx, actor, visit_id))
    if why := _why_not(tx, visit):
        raise Problem(why.code, 409, why.sentence, "Nothing was changed.", reasons=(why,))
    if visit.status == outcome:
        return Recorded(visit.id, None)
    before, visit.status = visit.status, outcome
    tx.session.add(visit)
    tx.session.flush()
    payment_id, returned = _give_back(tx, visit, outcome)
    audit.record(
        tx,
        actor,
        audit.facility_chain(visit.facility_id),
        action="outcome recorded",
        subject=f"visit:{visit.id}",
        what={"reference": visit.reference, "before": before, "outcome": outcome, "comes_back": returned},
        why=note,
    )
    stream = changes.account_stream(visit.account_id)
    changes.announce(tx, stream, "visit", visit.id)
    if returned:
        changes.announce(tx, stream, "payment", payment_id or visit.id)
    changes.announce(tx, changes.facility_stream(visit.facility_id), "visit", visit.id)
    return Recorded(visit.id, payment_id)


def _why_not(tx: Tx, visit: Visit) -> Reason | None:
    if visit.status == "cancelled":
        return Reason("visit_already_cancelled", "This visit is cancelled.")
    if tx.now < visit.starts_at:
        return Reason("visit_not_begun", "This visit has not begun yet.")
    return None


def _give_back(tx: Tx, visit: Visit, outcome: Outcome) -> tuple[str | None, int]:
    """Let everything come back that has not yet, if the facility caused it: money, and what counts towards quotas.

    Return the payment and the amount.
    """
    if outcome not in FACILITY_CAUSED:
        return None, 0
    quotas.give_back(tx, visit.id)
    said = FACILITY_CAUSED[outcome].format(day=day_words(visit.local_date))
    shares = returns.give_back(tx, visit.id, fees_of(visit), said, "facility")
    payment_id = next((share.payment_id for share in shares if share.payment_id is not None), None)
    return payment_id, sum(share.fees.total_minor for share in shares)
