"""Finding an Incarcerated Individual."""

from __future__ import annotations

from backend_client.models.common import Page
from backend_client.models.openings import Individual
from backend_client.resources._resource import Resource, path, query


class IndividualsResource(Resource):
    """Search at a facility to which this account has approved access; at most 30 searches a minute."""

    async def by_name(self, facility_id: str, first_name: str, last_name: str) -> tuple[Individual, ...]:
        """Return at most 10 individuals, best first; typos are forgiven, each name needs two letters.

        Raises TooMany (`too_many_searches`) and Invalid.
        """
        asked = query(first_name=first_name, last_name=last_name)
        return (await self._read(Page[Individual], path("facilities", facility_id, "individuals"), asked)).items

    async def by_number(self, facility_id: str, number: str) -> tuple[Individual, ...]:
        """Return the individual with this full ID, or none. Raises TooMany (`too_many_searches`)."""
        asked = query(number=number)
        return (await self._read(Page[Individual], path("facilities", facility_id, "individuals"), asked)).items
