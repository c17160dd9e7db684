"""Promotional codes of a facility."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from backend_client.models.cash import PromoCode
from backend_client.models.common import Page
from backend_client.resources._resource import Resource, path, query

if TYPE_CHECKING:
    from backend_client._encode import Sendable
    from backend_client.intent import Intent
    from backend_client.models.cash import NewPromoCode


class PromoCodesResource(Resource):
    """What an officer makes and ends."""

    async def listed(self, facility_id: str, *, ended: bool = False) -> Page[PromoCode]:
        """Return the codes that pay now or later, the newest first; with `ended` also those that are over."""
        asked = query(ended="true" if ended else "false")
        return await self._read(Page[PromoCode], path("desk", facility_id, "promo-codes"), asked)

    async def make(self, facility_id: str, new: NewPromoCode, *, intent: Intent) -> PromoCode:
        """Make a code. Raises Conflict (`promo_code_exists`)."""
        body: dict[str, Sendable] = {field.name: getattr(new, field.name) for field in fields(new)}
        return await self._write(PromoCode, "POST", path("desk", facility_id, "promo-codes"), intent, body)

    async def end(self, code_id: str, *, intent: Intent) -> PromoCode:
        """End a code; what it has paid stays paid."""
        return await self._write(PromoCode, "POST", path("desk", "promo-codes", code_id, "end"), intent, {})
