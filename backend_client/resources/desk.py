"""The Facility Desk: deciding access requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from backend_client.models.common import Page
from backend_client.models.desk import AccessRequest
from backend_client.resources._resource import Resource, path, query

if TYPE_CHECKING:
    from backend_client._encode import Sendable
    from backend_client.intent import Intent
    from backend_client.models.access import AccessStatus

Decision = Literal["approved", "denied"]
"""What an officer can decide."""


class DeskResource(Resource):
    """The work of an officer at one of their facilities."""

    async def access_requests(
        self,
        facility_id: str,
        *,
        status: AccessStatus | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page[AccessRequest]:
        """Return a page of access requests (pending ones unless `status` says else), soonest due first."""
        asked = query(status=status or "pending", cursor=cursor, limit=limit)
        return await self._read(Page[AccessRequest], path("desk", facility_id, "access-requests"), asked)

    async def mark_id_seen(self, request_id: str, *, intent: Intent) -> AccessRequest:
        """Record that this officer has seen the ID of the person."""
        at = path("desk", "access-requests", request_id, "id-seen")
        return await self._write(AccessRequest, "POST", at, intent, {})

    async def decide(
        self, request_id: str, decision: Decision, *, version: int, reason: str | None = None, intent: Intent
    ) -> AccessRequest:
        """Approve or deny; `version` is the request's as it was shown.

        Raises Conflict (`already_decided`, whose detail says who, what and when; `id_not_seen`).
        """
        body: dict[str, Sendable] = {"decision": decision, "reason": reason, "version": version}
        at = path("desk", "access-requests", request_id, "decision")
        return await self._write(AccessRequest, "POST", at, intent, body)
