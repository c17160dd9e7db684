"""Facility access: ask for it, see where it stands, withdraw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_client.models.access import Access
from backend_client.models.common import Page
from backend_client.resources._resource import Resource, path

if TYPE_CHECKING:
    from backend_client.intent import Intent


class AccessResource(Resource):
    """The facility access of the account that is signed in."""

    async def mine(self) -> tuple[Access, ...]:
        """Return every access and request of this account, newest first."""
        return (await self._read(Page[Access], path("access"))).items

    async def request(self, facility_id: str, individual_name: str, relationship: str, *, intent: Intent) -> Access:
        """Ask a facility for access, to visit the named Incarcerated Individual.

        Raises Conflict (`access_already_open`, `too_many_open_requests`) and Invalid.
        """
        body = {"facility_id": facility_id, "individual_name": individual_name, "relationship": relationship}
        return await self._write(Access, "POST", path("access"), intent, body)

    async def withdraw(self, access_id: str, *, intent: Intent) -> Access:
        """Withdraw a pending request. Raises Conflict once it is decided."""
        return await self._write(Access, "POST", path("access", access_id, "withdrawal"), intent, {})
