"""How the app comes to its server: loads the client, waits for the server, keeps an eye on it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from tui.embedded import Embedded, Report, State
from tui.messages import Connection
from tui.problems import Sentence, sentence_for
from tui.settings import Settings
from tui.text import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.worker import WorkType

    from backend_client import Client, NotSignedIn
    from tui.app import VisitDeskApp

    MakeClient = Callable[[Callable[[NotSignedIn], None]], Client]

REVOKE_SECONDS = 1.0
"""How long leaving a kiosk may take for the token to be revoked."""
_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)


class Connecting:
    """The way to the server.

    Args:
        app: Whose connection it is.
        settings: Which server.
        embedded: The local server, or nothing for a remote one.
        make_client: Makes the client with what to call on a sign-out; by default one for the settings' server.
    """

    def __init__(
        self,
        app: VisitDeskApp,
        settings: Settings,
        embedded: Embedded | None,
        make_client: MakeClient | None,
    ) -> None:
        self._app = app
        self._settings = settings
        self._embedded = embedded
        self._make_client = make_client
        self._client: Client | None = None
        self._ready = asyncio.Event()
        self._again = asyncio.Event()

    @property
    def client(self) -> Client:
        """The client.

        Raises:
            RuntimeError: It is asked for before it is loaded: wait for :meth:`ready`.
        """
        if self._client is None:
            raise RuntimeError("The client is not loaded yet.")
        return self._client

    async def ready(self) -> Client:
        """Wait until the server answers, and return the client."""
        await self._ready.wait()
        return self.client

    def try_again(self) -> None:
        """Try now instead of waiting for the next turn."""
        self._again.set()
        if self._embedded is not None:
            self._embedded.try_again()

    async def run(self) -> None:
        """Start the server, load the client, then stay with the server for as long as the app runs."""
        if self._embedded is not None:
            self._embedded.begin()
        if self._make_client is None:
            from backend_client import preload

            await asyncio.to_thread(preload)
        self._client = (self._make_client or self._for_settings)(lambda _error: self._app.sign_in_ended())
        self._app.client_made(self._client)
        if self._embedded is not None:
            await self._embedded.stay(self._report)
        else:
            await self._meet()

    async def close(self) -> None:
        """End all connections. At a kiosk the sign-in ends with them, whatever made us leave."""
        if self._client is None:
            return
        if self._settings.vault_profile == "kiosk":
            await _revoke(self._client)
        await self._client.aclose()

    def _for_settings(self, signed_out: Callable[[NotSignedIn], None]) -> Client:
        from backend_client import Client, Target, vault_for

        if self._embedded is not None:
            target = Target.at_socket(self._embedded.socket)
        else:
            target = Target.at_url(self._settings.server)
        # nobody has a password in the demonstration: nothing of it is worth keeping
        vault = vault_for("kiosk" if self._settings.demo else self._settings.vault_profile)
        return Client(target, vault, on_signed_out=signed_out)

    def _report(self, report: Report) -> None:
        if report.state is State.READY:
            self.meet()
        elif report.state is State.FAILED:
            self._app.connection_is(Connection.FAILED, _cannot_start(report))
        elif self._ready.is_set():
            self._app.connection_is(Connection.LOST)
        else:
            self._app.connection_is(Connection.STARTING)

    def meet(self) -> None:
        """Find out whether the server is there, and try until it is."""
        work: WorkType[None] = self._meet
        self._app.run_worker(work, name="meeting", group="meeting", exclusive=True)

    async def _meet(self) -> None:
        """Hear what the server says of itself; try until it does."""
        from backend_client import VisitDeskError

        turn, about = 0, None
        while about is None:
            try:
                about = await self.client.about.read()
            except VisitDeskError as error:
                state = Connection.LOST if self._ready.is_set() else Connection.FAILED
                self._app.connection_is(state, sentence_for(error))
                await self._pause(_PAUSES[min(turn, len(_PAUSES) - 1)])
                turn += 1
        self._app.about = about
        self._app.clock.correct(about.server_time)
        self._ready.set()
        self._app.connection_is(Connection.READY)

    async def _pause(self, seconds: float) -> None:
        self._again.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._again.wait(), seconds)


async def _revoke(client: Client) -> None:
    """End the sign-in at the server, in :data:`REVOKE_SECONDS` or not at all: then its own clock there ends it."""
    from backend_client import Intent, VisitDeskError

    if client.sign_in.open_at_server:
        with suppress(VisitDeskError, TimeoutError):
            await asyncio.wait_for(client.sign_in.sign_out(intent=Intent.new()), REVOKE_SECONDS)


def _cannot_start(report: Report) -> Sentence:
    return Sentence(
        _("Visit Desk could not start its own server."),
        _("What it said is in {log}.").format(log=report.log),
        _("Press Enter to try again."),
        "cannot_start",
    )
