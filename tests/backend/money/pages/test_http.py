"""The short address, as a phone uses it: what it shows, that it charges once, and what it keeps to itself."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database, Tx
from backend.money.models import Payment
from backend.money.processors.registry import Processors
from backend.money.processors.test import ON_A_PAGE, TestProcessor
from backend.security import SERVER
from backend.visits import booking, paying, reconciler
from tests.backend.visits.counting import count
from tests.backend.visits.world import APPROVED, DECLINED, LATER, SILENT, World, build

CODE = "K7M2QX4TRD"
TEN_MINUTES = timedelta(minutes=10)
SECOND = timedelta(seconds=1)


@pytest.fixture
def context(context: Context, clock: SteppedClock) -> Context:
    return replace(context, processors=Processors(TestProcessor(clock, has_page=True)), public_url="https://x.example")


@pytest.fixture
def world(db: Database) -> World:
    return build(db)


@pytest.fixture
def payment(world: World, clock: SteppedClock) -> str:
    """A payment that waits for somebody's phone; its page ends in ten minutes."""
    hold = world.hold()

    def work(tx: Tx) -> str:
        begun = booking.begin(tx, world.visitor, world.confirming(hold.id, method=ON_A_PAGE))
        row = tx.session.get_one(Payment, begun.payment_id)
        row.page_code, row.page_reference, row.ends_at = CODE, "test-page", tx.now + TEN_MINUTES
        tx.session.add(row)
        return row.id

    return world.db.write_now(work)


def status(world: World, payment_id: str) -> str:
    return world.db.read_now(lambda tx: tx.session.get_one(Payment, payment_id).status)


def change(world: World, payment_id: str, **values: object) -> None:
    def work(tx: Tx) -> None:
        row = tx.session.get_one(Payment, payment_id)
        for name, value in values.items():
            setattr(row, name, value)
        tx.session.add(row)

    world.db.write_now(work)


async def pay(http: httpx.AsyncClient, token: str, code: str = CODE) -> httpx.Response:
    """Send the form as a browser does, and follow to what it shows then."""
    return await http.post(f"/p/{code}", data={"method": token}, follow_redirects=True)


async def test_the_page_says_how_much_for_what_and_for_how_long(http: httpx.AsyncClient, payment: str) -> None:
    shown = (await http.get(f"/p/{CODE}")).text

    assert "<h1>Pay $5.70</h1>" in shown
    assert "Video visit" in shown
    assert "10 minutes left to pay here." in shown
    assert "This is a test: no money moves." in shown


async def test_paying_makes_the_visit_and_says_to_go_on_at_the_terminal(
    http: httpx.AsyncClient, world: World, payment: str
) -> None:
    shown = await pay(http, APPROVED.token)

    assert "You can put your phone away; the terminal goes on by itself." in shown.text
    assert (status(world, payment), count(world.db, "visit")) == ("succeeded", 1)


async def test_ten_presses_charge_once(http: httpx.AsyncClient, world: World, payment: str) -> None:
    answers = await asyncio.gather(*(pay(http, APPROVED.token) for _ in range(10)))

    assert {answer.status_code for answer in answers} == {200}
    assert (count(world.db, "visit"), count(world.db, "ledger_entry")) == (1, 1)


async def test_a_declined_card_lets_another_one_be_chosen(http: httpx.AsyncClient, world: World, payment: str) -> None:
    refused = await pay(http, DECLINED.token)

    assert "The card was declined. Nothing was charged. Choose another one." in refused.text
    assert status(world, payment) == "checking"
    assert "<h1>Paid</h1>" in (await pay(http, APPROVED.token)).text


async def test_an_answer_that_takes_its_time_is_waited_for_without_a_script(
    http: httpx.AsyncClient, world: World, clock: SteppedClock, context: Context, payment: str
) -> None:
    waiting = (await pay(http, LATER.token)).text
    assert "One moment, please" in waiting
    assert '<meta http-equiv="refresh" content="3">' in waiting

    clock.step(5 * SECOND)
    await reconciler.one_round(context)

    assert "<h1>Paid</h1>" in (await http.get(f"/p/{CODE}")).text


