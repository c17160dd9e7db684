"""States, facilities, and their Terms and Conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_client.models.common import Page
from backend_client.models.facilities import Facility, State, Terms
from backend_client.resources._resource import Resource, path, query

if TYPE_CHECKING:
    from backend_client.intent import Intent
    from backend_client.models.common import VisitType


class FacilitiesResource(Resource):
    """The public catalogue of facilities."""

    async def states(self) -> tuple[State, ...]:
        """Return the states that have facilities, by name."""
        return (await self._read(Page[State], path("states"))).items

    async def in_state(self, state: str, *, cursor: str | None = None, limit: int | None = None) -> Page[Facility]:
        """Return a page (50 unless `limit` says else, 200 at most) of the facilities of `state`, e.g. `TN`."""
        return await self._read(Page[Facility], path("facilities"), query(state=state, cursor=cursor, limit=limit))

    async def read(self, facility_id: str) -> Facility:
        """Return one facility with its offers and today's prices. Raises NotFound."""
        return await self._read(Facility, path("facilities", facility_id))

    async def terms(self, facility_id: str, visit_type: VisitType) -> Terms:
        """Return the terms in force for one visit type, and whether this account has accepted them."""
        return await self._read(Terms, path("facilities", facility_id, "terms"), query(visit_type=visit_type))

    async def accept_terms(self, terms_id: str, *, intent: Intent) -> Terms:
        """Accept terms that were shown to their end. Raises Conflict (`terms_changed`) if newer ones are in force."""
        return await self._write(Terms, "POST", path("terms", terms_id, "acceptance"), intent, {"shown_to_end": True})
