"""Whether somebody is there: a call that no key was pressed for says so, and keeps nobody signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import App

if TYPE_CHECKING:
    from backend_client import Client


class Attended(App[int]):
    """An app whose client knows whether a key was pressed since it called last."""

    _pressed = False

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, (events.Key, events.Paste)):
            self._pressed = True
        await super().on_event(event)

    def client_made(self, client: Client) -> None:
        """The client is there, and has called nobody yet."""
        client.ask_whether_attended(self._attended)

    def _attended(self) -> bool:
        pressed, self._pressed = self._pressed, False
        return pressed
