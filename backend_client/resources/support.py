"""What a support agent can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from backend_client.models.cash import CreditGiven
from backend_client.models.common import Page
from backend_client.models.support import FoundAccounts, Look, OneTimeCode, TimelineItem
from backend_client.resources._resource import Resource, path, query

if TYPE_CHECKING:
    from backend_client.intent import Intent
    from backend_client.models.common import Money


class SupportResource(Resource):
    """Help for somebody on the telephone. Its calls are the agent's own, also in a look."""

    OWN: ClassVar[bool] = True

    async def find_accounts(self, said: str, *, intent: Intent) -> FoundAccounts:
        """Return customers by a name, their exact e-mail, a phone number or a reference. The search is audited."""
        at = path("support", "accounts", "search")
        return await self._write(FoundAccounts, "POST", at, intent, {"said": said})

    async def look(self, account_id: str, why: str, *, intent: Intent) -> Look:
        """Begin to look at a customer's account, with the reason that goes into the audit; see `Client.look_through`.

        A look of this sign-in session before it ends.
        """
        at = path("support", "looks")
        return await self._write(Look, "POST", at, intent, {"account_id": account_id, "why": why})

    async def end_look(self, look_id: str, *, intent: Intent) -> None:
        """End a look before its time."""
        await self._do("POST", path("support", "looks", look_id, "end"), intent, {})

    async def timeline(
        self, look_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[TimelineItem]:
        """Return a page of what happened to the account that is looked at, the newest first."""
        at = path("support", "looks", look_id, "timeline")
        return await self._read(Page[TimelineItem], at, query(cursor=cursor, limit=limit))

    async def one_time_code(self, account_id: str, reason: str, *, intent: Intent) -> OneTimeCode:
        """Make a one-time code for a locked-out visitor, with the reason that goes into the audit."""
        at = path("support", "accounts", account_id, "one-time-code")
        return await self._write(OneTimeCode, "POST", at, intent, {"reason": reason})

    async def give_credit(self, account_id: str, amount: Money, reason: str, *, intent: Intent) -> CreditGiven:
        """Give a visitor account credit, at most $100 at once. The visitor reads `reason`, and the audit keeps it."""
        at = path("support", "accounts", account_id, "credits")
        return await self._write(CreditGiven, "POST", at, intent, {"amount": amount, "reason": reason})
