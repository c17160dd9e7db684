"""Whether the list of rules lets somebody have access: asked when access is approved, and when it is given back.

No visit is asked for, so what is judged is the person: bans, and no contact orders with the individual whom the request
names.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from backend.access.views import AccessNow, RequestView
from backend.accounts import service as accounts
from backend.db import Tx
from backend.errors import Problem, Reason
from backend.facilities import service as facilities
from backend.facilities.policy import VISIT_TYPES, policy_on
from backend.restrictions.models import Restriction
from backend.roster import service as roster
from backend.visits import barring
from backend.visits.rules import broken_at_approval
from backend.visits.rules.facts import Facts


def refuse_restricted(tx: Tx, request: RequestView, otherwise: str) -> None:
    """Refuse access for somebody who is restricted, with every reason; ``otherwise`` is what an officer does instead.

    The caller shares the facility, or has it alone. Raises ``visitor_restricted`` (409).
    """
    if reasons := broken(tx, request.account_id, request.facility_id, request.individual_name):
        raise Problem(
            reasons[0].code,
            409,
            "This visitor is restricted here.",
            " ".join(reason.sentence for reason in reasons) + f" End what does not hold any more, or {otherwise}.",
            reasons=reasons,
        )


def broken(tx: Tx, account_id: str, facility_id: str, individual_name: str) -> tuple[Reason, ...]:
    """Return why an account that names an individual has no access to a facility, in words for officers."""
    facility = facilities.get(tx, facility_id)
    account = accounts.account(tx, account_id)
    zone = ZoneInfo(facility.zone or "UTC")
    today = tx.now.astimezone(zone).date()
    barred = barring.gather(
        tx,
        facility_id=facility_id,
        individual_id=None,
        visit_type=None,
        lead_visitor=account,
        today=today,
        but=lambda one: _is_of_another(tx, one, individual_name),
    )
    if not barred.lead_visitor:
        return ()
    return broken_at_approval(
        Facts(
            now=tx.now,
            zone=zone,
            # of whichever type: no rule about a visit is judged
            policy=policy_on(tx, facility_id, VISIT_TYPES[0], today),
            bookable=facility.zone is not None,
            access=AccessNow(None),
            individual=None,
            duration_minutes=0,
            lead_visitor_bars=barred.lead_visitor,
            approving=True,
        )
    )


def _is_of_another(tx: Tx, restriction: Restriction, individual_name: str) -> bool:
    """Say whether a no contact order is about somebody other than whom a request names, typos forgiven."""
    if restriction.individual_id is None:
        return False
    return not roster.is_meant(tx, restriction.facility_id, restriction.individual_id, individual_name)
