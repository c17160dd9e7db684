"""Pictures of a move, at the smallest size and at a wide one. Each was looked at before it was kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion

from backend_client import Reason
from tests.tui.screens.schedule_visit.world import there
from tests.tui.screens.test_move_visit import DEC_11, moving, refuse, to_both, to_times
from tests.tui.support import Desk, desk
from tui.screens.visit_details import VisitDetails

SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((120, 40), id="120x40")]


async def at_date(at: Desk) -> None:
    await at.sees("M Move")
    await at.press("m")
    await at.sees("Select the Date", "It is now on", "You can schedule until Sun Dec 20.")


async def at_time(at: Desk) -> None:
    await to_times(at)
    await at.sees("Select the Time", "Fri Dec 11")


async def refused(at: Desk) -> None:
    await to_both(at)
    await at.press("enter")
    await at.sees("stands.", "The nearest are:")


WALKS: dict[str, Callable[[Desk], Awaitable[None]]] = {
    "date": at_date,
    "time": at_time,
    "both": to_both,
    "refused": refused,
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", WALKS)
async def test_the_page_looks_as_it_did(name: str, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    server = moving()
    nearest = (there(DEC_11, 9, 30), there(DEC_11, 10, 30), there(DEC_11.replace(day=14), 8))
    taken = Reason("no_capacity", "That time was just taken.")
    quota = Reason("quota_reached", "Two visits a week are possible.", DEC_11.replace(day=14))
    refuse(server, taken, quota, nearest=nearest)
    async with desk(server, VisitDetails("H1"), size=size) as at:
        await WALKS[name](at)
        assert at.app.export_screenshot(title="Visit Desk") == snapshot(extension_class=SVGImageExtension)
