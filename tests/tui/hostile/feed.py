"""How hostile data comes to a screen: the page, the keys that lead to it, and the server that answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from backend_client import Account
from tests.tui.hostile.poison import Poison
from tests.tui.screens import account_world as accounts
from tests.tui.support import Desk, FakeServer
from tui.screens.page import Page

Walk = Callable[[Desk], Awaitable[None]]


async def stay(_at: Desk) -> None:
    """Look at what the page shows first."""


def keys(*names: str) -> Walk:
    """Return a walk that presses these keys one after another, each when the page has settled."""

    async def walk(at: Desk) -> None:
        for name in names:
            await at.press(name)
            await settled(at)

    return walk


async def settled(at: Desk) -> None:
    """Wait until nothing is read or sent any more."""
    await at.pilot.pause()
    await at.until(lambda: not getattr(at.screen, "waits", 0))
    await at.pilot.pause()


@dataclass(frozen=True)
class Feed:
    """How hostile data comes to a screen.

    Attributes:
        page: Makes the page that is opened, with hostile text in what it is given.
        walk: The keys from there to the screen.
        server: What answers.
        settles: Whether it is to be looked at when everything is read; otherwise, while it waits.
        sends_back: Whether what came is sent again: no wire takes half letters, so that needs the client's net.
        account: Who is signed in; their name is hostile too.
    """

    page: Callable[[Poison], Page[Any]]
    walk: Walk = stay
    server: Callable[[], FakeServer] = accounts.world
    settles: bool = True
    sends_back: bool = False
    account: Account = accounts.PROFILE
