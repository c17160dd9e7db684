"""What a support agent can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_client.models.common import Page
from backend_client.models.desk import FoundAccount, OneTimeCode
from backend_client.resources._resource import Resource, path

if TYPE_CHECKING:
    from backend_client.intent import Intent


class SupportResource(Resource):
    """Help for somebody on the telephone."""

    async def find_accounts(self, email: str, *, intent: Intent) -> tuple[FoundAccount, ...]:
        """Return the account with exactly this e-mail address, or none. The search is audited."""
        at = path("support", "accounts", "search")
        return (await self._write(Page[FoundAccount], "POST", at, intent, {"email": email})).items

    async def one_time_code(self, account_id: str, reason: str, *, intent: Intent) -> OneTimeCode:
        """Make a one-time code for a locked-out visitor, with the reason that goes into the audit."""
        at = path("support", "accounts", account_id, "one-time-code")
        return await self._write(OneTimeCode, "POST", at, intent, {"reason": reason})
