"""Cash at the desk and its codes: asked for plainly, sent once, and no code stays on the glass."""

from __future__ import annotations

from functools import partial

import pytest

from backend_client import FieldError
from tests.tui.screens.account_world import OFFICER, SHELBY, dims, reads
from tests.tui.screens.cash_world import CASH, CODES, CREDITED, UNDO, cash_world
from tests.tui.support import Desk, desk, wire
from tui.screens.cash_code import CashCode
from tui.screens.cash_today import CashToday
from tui.screens.desk import Desk as FacilityDesk
from tui.screens.profile import Profile
from tui.screens.take_cash import TakeCash
from tui.widgets.field import Field


async def test_the_desk_shows_todays_cash_and_what_became_of_it() -> None:
    async with desk(cash_world(), FacilityDesk(), account=OFFICER) as at:
        await at.sees("ACCESS REQUESTS", "C Cash")
        await at.press("c")
        await at.sees(
            "Cash · Shelby County Jail",
            "Sun Nov 22   RECEIPTS 3",
            "On the balance of Ana R.",
            "Code waits until Tue Dec 22",
            "Put right",
            "D. Whitfield",
        )


def _is_in(at: Desk, name: str) -> bool:
    """Say whether the cursor is in the field of this name."""
    return at.screen.focused is not None and at.screen.focused in at.screen.query_one(f"#{name}", Field).query("*")


async def fill_in(at: Desk, receipt: str, amount: str, email: str) -> None:
    for name, text in (("receipt", receipt), ("amount", amount), ("email", email)):
        await at.until(partial(_is_in, at, name))
        if text:
            await at.type(text)
        await at.press("enter")


async def test_cash_without_an_address_shows_a_code_once_and_is_sent_once() -> None:
    server = cash_world()
    gate = server.hold("POST", CASH)
    async with desk(server, TakeCash(SHELBY), account=OFFICER) as at:
        await at.sees("Number on the receipt")
        await fill_in(at, "4710", "12.50", "")
        await at.press("enter", "enter")
        gate.open()
        await reads(at, "$12.50 taken, receipt 4710.", "Write this code on the receipt: 7KQ2-M4XN-0B3D")
        await reads(at, "It works once, until Tue Dec 22, 2026")
        (asked,) = server.asked("POST", CASH)
        assert asked.body == {"receipt": "4710", "amount": {"minor": 1250, "currency": "USD"}, "email": None}
        await at.press("enter")
        await at.sees_not("7KQ2-M4XN-0B3D")


async def test_cash_for_an_address_says_whose_balance_has_it() -> None:
    server = cash_world()
    server.answer("POST", CASH, CREDITED, status=201)
    async with desk(server, TakeCash(SHELBY), account=OFFICER) as at:
        await at.sees("Number on the receipt")
        await fill_in(at, "4711", "20", "ana@example.org")
        await reads(at, "$20.00 taken, receipt 4711.", "It is on the balance of Ana R. now.")


async def test_what_the_desk_does_not_take_is_said_beside_its_field_and_not_sent() -> None:
    server = cash_world()
    async with desk(server, TakeCash(SHELBY), account=OFFICER) as at:
        await at.sees("Number on the receipt")
        await at.press("enter")
        await at.sees("Type the number as it is printed.")
        await at.type("4711")
        await at.press("enter")
        await at.type("301")
        await at.press("enter")
        await at.sees("Take from $1.00 to $300.00 at once.")
        assert server.seen("POST", CASH) == 0


async def test_an_address_of_nobody_here_and_a_number_used_before_are_told_apart() -> None:
    server = cash_world()
    wrong = wire((FieldError("email", "No visitor of this facility has this address."),))
    server.refuse("POST", CASH, 422, "invalid", "Something needs to be corrected.", errors=wrong)
    async with desk(server, TakeCash(SHELBY), account=OFFICER) as at:
        await at.sees("Number on the receipt")
        await fill_in(at, "4711", "20", "jo@example.org")
        await at.sees("No visitor of this facility has this address.")
        server.refuse("POST", CASH, 409, "receipt_exists", "Receipt 4711 was entered at this facility already.")
        await at.type("x")
        await at.press("enter")
        await reads(at, "A receipt of this number was entered here already. Look at the number on the paper")


async def test_a_mistake_is_put_right_with_a_reason() -> None:
    server = cash_world()
    async with desk(server, CashToday(SHELBY), account=OFFICER) as at:
        await at.sees("On the balance of Ana R.")
        await at.press("u")
        await at.sees("Undo receipt 4711, $20.00?")
        await at.press("enter")
        await at.sees("Write what went wrong.")
        await at.type("Counted twice.")
        await at.press("enter")
        await at.sees("Receipt 4711 is put right. Give the cash back.")
        (asked,) = server.asked("POST", UNDO)
        assert asked.body == {"reason": "Counted twice."}
        await dims(at, "put_right")


async def test_money_that_is_spent_stays_and_the_desk_says_why() -> None:
    server = cash_world()
    server.refuse("POST", UNDO, 409, "cash_spent", "It cannot be put right here. Ask support.")
    async with desk(server, CashToday(SHELBY), account=OFFICER) as at:
        await at.sees("On the balance of Ana R.")
        await at.press("u")
        await at.sees("Undo receipt 4711")
        await at.type("Oops.")
        await at.press("enter")
        await reads(at, "Some of this money is spent already, or is being spent. Ask support to put it right.")


async def test_a_code_puts_its_money_on_the_balance_and_says_how_much() -> None:
    server = cash_world()
    async with desk(server, Profile()) as at:
        await at.sees("Prepaid balance")
        await at.press("t")
        await at.sees("A code from a facility's desk")
        await at.press("5")
        await at.sees("Enter the code from the facility's desk")
        await at.type("7kq2 m4xn")
        await at.press("enter")
        await at.sees("! The code has 12 letters and digits.")
        await at.type(" 0b3d")
        await at.press("enter")
        await reads(at, "$20.00 came onto your balance.", "The cash was taken at Shelby County Jail.")
        (asked,) = server.asked("POST", CODES)
        assert asked.body == {"code": "7kq2 m4xn 0b3d"}
        await at.press("enter")
        await at.sees("PROFILE", "Prepaid balance")


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (400, "cash_code_wrong", "This is no code for cash. Compare it with the paper, letter by letter."),
        (409, "cash_code_used", "This code was used already. Transaction Details shows what came of it."),
        (409, "cash_code_expired", "has run out. Take your receipt to the facility's desk."),
    ],
)
async def test_why_a_code_is_not_taken_is_said_with_what_to_do(status: int, code: str, said: str) -> None:
    server = cash_world()
    server.refuse("POST", CODES, status, code, "Any.")
    async with desk(server, CashCode()) as at:
        await at.sees("Enter the code")
        await at.type("7KQ2-M4XN-0B3D")
        await at.press("enter")
        await reads(at, said)


async def test_too_many_wrong_codes_say_when_to_go_on() -> None:
    server = cash_world()
    server.refuse("POST", CODES, 429, "cash_codes_locked", "Wait.", retry_after_seconds=900)
    async with desk(server, CashCode()) as at:
        await at.sees("Enter the code")
        await at.type("7KQ2-M4XN-0B3D")
        await at.press("enter")
        await reads(at, "Too many wrong codes. Your code stays good. Please try again in 15 minutes.")
