"""Runs the app with keys alone against a scripted server: real app, real client, typed answers, no network.

::

    server = FakeServer()
    server.answer("GET", "/v1/visits", Page(items=(VISIT,)))
    async with desk(server, Visits()) as at:
        await at.sees("Mateo Rivera")
        await at.press("enter")
        assert server.seen("POST", "/v1/visits/V1/cancellation") == 1

Answers are models of the client (or anything made of them); they go over the client's own wire. A gate
(:meth:`FakeServer.hold`) keeps an answer back until the test opens it, and the server's side of a call goes on when the
caller has gone, as on a real network.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TypeVar

import httpx
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen

from backend_client import (
    Account,
    Client,
    MemoryVault,
    NotSignedIn,
    Role,
    SignInKind,
    SignInSession,
    Target,
)
from backend_client._pace import Pace
from tests.tui.fake_server import ABOUT, NOW, FakeServer, Gate, Json, Seen, wire
from tui.app import VisitDeskApp
from tui.clock import SteppedClock
from tui.glyphs import use_glyphs
from tui.screens.page import Page
from tui.settings import Settings

ResultT = TypeVar("ResultT")

ACCOUNT = Account(
    id="A1",
    role=Role.VISITOR,
    email="ana@example.org",
    first_name="Ana",
    last_name="Rivera",
    time_zone="America/New_York",
)
SESSION = SignInSession(
    id="S1",
    kind=SignInKind.DESKTOP,
    device="test",
    idle_seconds=3600,
    remaining_seconds=36000,
    absolute_ends_at=datetime(2026, 11, 23, 12, 41, tzinfo=UTC),
)

_LOOK_AGAIN = 0.004
"""Seconds between two looks at what only time, a thread or another process changes."""


class Desk:
    """The running app, from where a person sits."""

    def __init__(self, app: VisitDeskApp, pilot: Pilot[int], clock: SteppedClock) -> None:
        self.app = app
        self.pilot = pilot
        self.clock = clock

    async def press(self, *keys: str) -> None:
        """Press keys, one after another."""
        await self.pilot.press(*keys)
        await self._keys_done()

    async def type(self, text: str) -> None:
        """Type text, letter by letter, as quick as a burst from a slow line."""
        for letter in text:
            self.app.post_message(events.Key(_character_to_key(letter), letter))
        await self._keys_done()

    async def paste(self, text: str) -> None:
        """Paste text."""
        self.app.post_message(events.Paste(text))
        await self._keys_done()

    async def _keys_done(self) -> None:
        """Wait until every key has had its effect, however busy the machine is."""
        await self.pilot.pause()
        await self.until(lambda: not self.app._typed and not self.app._under_way, 30)
        await self.pilot.pause()

    @property
    def screen(self) -> Screen[object]:
        """The page on top."""
        return self.app.screen

    def text(self) -> str:
        """Return what is on the glass, a line of text for each of the terminal's."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    async def sees(self, *words: str, seconds: float = 15.0) -> str:
        """Wait until all these words are on the glass, and return all of it."""
        return await self._until(lambda text: all(word in text for word in words), f"never saw {words!r}", seconds)

    async def sees_not(self, *words: str, seconds: float = 15.0) -> str:
        """Wait until none of these words is on the glass."""
        return await self._until(lambda text: not any(w in text for w in words), f"still sees {words!r}", seconds)

    async def until(self, true: Callable[[], bool], seconds: float = 15.0) -> None:
        """Wait until something is true."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not true():
            assert loop.time() < end, f"it never came true:\n{self.text()}"
            await self._look_again()

    async def _until(self, true: Callable[[str], bool], otherwise: str, seconds: float) -> str:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not true(text := self.text()):
            assert loop.time() < end, f"{otherwise}:\n{text}"
            await self._look_again()
        return text

    async def _look_again(self) -> None:
        await self.pilot.pause()
        await asyncio.sleep(_LOOK_AGAIN)


@asynccontextmanager
async def desk(
    server: FakeServer,
    page: Page[ResultT] | None = None,
    *,
    account: Account | None = ACCOUNT,
    size: tuple[int, int] = (80, 24),
    settings: Settings | None = None,
    theme: str = "dark",
    glyphs: str = "full",
) -> AsyncIterator[Desk]:
    """Run the app and sit down at it.

    Args:
        server: Answers everything.
        page: The page to look at, with ``account`` signed in; without one, the sign-in page and nobody signed in.
        account: Who is signed in.
        size: Columns and rows.
        settings: How the terminal runs.
        theme: The short name of a theme.
        glyphs: The set of signs.
    """
    use_glyphs(glyphs)
    clock = SteppedClock(NOW)
    target, vault = Target.at_url("http://127.0.0.1:9"), MemoryVault()
    if page is not None and account is not None:
        await vault.save(target.name, "token")

    def make_client(signed_out: Callable[[NotSignedIn], None]) -> Client:
        return Client(
            target,
            vault,
            on_signed_out=signed_out,
            transport=httpx.MockTransport(server),
            pace=Pace(sleep=_no_time),
        )

    settings = settings or Settings(server="http://127.0.0.1:9", data_dir=os.devnull, time_zone="America/New_York")
    app = VisitDeskApp(settings, make_client=make_client, clock=clock, theme=theme, restore=False)
    async with app.run_test(size=size) as pilot:
        at = Desk(app, pilot, clock)
        await at.until(lambda: app.about is not None)
        if page is not None and account is not None:
            await app.client.restore()
            app.session.begin(account, SESSION)
            app.follow_facility(None)
            await app.push_screen(page)
            await pilot.pause()
        yield at
    use_glyphs("full")


async def _no_time(_seconds: float) -> None:
    await asyncio.sleep(0)


__all__ = [
    "ABOUT",
    "ACCOUNT",
    "NOW",
    "SESSION",
    "Desk",
    "FakeServer",
    "Gate",
    "Json",
    "Seen",
    "desk",
    "wire",
]
