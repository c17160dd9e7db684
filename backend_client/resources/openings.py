"""Openings: the days and times that can be held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from backend_client.models.openings import OpeningDays, Openings
from backend_client.resources._resource import Resource, path, query

if TYPE_CHECKING:
    from datetime import date

    from backend_client.models.common import VisitType


@dataclass(frozen=True, slots=True)
class Wanted:
    """What openings are asked for; `moving` is a visit that is to be moved, which is not in its own way."""

    facility_id: str
    visit_type: VisitType
    individual_id: str
    duration_minutes: int
    moving: str | None = None


class OpeningsResource(Resource):
    """Openings as this account would get them."""

    async def days(self, wanted: Wanted, *, from_date: date, to_date: date) -> OpeningDays:
        """Return every day from `from_date` to `to_date`, both facility-local and included."""
        asked = _asked(wanted) | query(from_=from_date, to=to_date)
        return await self._read(OpeningDays, path("opening-days"), asked)

    async def on(self, wanted: Wanted, day: date) -> Openings:
        """Return every start time of one facility-local date."""
        return await self._read(Openings, path("openings"), _asked(wanted) | query(date=day))


def _asked(wanted: Wanted) -> dict[str, str]:
    return query(
        facility_id=wanted.facility_id,
        visit_type=wanted.visit_type,
        individual_id=wanted.individual_id,
        duration_minutes=wanted.duration_minutes,
        moving=wanted.moving,
    )
