"""Cash that is taken at a facility's desk, and the codes for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_client.models.cash import CashDay, CashReceipt, ToppedUp
from backend_client.resources._resource import Resource, path, query

if TYPE_CHECKING:
    from datetime import date

    from backend_client._encode import Sendable
    from backend_client.intent import Intent
    from backend_client.models.common import Money


class CashResource(Resource):
    """An officer takes it, and whoever paid enters the code."""

    async def take(
        self, facility_id: str, receipt: str, amount: Money, *, email: str | None = None, intent: Intent
    ) -> CashReceipt:
        """Take cash against a paper receipt: for a visitor of the facility, or without an `email` for a code.

        Raises Conflict (`receipt_exists`), or Invalid for the amount or for an address of no visitor of the facility.
        """
        body: dict[str, Sendable] = {"receipt": receipt, "amount": amount, "email": email}
        return await self._write(CashReceipt, "POST", path("facilities", facility_id, "cash"), intent, body)

    async def of_day(
        self, facility_id: str, *, day: date | None = None, cursor: str | None = None, limit: int | None = None
    ) -> CashDay:
        """Return a page of what was taken on a facility-local date (its today without one), the newest first."""
        asked = query(date=day, cursor=cursor, limit=limit)
        return await self._read(CashDay, path("facilities", facility_id, "cash"), asked)

    async def put_right(self, receipt_id: str, reason: str, *, intent: Intent) -> CashReceipt:
        """Undo a mistaken receipt. Raises Conflict (`cash_spent`, `receipt_undone`)."""
        at = path("facilities", "cash", receipt_id, "undoing")
        return await self._write(CashReceipt, "POST", at, intent, {"reason": reason})

    async def enter_code(self, code: str, *, intent: Intent) -> ToppedUp:
        """Put the cash behind a code on the account's prepaid balance.

        Raises Problem (`cash_code_wrong`), Conflict (`cash_code_used`, `cash_code_expired`), or TooMany.
        """
        return await self._write(ToppedUp, "POST", path("top-ups", "codes"), intent, {"code": code})
