"""The app of one visitor at a kiosk, run with keys alone against a scripted server, on a clock that a test moves."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import httpx

from backend_client import (
    Client,
    CurrentSignIn,
    FacilityRef,
    KeptFor,
    Kiosk,
    KioskClocks,
    MemoryVault,
    Notice,
    NotSignedIn,
    SignInKind,
    SignInSession,
    Target,
)
from backend_client._pace import Pace
from tests.tui.fake_server import NOW, FakeServer
from tests.tui.support import ACCOUNT, Desk, _no_time
from tui.clock import SteppedClock
from tui.glyphs import use_glyphs
from tui.kiosk.app import KioskApp, Turn
from tui.kiosk.clock import KioskClock
from tui.settings import Settings

HERE = Kiosk("K1", "Front desk", FacilityRef("F1", "Shelby County Jail", "TN", "Memphis", "America/Chicago"), 120, 300)
SETTINGS = Settings(server="http://127.0.0.1:9", data_dir=os.devnull, kiosk=True, profile="kiosk")


def session(
    left: int = 120,
    *,
    notice: Notice | None = None,
    notice_in: int = 90,
    more_time: int = 10,
    kept_for: KeptFor | None = None,
) -> SignInSession:
    """Return a sign-in session at the kiosk, as the server says it."""
    return SignInSession(
        id="S1",
        kind=SignInKind.KIOSK,
        device="Front desk",
        idle_seconds=120,
        remaining_seconds=left,
        absolute_ends_at=datetime(2026, 11, 23, 12, 41, tzinfo=UTC),
        kiosk=KioskClocks(notice, notice_in, more_time, kept_for),
    )


class AtKiosk(Desk):
    """The kiosk, from where a visitor stands; its seconds go by when the test says so."""

    app: KioskApp
    seconds: float = 1000.0

    async def pass_seconds(self, seconds: int) -> None:
        """Let so many seconds go by, one after another."""
        for _second in range(seconds):
            self.seconds += 1
            self.app.kiosk_clock.tick()
            await self.pilot.pause()

    @property
    def ended(self) -> int | None:
        """The exit code with which this visitor's process ends, if it does."""
        return self.app.return_code


@asynccontextmanager
async def at_kiosk(
    server: FakeServer,
    *,
    signed_in: SignInSession | None = None,
    turn: Turn | None = None,
    sees: str = "Press any key to begin.",
) -> AsyncIterator[AtKiosk]:
    """Run the kiosk's app; with ``signed_in``, somebody is at the server's word signed in and on an empty Home."""
    use_glyphs("full")
    if turn is None or not turn.problem:
        server.answer("GET", "/v1/kiosk", HERE)
    server.answer("DELETE", "/v1/sign-in", None, status=204)
    clock, target, vault = SteppedClock(NOW), Target.at_url("http://127.0.0.1:9"), MemoryVault()

    def make_client(signed_out: Callable[[NotSignedIn], None]) -> Client:
        transport = httpx.MockTransport(server)
        return Client(target, vault, on_signed_out=signed_out, transport=transport, pace=Pace(sleep=_no_time))

    app = KioskApp(SETTINGS, turn=turn or Turn("k.0"), make_client=make_client, clock=clock)
    async with app.run_test(size=(80, 24)) as pilot:
        at = AtKiosk(app, pilot, clock)
        app.kiosk_clock = KioskClock(app, now=lambda: at.seconds)
        await at.until(lambda: app.about is not None)
        await at.sees(sees)
        if signed_in is not None:
            await vault.save(target.name, "token", lasts_seconds=120)
            await app.client.restore()
            await at.press("space")
            await at.sees("E-mail")
            server.answer("GET", "/v1/sign-in", CurrentSignIn(signed_in, ACCOUNT))
            app.session.begin(ACCOUNT, signed_in)
            app.kiosk_clock.begin(signed_in)
        yield at


def told(now: SignInSession) -> CurrentSignIn:
    """Return what the server says when it is asked how a session stands."""
    return CurrentSignIn(replace(now), ACCOUNT)
