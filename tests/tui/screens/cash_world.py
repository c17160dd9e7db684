"""What the pages of cash ask the scripted server for: three receipts of a day, and a code that works."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from backend_client import CashDay, CashReceipt, CashState, Secret, ToppedUp
from tests.tui.screens.account_world import MEMPHIS, usd, world
from tests.tui.support import NOW, FakeServer

CASH: Final = "/v1/facilities/F1/cash"
CODES: Final = "/v1/top-ups/codes"
UNDO: Final = "/v1/facilities/cash/C1/undoing"

CREDITED: Final = CashReceipt(
    "C1", "4711", usd(2000), "D. Whitfield", NOW - timedelta(hours=1), CashState.CREDITED, credited_to="Ana R."
)
WAITING: Final = replace(
    CREDITED,
    id="C2",
    receipt="4710",
    amount=usd(1250),
    state=CashState.WAITING,
    credited_to=None,
    code_expires_at=NOW + timedelta(days=30),
)
UNDONE: Final = replace(CREDITED, id="C3", receipt="4709", state=CashState.UNDONE, undone_at=NOW)
DAY: Final = CashDay(date(2026, 11, 22), MEMPHIS, (CREDITED, WAITING, UNDONE))


def cash_world(*, demonstration: bool = False) -> FakeServer:
    """Return a server at whose desk cash is taken, for a code unless a test says otherwise."""
    server = world(demonstration=demonstration)
    server.answer("GET", CASH, DAY)
    server.answer("POST", CASH, replace(WAITING, code=Secret("7KQ2-M4XN-0B3D")), status=201)
    server.answer("POST", UNDO, replace(CREDITED, state=CashState.UNDONE, undone_at=NOW))
    server.answer("POST", CODES, ToppedUp("T1", usd(2000), "Shelby County Jail"))
    return server
