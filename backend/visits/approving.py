"""Approving access runs the one list of rules as well (RULES section 1).

No visit is asked for yet, so what is judged is the person: bans, and no contact orders with the individual whom the
request names. An officer is refused with every reason in full; the server itself leaves such a request to an officer,
and the visitor only sees that it is pending.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from backend.access import desk
from backend.access import service as access
from backend.access.desk import Decision
from backend.access.views import AccessNow, AccessView, RequestView
from backend.accounts import service as accounts
from backend.db import Tx
from backend.errors import Problem, Reason
from backend.facilities import service as facilities
from backend.facilities.policy import VISIT_TYPES, policy_on
from backend.restrictions.models import Restriction
from backend.roster import service as roster
from backend.security import Actor
from backend.visits import access_changes, barring
from backend.visits.rules import broken_at_approval
from backend.visits.rules.facts import Facts


def decide(
    tx: Tx, actor: Actor, access_id: str, decision: Decision, *, version: int, reason: str | None = None
) -> RequestView:
    """Approve or deny a request as :func:`backend.access.desk.decide` does.

    Raises ``visitor_restricted`` (409) too, with every reason in words for officers.
    """
    request = desk.find(tx, actor, access_id)
    if decision == "approved" and request.status == "pending":
        facilities.share(tx, request.facility_id)
        if reasons := _broken(tx, request.account_id, request.facility_id, request.individual_name):
            raise Problem(
                reasons[0].code,
                409,
                "This visitor is restricted here.",
                " ".join(reason.sentence for reason in reasons)
                + " End what does not hold any more, or deny the request.",
                reasons=reasons,
            )
    decided = desk.decide(tx, actor, access_id, decision, version=version, reason=reason)
    if decided.status == "approved":
        access_changes.follow(tx, decided.account_id, decided.facility_id)
    return decided


def ask(tx: Tx, actor: Actor, facility_id: str, *, individual_name: str, relationship: str) -> AccessView:
    """Ask for access as :func:`backend.access.service.ask` does; who is restricted here waits for an officer."""
    facilities.share(tx, facility_id)
    waits = bool(_broken(tx, actor.account, facility_id, individual_name))
    asked = access.ask(
        tx, actor, facility_id, individual_name=individual_name, relationship=relationship, for_officer=waits
    )
    if asked.status == "approved":
        access_changes.follow(tx, actor.account, facility_id)
    return asked


def _broken(tx: Tx, account_id: str, facility_id: str, individual_name: str) -> tuple[Reason, ...]:
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
