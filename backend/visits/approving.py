"""Approving access runs the one list of rules as well (RULES section 1).

An officer is refused with every reason in full; the server itself leaves such a request to an officer, and the visitor
only sees that it is pending. What is judged is in :mod:`backend.visits.admitting`.
"""

from __future__ import annotations

from backend.access import desk
from backend.access import service as access
from backend.access.desk import Decision
from backend.access.views import AccessView, RequestView
from backend.db import Tx
from backend.facilities import service as facilities
from backend.security import Actor
from backend.visits import access_changes, admitting, repository


def decide(
    tx: Tx, actor: Actor, access_id: str, decision: Decision, *, version: int, reason: str | None = None
) -> RequestView:
    """Approve or deny a request as :func:`backend.access.desk.decide` does.

    Raises ``visitor_restricted`` (409) too, with every reason in words for officers.
    """
    request = desk.find(tx, actor, access_id)
    if decision == "approved" and request.status == "pending":
        facilities.share(tx, request.facility_id)
        admitting.refuse_restricted(tx, request, "deny the request")
    decided = desk.decide(tx, actor, access_id, decision, version=version, reason=reason)
    if decided.status == "approved":
        access_changes.follow(tx, decided.account_id, decided.facility_id)
    return decided


def ask(tx: Tx, actor: Actor, facility_id: str, *, individual_name: str, relationship: str) -> AccessView:
    """Ask for access as :func:`backend.access.service.ask` does; who is restricted here waits for an officer."""
    repository.lock_account(tx, actor.account)  # before the facility, as everybody does
    facilities.share(tx, facility_id)
    waits = bool(admitting.broken(tx, actor.account, facility_id, individual_name))
    asked = access.ask(
        tx, actor, facility_id, individual_name=individual_name, relationship=relationship, for_officer=waits
    )
    if asked.status == "approved":
        access_changes.follow(tx, actor.account, facility_id)
    return asked
