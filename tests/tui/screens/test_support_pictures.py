"""Pictures of the Support Desk and of a look, at the smallest size and at a wide one. Each was looked at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion

from tests.tui.screens.support_world import AGENT, find, look, support_world
from tests.tui.support import Desk, desk
from tui.screens.support import Support

SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((120, 40), id="120x40")]


async def reason(at: Desk) -> None:
    await find(at)
    await at.press("enter")
    await at.sees("The ticket")


def then(key: str, sees: str) -> Callable[[Desk], Awaitable[None]]:
    """Return a walk: look at the account, press the key, wait for the words."""

    async def walk(at: Desk) -> None:
        await look(at)
        await at.press(key)
        await at.sees(sees)

    return walk


async def code(at: Desk) -> None:
    await look(at)
    await at.press("7")
    await at.type("Called back on the known number.")
    await at.press("enter")
    await at.sees("1234 5678")


WALKS: dict[str, Callable[[Desk], Awaitable[None]]] = {
    "found": find,
    "reason": reason,
    "customer": look,
    "home_looked_at": then("1", "Pima County"),
    "transactions_looked_at": then("4", "11/15"),
    "timeline": then("6", "Visit confirmed"),
    "code": code,
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", WALKS)
async def test_the_page_looks_as_it_did(name: str, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with desk(support_world(demonstration=True), Support(), size=size, account=AGENT) as at:
        await WALKS[name](at)
        await at.sees_not("One moment")
        assert at.app.export_screenshot(title="Visit Desk") == snapshot(extension_class=SVGImageExtension)
