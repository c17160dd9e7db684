"""Who is not held at a facility any more, and their visits (RULES section 6).

By the facility's policy the visits that begin after now are flagged for a person to look at, or cancelled because of
the facility, so that everything comes back; the money is sent back after the commit. What has begun never changes.
Somebody who comes back loses the flag; what was cancelled stays cancelled. Visits of somebody whose housing unit has
changed follow into the new one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from backend.db import Tx
from backend.facilities import service as facilities
from backend.facilities.policy import facility_policy_on, local_today
from backend.roster import importer
from backend.roster.importer import Plan, Report
from backend.roster.loading import Loaded
from backend.security import Actor
from backend.visits import flags, rehousing, repository
from backend.visits.cancelling import cancel_for_facility
from backend.visits.flags import FlagKind

GONE: Final[tuple[FlagKind, ...]] = ("released", "moved")
TOLD: Final = "The person you want to visit is not at this facility any more."
"""To the visitor, who has access to the facility."""


@dataclass(slots=True)
class Consequences:
    """What became of visits: how many were flagged, cancelled, are flagged no more, and are too many."""

    flagged: int = 0
    cancelled: int = 0
    unflagged: int = 0
    above: int = 0
    """Visits above the places of a housing unit that somebody moved into or out of; the latest of them are flagged."""


def load(
    tx: Tx,
    actor: Actor,
    planned: Plan,
    progress: Callable[[int, int], None],
    *,
    complete: bool = False,
    sure: bool = False,
) -> tuple[Report, Consequences]:
    """Load a roster as :func:`backend.roster.importer.apply` does, and see to the visits of who is gone or back."""
    report = importer.apply(tx, actor, planned, progress, complete=complete, sure=sure)
    became = Consequences()
    for facility_id, loaded in report.by_facility.items():
        see_to_visits(tx, actor, facility_id, loaded, became)
    return report, became


def see_to_visits(tx: Tx, actor: Actor, facility_id: str, loaded: Loaded, became: Consequences) -> None:
    """Flag or cancel the visits of who is gone, take the flags off those of who is back, and count it in ``became``.

    The caller's transaction has loaded the roster, and so has the facility alone.
    """
    facility = facilities.get(tx, facility_id)
    policy = facility_policy_on(tx, facility_id, local_today(facility, tx.now))
    for one in loaded.gone:
        for kind in GONE:
            if kind != one.status:
                became.unflagged += flags.take_down(tx, kind, one.individual_id)
        visits = repository.standing_after_now(tx, facility_id, one.individual_id)
        if policy.when_gone == "cancel":
            for visit in visits:
                cancel_for_facility(tx, actor, visit.id, TOLD)
            became.cancelled += len(visits)
        else:
            became.flagged += flags.put_up(
                tx, visits, "moved" if one.status == "moved" else "released", one.individual_id
            )
    for individual_id in loaded.back:
        became.unflagged += sum(flags.take_down(tx, kind, individual_id) for kind in GONE)
    followed = rehousing.follow(tx, facility_id, loaded.rehoused)
    became.flagged += followed.flagged
    became.unflagged += followed.unflagged
    became.above += followed.above