async def test_what_was_chosen_is_known_after_a_restart_and_once_it_fails_the_page_has_ended(
    http: httpx.AsyncClient, world: World, clock: SteppedClock, context: Context, payment: str
) -> None:
    await pay(http, SILENT.token)
    clock.step(61 * SECOND)
    restarted = replace(context, processors=Processors(TestProcessor(clock, has_page=True)))
    await paying.ask_again(restarted, SERVER, payment)

    shown = (await http.get(f"/p/{CODE}")).text
    assert "This payment has ended" in shown
    assert "The bank never answered. Nothing was charged." in shown


async def test_once_the_time_is_over_nobody_can_pay(
    http: httpx.AsyncClient, world: World, clock: SteppedClock, payment: str
) -> None:
    clock.step(TEN_MINUTES - SECOND)
    assert "Less than a minute is left to pay here." in (await http.get(f"/p/{CODE}")).text

    clock.step(SECOND)
    shown = await pay(http, APPROVED.token)

    assert "This payment has ended" in shown.text
    assert "Nothing was charged." in shown.text
    assert (status(world, payment), count(world.db, "visit")) == ("checking", 0)


async def test_money_that_comes_back_is_said_to(http: httpx.AsyncClient, world: World, payment: str) -> None:
    await pay(http, APPROVED.token)
    change(world, payment, status="returning")

    assert "$5.70 comes back to you." in (await http.get(f"/p/{CODE}")).text


async def test_a_code_may_be_typed_in_small_letters_with_gaps(http: httpx.AsyncClient, payment: str) -> None:
    assert "Pay $5.70" in (await http.get("/p/k7m2q-x4trd")).text


async def test_a_code_that_does_not_exist_is_said_to_be_none_and_many_of_them_have_to_wait(
    http: httpx.AsyncClient, clock: SteppedClock, payment: str
) -> None:
    answers = [await http.get(f"/p/WRNG{number}") for number in range(10)]
    answers += [await pay(http, APPROVED.token, f"WRNG{number}") for number in range(10)]
    assert {answer.status_code for answer in answers} == {404}
    assert "This address leads to no payment." in answers[0].text

    too_many = await http.get(f"/p/{CODE}")
    assert (too_many.status_code, too_many.headers["Retry-After"]) == (429, "60")
    assert (await pay(http, APPROVED.token)).status_code == 429

    clock.step(60 * SECOND)
    assert (await http.get(f"/p/{CODE}")).status_code == 200


async def test_another_processors_page_is_led_on_to_as_long_as_it_is_open(
    http: httpx.AsyncClient, world: World, clock: SteppedClock, payment: str
) -> None:
    change(world, payment, processor="stripe", page_reference=None)
    assert "One moment, please" in (await http.get(f"/p/{CODE}")).text

    change(world, payment, page_reference="cs_1", page_url="https://checkout.example.com/c/pay/cs_1")
    led_on = await http.get(f"/p/{CODE}")
    assert (led_on.status_code, led_on.headers["Location"]) == (303, "https://checkout.example.com/c/pay/cs_1")
    assert (await http.post(f"/p/{CODE}", data={"method": APPROVED.token})).headers["Location"] == CODE
    assert status(world, payment) == "checking"

    clock.step(TEN_MINUTES)
    assert "This payment has ended" in (await http.get(f"/p/{CODE}")).text


async def test_the_page_runs_no_script_loads_nothing_and_is_kept_by_nobody(
    http: httpx.AsyncClient, payment: str
) -> None:
    answer = await http.get(f"/p/{CODE}")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert not re.search(r"<script|https?://|src=|href=| on\w+=|@import|url\(", answer.text)
    assert '<html lang="en">' in answer.text


async def test_nothing_personal_stands_on_the_page(http: httpx.AsyncClient, world: World, payment: str) -> None:
    shown = (await http.get(f"/p/{CODE}")).text

    for secret in (payment, world.visitor.account, world.individual_id, "Rivera", world.facility_id, "@"):
        assert secret not in re.sub(r"<style>.*?</style>", "", shown, flags=re.DOTALL), secret


async def test_what_the_address_says_is_not_said_on_the_page(http: httpx.AsyncClient, payment: str) -> None:
    shown = (await http.get(f"/p/{CODE}", params={"problem": "<script>alert(1)</script>"})).text

    assert "script" not in shown
    assert "Nothing was charged" not in shown
