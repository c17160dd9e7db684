"""Holds: an opening kept for one account while it finishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from backend_client.models.visits import Hold
from backend_client.resources._resource import Resource, path

if TYPE_CHECKING:
    from datetime import datetime

    from backend_client._encode import Sendable
    from backend_client.intent import Intent
    from backend_client.models.visits import Override
    from backend_client.resources.openings import Wanted


@dataclass(frozen=True, slots=True)
class _HoldAnswer:
    """How the wire wraps a hold."""

    hold: Hold | None


class HoldsResource(Resource):
    """The one live hold of the account: 10 minutes, one renewal, never beyond 20 in all."""

    async def take(
        self, wanted: Wanted, starts_at: datetime, *, override: Override | None = None, intent: Intent
    ) -> Hold:
        """Hold an opening (`starts_at` aware), moving the hold there is; on conflict the old one stands.

        `override` is for those whom a refusal tells that its reasons are `overridable`.

        Raises Conflict or Invalid with every broken rule in `reasons`, and up to three start times in `nearest`.
        """
        body: dict[str, Sendable] = {
            "facility_id": wanted.facility_id,
            "visit_type": wanted.visit_type,
            "individual_id": wanted.individual_id,
            "duration_minutes": wanted.duration_minutes,
            "starts_at": starts_at,
            "override": override,
        }
        return await self._write(Hold, "POST", path("holds"), intent, body)

    async def current(self) -> Hold | None:
        """Return the live hold, or None."""
        return (await self._read(_HoldAnswer, path("hold"))).hold

    async def renew(self, hold_id: str, *, intent: Intent) -> Hold:
        """Keep the opening for longer, once. Raises Conflict (`hold_cannot_be_renewed`)."""
        return await self._write(Hold, "POST", path("holds", hold_id, "renewal"), intent, {})

    async def release(self, hold_id: str, *, intent: Intent) -> None:
        """Give the opening back."""
        await self._do("DELETE", path("holds", hold_id), intent)
