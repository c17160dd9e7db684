"""The kiosk that this terminal is, and the clocks of whoever stands at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_client.models.accounts import SignInSession
from backend_client.models.kiosks import Enrolled, Kiosk
from backend_client.resources._resource import Resource, path

if TYPE_CHECKING:
    from backend_client.intent import Intent
    from backend_client.models.kiosks import Place


class KiosksResource(Resource):
    """Calls that only kiosks make."""

    async def enrol(self, code: str, *, intent: Intent) -> Enrolled:
        """Enrol this machine with a one-time code. Raises Problem (`kiosk_code_wrong`)."""
        return await self._write(Enrolled, "POST", path("kiosks", "enrolment"), intent, {"code": code})

    async def here(self) -> Kiosk:
        """Return which kiosk this terminal is. Raises NotAllowed (`kiosk_not_enrolled`)."""
        return await self._read(Kiosk, path("kiosk"))

    async def present(self, at: Place, *, intent: Intent) -> SignInSession:
        """Say that a key was pressed, and hear how the clocks stand. Raises NotSignedIn."""
        return await self._write(SignInSession, "POST", path("sign-in", "presence"), intent, {"at": at})

    async def more_time(self, *, intent: Intent) -> SignInSession:
        """Answer "More time?" with yes. Raises Conflict (`more_time_not_asked`, `no_more_time`)."""
        return await self._write(SignInSession, "POST", path("sign-in", "more-time"), intent, {})
