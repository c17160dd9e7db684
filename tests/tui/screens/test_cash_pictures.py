"""Pictures of cash at the desk and of its codes, at the smallest size and at a wide one. Each was looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion

from backend_client import Account
from tests.tui.screens.account_world import OFFICER, SHELBY
from tests.tui.screens.cash_world import cash_world
from tests.tui.screens.test_cash import fill_in
from tests.tui.support import ACCOUNT, desk
from tui.screens.cash_code import CashCode
from tui.screens.cash_today import CashToday
from tui.screens.page import Page
from tui.screens.put_cash_right import PutCashRight
from tui.screens.take_cash import TakeCash

SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((120, 40), id="120x40")]
PAGES: dict[str, tuple[Callable[[], Page[Any]], Account, str]] = {
    "cash_today": (lambda: CashToday(SHELBY), OFFICER, "Code waits"),
    "take_cash": (lambda: TakeCash(SHELBY), OFFICER, "Number on the receipt"),
    "put_cash_right": (lambda: PutCashRight("4711", "$20.00"), OFFICER, "What went wrong"),
    "cash_code": (CashCode, ACCOUNT, "12 letters and digits"),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
async def test_the_page_looks_as_it_did(name: str, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    page, account, sees = PAGES[name]
    async with desk(cash_world(demonstration=True), page(), size=size, account=account) as at:
        await at.sees(sees)
        if name == "take_cash":
            await fill_in(at, "4710", "12.50", "")
            await at.sees("7KQ2-M4XN-0B3D")
        await at.sees_not("One moment")
        assert at.app.export_screenshot(title="Visit Desk") == snapshot(extension_class=SVGImageExtension)
