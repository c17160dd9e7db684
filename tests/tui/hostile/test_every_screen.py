"""Ten thousand hostile strings, through every screen: nothing of them acts, nothing breaks."""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
import wcwidth
from textual._compositor import LayoutUpdate
from textual.screen import Screen
from textual.widgets import Input

from tests.hostile import COUNT, corpus
from tests.tui.hostile.feed import Feed, settled
from tests.tui.hostile.feeds import FEEDS, Shown, screens
from tests.tui.hostile.nets import without_clients_net, without_last_net, without_screens_net
from tests.tui.hostile.poison import Poison
from tests.tui.support import SESSION, Desk, FakeServer, desk
from tui.screens.dialogs import Popup
from tui.screens.home import Home
from tui.screens.my_facilities import MyFacilities
from tui.screens.transaction_details import TransactionDetails
from tui.screens.visit_details import VisitDetails

PORTION = 800
"""New strings that one screen shows at most."""
OURS = re.compile(
    r"\x1b\[(?:\d{1,3}(?:;\d{1,3}){0,11})?m"  # colours and attributes
    r"|\x1b\[\d{1,2};\d{1,2}H"  # where the next line goes
)
"""Everything that a page of ours sends a terminal besides text."""
ACTS_OR_HIDES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

Nets = tuple[Callable[[pytest.MonkeyPatch], None], ...]
ALONE: dict[str, Nets] = {
    "all nets": (),
    "the screen's net alone": (without_clients_net, without_last_net),
    "the last net alone": (without_clients_net, without_screens_net),
}
"""What the client's net does alone is tried on every model, in ``tests/backend_client/test_inert_models.py``."""
WELL_DRAWN = ("all nets", "the screen's net alone")
"""Where every line also has to be as wide as the terminal: the others only promise that nothing acts."""


class Turns(FakeServer):
    """Whichever server has its turn: one program then shows screen after screen."""

    turn: FakeServer | None = None

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        return await (super().__call__(request) if self.turn is None else self.turn(request))


class Hall:
    """One program that shows one screen after the other, each to somebody else."""

    def __init__(self, at: Desk, server: Turns) -> None:
        self.at = at
        self._server = server
        self._had_their_turn: list[FakeServer] = []

    async def show(self, feed: Feed, poison: Poison, *, pastes: bool) -> None:
        """Show a screen, fed, in place of the one before; into a field that has the cursor, something is pasted."""
        app = self.at.app
        app._nobody()
        while len(app.screen_stack) > 1:
            await app.pop_screen()
        server = self._server.turn = feed.server()
        server.write = poison.json
        self._had_their_turn.append(server)
        app.session.forget()
        app.session.begin(poison.model(feed.account), app.session.sign_in or SESSION)
        app.follow_facility(None)
        await app.push_screen(feed.page(poison))
        await self._settled(feed)
        await feed.walk(self.at)
        if pastes and isinstance(app.focused, Input):
            await self.at.paste(poison.text())
        await self._settled(feed)

    async def _settled(self, feed: Feed) -> None:
        await (settled(self.at) if feed.settles else self.at.pilot.pause())
        assert self.at.app._exception is None, f"it crashed: {self.at.app._exception!r}"

    def bytes(self) -> str:
        """Return what is sent to the terminal to show the whole screen, before it becomes UTF-8."""
        update = self.at.screen._compositor.render_update(full=True)
        assert isinstance(update, LayoutUpdate)
        return update.render_segments(self.at.app.console)


@asynccontextmanager
async def hall() -> AsyncIterator[Hall]:
    server = Turns()
    async with desk(server, Popup("Welcome")) as at:
        yield Hall(at, server)


def acting(drawn: str) -> list[str]:
    """Return what is in the bytes of a picture that could act on a terminal, or hide in one."""
    text = OURS.sub("", drawn)
    return [ascii(sign) for sign in sorted(set(text) - {"\n"}) if unicodedata.category(sign) in ACTS_OR_HIDES]


def ill_drawn(screen: Screen[object], columns: int) -> list[str]:
    """Return the lines that are wider or narrower on a terminal than the program thinks."""
    texts = (strip.text for strip in screen._compositor.render_strips())
    return [ascii(text) for text in texts if sum(max(0, wcwidth.wcwidth(sign)) for sign in text) != columns]


def is_shown(kind: Shown, stack: list[Screen[object]]) -> bool:
    """Tell whether a page, or a step of a wizard, is on one of these screens."""
    return any(isinstance(screen, kind) or bool(screen.query(kind.__name__)) for screen in stack)


@pytest.mark.slow
@pytest.mark.parametrize("nets", ALONE)
async def test_nothing_in_ten_thousand_hostile_strings_acts_on_any_screen(
    nets: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = deque(corpus())
    assert len(new) == COUNT
    faults: list[str] = []
    async with hall() as here:
        for tear_down in ALONE[nets]:
            tear_down(monkeypatch)
        for kind, feeds in FEEDS.items():
            for feed in feeds:
                if feed.sends_back and without_clients_net in ALONE[nets]:
                    continue
                await here.show(feed, Poison(new, PORTION), pastes=without_screens_net not in ALONE[nets])
                assert is_shown(kind, here.at.app.screen_stack), f"{kind.__name__} is not what its feed leads to"
                drawn = here.bytes()
                faults += [f"{kind.__name__} sends {sign}" for sign in acting(drawn)]
                if nets in WELL_DRAWN:
                    faults += [f"{kind.__name__} draws {line}" for line in ill_drawn(here.at.screen, 80)]
    assert not faults, "\n".join(faults[:30])
    assert not new, f"{len(new)} strings were shown by no screen: raise PORTION, or let a feed show more"


async def test_where_no_net_is_left_every_page_of_data_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    async with hall() as here:
        for tear_down in (without_clients_net, without_screens_net, without_last_net):
            tear_down(monkeypatch)
        for kind in (Home, MyFacilities, VisitDetails, TransactionDetails, Popup):
            await here.show(FEEDS[kind][0], Poison(deque(corpus()), PORTION), pastes=False)
            assert "'\\x1b'" in acting(here.bytes()), kind.__name__


@pytest.mark.slow
async def test_what_makes_no_sense_to_any_page_neither_acts_nor_breaks_one() -> None:
    """Statuses, zones and currencies that are none: pages show less, and go on."""
    new = deque(corpus())
    faults: list[str] = []
    async with hall() as here:
        for kind, feeds in FEEDS.items():
            for feed in feeds:
                await here.show(feed, Poison(new, PORTION, senseless=True), pastes=False)
                faults += [f"{kind.__name__} sends {sign}" for sign in acting(here.bytes())]
                faults += [f"{kind.__name__} draws {line}" for line in ill_drawn(here.at.screen, 80)]
    assert not faults, "\n".join(faults[:30])


def test_every_screen_of_the_program_has_a_hostile_feed() -> None:
    lacking = sorted(kind.__name__ for kind in set(screens()) - FEEDS.keys())
    assert not lacking, (
        f"{', '.join(lacking)}: shown by the program, and fed by no hostile data. Add a line to FEEDS in "
        "tests/tui/hostile/feeds.py: how the page is made, the keys that lead to what it shows, and the server that "
        "answers it; or to BASES, if it is never shown by itself."
    )
