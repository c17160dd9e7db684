"""The Payment page by its keys, and paying on a phone as the terminal follows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from backend_client import (
    Confirmation,
    ConfirmationStatus,
    PaymentMethod,
    PaymentPage,
    PaymentStatus,
    Promotion,
    WaitsFor,
)
from tests.tui.screens.schedule_visit.world import (
    CONFIRMED,
    FULL_DRAFT,
    METHODS,
    PAYMENT,
    RICH,
    WAYS,
    WAYS_TO_PAY,
    hold,
    resume,
    usd,
    world,
)
from tests.tui.support import NOW, Desk, FakeServer, Json, desk
from tui.screens.schedule_visit import ScheduleVisit

PHONE = PaymentMethod("page", "your phone", "", "", test=True, sentence="Opens a page.")
READER = PaymentMethod("reader", "card reader", "", "", test=False)
WITH_PHONE = replace(WAYS, methods=(READER, PHONE, *METHODS))
ADDRESS = "https://visits.example.org/p/K7M2QX4TRD"


def waiting(seconds: int = 480, waits_for: WaitsFor = WaitsFor.PHONE, address: str = ADDRESS) -> Confirmation:
    """Return what confirming answers while somebody has to pay elsewhere."""
    page = PaymentPage(address, NOW + timedelta(seconds=seconds), seconds)
    payment = replace(PAYMENT, status=PaymentStatus.CHECKING, page=page, waits_for=waits_for, label="your phone")
    return Confirmation(ConfirmationStatus.CHECKING, payment)


def ended(code: str = "page_ended") -> Confirmation:
    """Return what a payment answers that nobody can make any more."""
    payment = replace(PAYMENT, status=PaymentStatus.DECLINED, problem_code=code, sentence="Nobody has paid in time.")
    return Confirmation(ConfirmationStatus.CHECKING, payment)


def with_phone(answer: Confirmation | None = None) -> FakeServer:
    """Return a server at which a reader and a phone can pay."""
    server = world(draft=FULL_DRAFT, held=hold())
    server.answer("GET", WAYS_TO_PAY, WITH_PHONE)
    server.answer("POST", "/v1/visits", answer or waiting(), status=202)
    server.answer("GET", "/v1/payments/P1", answer or waiting())
    return server


def body(server: FakeServer) -> dict[str, Json]:
    sent = server.asked("POST", "/v1/visits")[0].body
    assert isinstance(sent, dict)
    return sent


async def pay_with(at: Desk, line: str) -> None:
    """Choose a way to pay, and confirm."""
    await resume(at)
    await at.sees("Payment information", "Promotional code")
    await at.press(line)
    await at.sees("Check your answers")
    at.clock.step(1)
    await at.press("enter")


async def test_sources_are_switched_and_the_parts_are_confirmed() -> None:
    server = world(draft=FULL_DRAFT, held=hold())
    server.answer("GET", WAYS_TO_PAY, RICH)
    async with desk(server, ScheduleVisit()) as at:
        await resume(at)
        await at.sees("You pay: $5.70, all from your account", "Prepaid balance, $10.00", "pays $1.70")
        await at.press("2")
        await at.sees("You pay: $5.70, $4.00 of it from your account", "off", "Visa 4242")
        await at.press("3")
        await at.sees("$4.00 account credit, $1.70 Visa 4242")
        at.clock.step(1)
        await at.press("enter")
        await at.sees("Your visit is confirmed.")
    sent = body(server)
    assert (sent["sources"], sent["payment_method"], sent["promo_code"]) == (["credit"], "tok_ok", None)


async def test_a_promotional_code_that_does_not_hold_says_why_and_stays_typed() -> None:
    server = world(draft=FULL_DRAFT, held=hold())
    no = replace(WAYS, promo_problem="This code ended on Nov 1.")
    yes = replace(WAYS, promo=Promotion("SPRING", usd(200)))
    server.answer("GET", WAYS_TO_PAY, WAYS, no, yes)
    async with desk(server, ScheduleVisit()) as at:
        await resume(at)
        await at.sees("Promotional code…")
        await at.press("4")
        await at.type("SPRNG")
        await at.press("enter")
        await at.sees("This code ended on Nov 1.", "SPRNG")
        await at.press("escape")
        await at.sees("Visa 4242")
        await at.press("4")
        await at.sees("SPRNG")
        await at.press("left", "left", "i", "enter")
        await at.sees("Code SPRING", "pays $2.00", "You pay: $3.70")
        await at.press("2")
        await at.sees("$2.00 promotional code, $3.70 Visa 4242")
        at.clock.step(1)
        await at.press("enter")
        await at.sees("Your visit is confirmed.")
    sent = body(server)
    assert (sent["sources"], sent["promo_code"]) == (["promo"], "SPRING")


async def test_where_the_facility_pays_there_is_nothing_to_choose() -> None:
    server = world(draft=FULL_DRAFT, held=hold())
    server.answer("GET", WAYS_TO_PAY, replace(RICH, facility_pays=True))
    async with desk(server, ScheduleVisit()) as at:
        await resume(at)
        await at.sees("You pay: $0.00. The facility pays.")
        await at.press("enter")
        await at.sees("The facility", "Check your answers")


async def test_a_phone_pays_and_the_terminal_goes_on_by_itself() -> None:
    server = with_phone()
    async with desk(server, ScheduleVisit()) as at:
        await pay_with(at, "2")
        await at.sees("Pay $5.70 on your phone", "visits.example.org/p/", "K7M2QX4TRD", "Pay until 9:49 PM EST (8:00)")
        server.answer("GET", "/v1/payments/P1", CONFIRMED)
        server.announce("payment", "P1")
        await at.sees("Your visit is confirmed.")


async def test_paying_another_way_ends_the_page_first() -> None:
    server = with_phone()
    server.answer("POST", "/v1/payments/P1/end", ended())
    async with desk(server, ScheduleVisit()) as at:
        await pay_with(at, "2")
        await at.sees("Pay $5.70 on your phone", "Esc Pay another way")
        await at.press("escape")
        await at.sees("Payment information", ">2", "On your own phone")
        assert server.seen("POST", "/v1/payments/P1/end") == 1
        assert at.app.session.checking is None


async def test_who_has_paid_just_before_has_the_visit() -> None:
    server = with_phone()
    server.answer("POST", "/v1/payments/P1/end", CONFIRMED)
    async with desk(server, ScheduleVisit()) as at:
        await pay_with(at, "2")
        await at.sees("Pay $5.70 on your phone")
        await at.press("escape")
        await at.sees("Your visit is confirmed.")


async def test_when_the_hold_ends_it_says_so_and_asks_for_a_time() -> None:
    server = with_phone(waiting(seconds=600))
    async with desk(server, ScheduleVisit()) as at:
        await pay_with(at, "2")
        await at.sees("Pay $5.70 on your phone")
        server.answer("GET", "/v1/payments/P1", ended())
        at.clock.step(600)
        await at.sees("The time to pay is over", "Nothing was charged.", "Select the Time")


async def test_a_card_is_held_to_the_reader_and_nothing_is_scanned() -> None:
    server = with_phone(waiting(waits_for=WaitsFor.READER))
    async with desk(server, ScheduleVisit()) as at:
        await pay_with(at, "1")
        text = await at.sees("Pay $5.70 at the card reader", "Hold your card to the reader", "Esc Pay another way")
        assert "K7M2QX4TRD" not in text


async def test_without_room_for_the_code_the_address_is_there() -> None:
    async with desk(with_phone(), ScheduleVisit(), glyphs="ascii") as at:
        await pay_with(at, "2")
        text = await at.sees("K7M2QX4TRD", "Pay until")
        assert "▀" not in text


async def test_a_page_that_may_not_have_ended_is_not_left_and_esc_asks_again_with_the_same_key() -> None:
    server = with_phone()
    server.lose("POST", "/v1/payments/P1/end")
    async with desk(server, ScheduleVisit()) as at:
        await pay_with(at, "2")
        await at.sees("Pay $5.70 on your phone")
        await at.press("escape")
        await at.sees("do not know", "K7M2QX4TRD", "Esc Pay another way")
        server.answer("POST", "/v1/payments/P1/end", ended())
        await at.press("escape")
        await at.sees("Payment information", ">2", "On your own phone")
        assert len({seen.key for seen in server.asked("POST", "/v1/payments/P1/end")}) == 1
