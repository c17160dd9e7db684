"""Charges that a visitor says are wrong, and deciding them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_client.models.common import Page
from backend_client.models.disputes import Dispute, DisputeOutcome, DisputeReason
from backend_client.resources._resource import Resource, path, query

if TYPE_CHECKING:
    from backend_client.intent import Intent


class DisputesResource(Resource):
    """A visitor's own disputes, and for support those that wait."""

    async def open(self, transaction_id: str, reason: DisputeReason, words: str, *, intent: Intent) -> Dispute:
        """Say that a charge is wrong; the answer says by when it is decided."""
        at = path("transactions", transaction_id, "disputes")
        return await self._write(Dispute, "POST", at, intent, {"reason": reason, "words": words or None})

    async def own(self) -> Page[Dispute]:
        """Return the account's own disputes, the newest first."""
        return await self._read(Page[Dispute], path("disputes"))

    async def waiting(self, *, cursor: str | None = None, limit: int | None = None) -> Page[Dispute]:
        """Return a page of what waits for support, the one that is due first before the others."""
        return await self._read(Page[Dispute], path("support", "disputes"), query(cursor=cursor, limit=limit))

    async def decide(
        self, dispute_id: str, outcome: DisputeOutcome, decision: str, amount_minor: int | None, *, intent: Intent
    ) -> Dispute:
        """Decide a dispute with a reason that the visitor reads. No amount: all that is left of the charge."""
        at = path("support", "disputes", dispute_id, "decision")
        said = {"outcome": outcome, "decision": decision, "amount_minor": amount_minor}
        return await self._write(Dispute, "POST", at, intent, said)
