"""Money for the prepaid balance, from the profile: how much, what with, and until it is there."""

from __future__ import annotations

from dataclasses import replace

from backend_client import Confirmation, ConfirmationStatus, Money, PaymentStatus, Wallet
from tests.tui.screens.account_world import ON_A_PHONE, WALLET, world
from tests.tui.support import Desk, desk
from tui import checks
from tui.screens.profile import Profile

DONE = Confirmation(ConfirmationStatus.CONFIRMED, replace(ON_A_PHONE, status=PaymentStatus.SUCCEEDED, page=None))


async def to_top_up(at: Desk) -> None:
    await at.sees("Prepaid balance $3.00, account credit $1.50")
    await at.press("t")
    await at.sees("Top up your prepaid balance", "$10.00")


async def test_an_amount_of_ones_own_is_paid_with_a_card_and_shows_in_the_profile() -> None:
    server = world()
    server.answer("POST", "/v1/top-ups", DONE, status=201)
    async with desk(server, Profile()) as at:
        await to_top_up(at)
        await at.press("4")
        await at.type("twelve")
        await at.press("enter")
        await at.sees("Type an amount, such as 20 or 12.50.", "twelve")
        await at.press(*["backspace"] * 6)
        await at.type("25.00")
        await at.press("enter")
        await at.sees("Choose how to pay $25.00. You are charged at once.")
        server.answer("GET", "/v1/wallet", Wallet(Money(2800, "USD"), WALLET.credit))
        await at.press("2")
        await at.sees("Prepaid balance $28.00", "$25.00 came onto your balance.")
    assert server.asked("POST", "/v1/top-ups")[0].body == {
        "amount": {"minor": 2500, "currency": "USD"},
        "payment_method": "tok_ok",
    }


async def test_a_phone_tops_up_and_the_profile_follows() -> None:
    server = world()
    async with desk(server, Profile()) as at:
        await to_top_up(at)
        await at.press("2")
        await at.sees("Choose how to pay $25.00")
        await at.press("1")
        await at.sees("Pay $25.00 on your phone", "K7M2QX4TRD", "Pay until")
        server.answer("GET", "/v1/payments/P1", DONE)
        server.announce("payment", "P1")
        await at.sees("PROFILE", "$25.00 came onto your balance.")


async def test_another_way_is_chosen_once_the_page_has_ended() -> None:
    server = world()
    ended = replace(ON_A_PHONE, status=PaymentStatus.DECLINED, problem_code="page_ended")
    server.answer("POST", "/v1/payments/P1/end", Confirmation(ConfirmationStatus.CHECKING, ended))
    async with desk(server, Profile()) as at:
        await to_top_up(at)
        await at.press("2")
        await at.sees("Choose how to pay $25.00")
        await at.press("1")
        await at.sees("Pay $25.00 on your phone", "Esc Pay another way")
        await at.press("escape")
        await at.sees("Choose how to pay $25.00", "Visa 4242")


async def test_a_declined_card_leaves_the_amount_and_the_choice() -> None:
    server = world()
    server.refuse("POST", "/v1/top-ups", 402, "payment_declined", "The card was declined.")
    async with desk(server, Profile()) as at:
        await to_top_up(at)
        await at.press("1")
        await at.sees("Choose how to pay $10.00")
        await at.press("2")
        await at.sees("declined", "Choose how to pay $10.00", "Visa 4242")


def test_amounts_are_read_as_people_write_them() -> None:
    well = {"20": 2000, "12.50": 1250, "$7": 700, " 1,200.05 ": 120005}
    assert {value: checks.minor_units(value) for value in well} == well
    assert all(not checks.amount(value) for value in well)
    assert all(checks.amount(value) for value in ("", "0", "-5", "1.5", "12,50", "ten", "1e3", "٣"))
