"""How a visit is joined, and what is told of it in notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from backend.db import Tx
from backend.facilities import service as facilities
from backend.facilities.policy import VisitPolicy, as_visit_type, policy_on
from backend.roster import service as roster
from backend.visits import repository
from backend.visits.models import Visit

REMOTE: Final = "remote"


@dataclass(frozen=True, slots=True)
class JoinView:
    """How to join a visit: a sentence, a link or a place, and from when (UTC)."""

    how: str
    link: str | None
    place: str | None
    opens_at: datetime


def policy_of(tx: Tx, visit: Visit) -> VisitPolicy:
    """Return the policy that a visit was confirmed under: what was promised then is kept."""
    visit_type = as_visit_type(visit.visit_type)
    if visit_type is None:
        raise AssertionError(f"visit {visit.id} is of no known type")
    return policy_on(tx, visit.facility_id, visit_type, visit.confirmed_at.astimezone(repository.zone_of(visit)).date())


def join_of(visit: Visit, policy: VisitPolicy) -> JoinView:
    """Return how, where and from when (UTC) a visit is joined."""
    opens_at = visit.starts_at - timedelta(minutes=policy.join_opens_minutes_before)
    if visit.visit_type == REMOTE:
        device = "a phone, tablet or computer with a camera"
        how = (
            f"Open the link on {device}."
            if policy.join_link
            else f"The facility sends you a link; open it on {device}."
        )
        return JoinView(how, policy.join_link, policy.join_place, opens_at)
    how = "Come to the facility and bring the ID that you gave in your account."
    return JoinView(how, None, policy.join_place, opens_at)


def notice_data(tx: Tx, visit: Visit) -> dict[str, object]:
    """Return what a notice of ``visit`` is written from, as JSON."""
    individual = roster.individual(tx, visit.individual_id)
    join = join_of(visit, policy_of(tx, visit))
    opens = join.opens_at.astimezone(repository.zone_of(visit))
    return {
        "visit_id": visit.id,
        "reference": visit.reference,
        "facility": facilities.ref(tx, visit.facility_id).name,
        "visit_type": visit.visit_type,
        "individual_name": roster.name_of(individual) if individual else "",
        "starts_at": visit.starts_at.isoformat(),
        "ends_at": visit.ends_at.isoformat(),
        "zone": visit.zone,
        "how": " ".join(
            part
            for part in (join.how, join.link, join.place, f"It opens at {opens:%H:%M} {opens.tzname()}.")
            if part is not None
        ),
        "total_minor": visit.session_fee_minor + visit.transaction_fee_minor + visit.tax_minor,
        "changes": visit.changes,
        "made_at": tx.now.isoformat(),
    }
