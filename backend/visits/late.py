"""Whether a booking whose payment has gone through has its place: kept all along, taken again, or lost.

While its place is kept, only what cancels visits too stands in its way: the end of its time, a blackout, and an
individual who is gone where the facility cancels their visits. After that it is asked for anew, under all the rules of
now. Whoever let go of it meanwhile does not expect the visit any more.
"""

from __future__ import annotations

from backend.db import Tx
from backend.facilities import service as facilities
from backend.facilities.policy import facility_policy_on, local_today
from backend.roster import service as roster
from backend.visits import closing, quanta, repository
from backend.visits.asked import Asked
from backend.visits.ground import lay
from backend.visits.holds import wanted_of
from backend.visits.judging import judge_asked, with_companions
from backend.visits.models import Hold
from backend.visits.owned import own
from backend.visits.rules import broken_rules


def has_place(tx: Tx, asked: Asked) -> bool:
    """Say whether a booking has its place, which is kept for good then; one that it has not any more is taken again.

    The caller has locked the account and shares the facility.
    """
    hold = repository.hold(tx, asked.booking_id)
    if hold is None:
        return False
    has = own(tx, asked.booking_id)
    is_there = asked.still_kept(tx.now) and quanta.has_all(tx, has, asked.booking)
    if is_there and quanta.keep(tx, has, asked.booking_id, None):
        return tx.now < asked.ends_at and not _is_closed(tx, asked) and not _is_gone(tx, asked)
    return _take_again(tx, asked, hold)


def _is_closed(tx: Tx, asked: Asked) -> bool:
    """Say whether the time was blacked out while it was paid for."""
    return closing.is_closed(
        tx,
        asked.facility_id,
        visit_type=asked.visit_type,
        individual_id=asked.individual_id,
        starts_at=asked.starts_at,
        ends_at=asked.ends_at,
    )


def _is_gone(tx: Tx, asked: Asked) -> bool:
    """Say whether the individual is not held any more, at a facility that cancels the visits of who is gone."""
    individual = roster.individual(tx, asked.individual_id)
    if individual is not None and individual.status == "held":
        return False
    facility = facilities.get(tx, asked.facility_id)
    return facility_policy_on(tx, facility.id, local_today(facility, tx.now)).when_gone == "cancel"


def _take_again(tx: Tx, asked: Asked, hold: Hold) -> bool:
    """Take the place again for good, under the rules and limits of now; what was overridden ended with the hold.

    The individual is not locked: what the booking spends of quotas is in the ledger since its payment began, so whoever
    books them meanwhile has counted it.
    """
    ground = lay(tx, asked.account_id, wanted_of(hold))
    facts, limits = judge_asked(tx, ground, asked.starts_at, hold)
    if broken_rules(with_companions(ground, facts, [one.name for one in asked.attendees])):
        return False
    try:
        with tx.savepoint():
            quanta.free(tx, asked.booking_id)
            if quanta.take(tx, ground.booking(asked.booking_id, asked.starts_at, limits), None) is not None:
                raise _SomebodyWasQuickerError
    except _SomebodyWasQuickerError:
        return False
    return True


class _SomebodyWasQuickerError(Exception):
    """A unique key refused a place that the rules still saw as free."""
