"""Ways to pay, the wallet, topping up and ending a page over HTTP."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from backend.clock import SteppedClock
from backend.context import Context
from backend.money import top_ups
from backend.money.models import LedgerEntry
from backend.money.processors.base import PAGE
from backend.money.processors.registry import Processors
from backend.money.processors.test import TestProcessor
from backend.security import SERVER
from backend.visits import reconciler
from tests.backend.caller import Caller
from tests.backend.visits.conftest import Count
from tests.backend.visits.counting import count
from tests.backend.visits.purse import fill, promo, spendable
from tests.backend.visits.test_confirming import Json, confirming, hold
from tests.backend.visits.world import APPROVED, DECLINED, LATER, World

WAYS = "/v1/holds/current/ways-to-pay"
TWENTY = {"minor": 2000, "currency": "USD"}


@pytest.fixture
def context(context: Context, clock: SteppedClock) -> Context:
    return replace(
        context, processors=Processors(TestProcessor(clock, has_page=True)), public_url="https://visits.example.org"
    )


def cents(amount: object) -> object:
    assert isinstance(amount, dict)
    return amount["minor"]


async def test_every_way_to_pay_says_what_it_covers_and_which_code_does_not_hold(ana: Caller, world: World) -> None:
    fill(world, world.visitor.account, balance=1000, credit=50)
    promo(world, most=300)
    await hold(ana, world)

    said = (await ana.get(WAYS, promo_code="welcome")).json()

    assert cents(said["price"]["total"]) == 570
    assert (said["facility_pays"], said["free"], said["promo_problem"]) == (False, None, None)
    assert said["promo"] == {"code": "WELCOME", "covers": {"minor": 300, "currency": "USD"}}
    assert (cents(said["balance"]["available"]), cents(said["balance"]["covers"])) == (1000, 570)
    assert (cents(said["credit"]["available"]), cents(said["credit"]["covers"])) == (50, 50)
    assert said["methods"][0]["token"] == PAGE
    other = (await ana.get(WAYS, promo_code="guessed")).json()
    assert (other["promo"], other["promo_problem"]) == (None, "This facility has no such code.")
    assert (await ana.get("/v1/wallet")).json() == {
        "balance": {"minor": 1000, "currency": "USD"},
        "credit": {"minor": 50, "currency": "USD"},
    }


@pytest.mark.parametrize("where", ["asking", "confirming"])
async def test_who_tries_code_after_code_waits(ana: Caller, world: World, clock: SteppedClock, where: str) -> None:
    promo(world)
    body = confirming(world, await hold(ana, world))

    async def attempt(code: str) -> int:
        if where == "asking":
            return (await ana.get(WAYS, promo_code=code)).status_code
        return (await ana.post("/v1/visits", {**body, "promo_code": code})).status_code

    assert {await attempt(f"GUESS{number}") for number in range(20)} <= {200, 409}
    assert await attempt("WELCOME") == 429

    clock.step(timedelta(minutes=1))
    assert await attempt("WELCOME") in {200, 201}


async def test_without_a_time_that_is_kept_there_is_nothing_to_pay_for(ana: Caller) -> None:
    answer = await ana.get(WAYS)

    assert (answer.status_code, answer.json()["code"]) == (409, "hold_expired")


async def test_ten_equal_requests_from_several_sources_charge_once(ana: Caller, world: World, rows: Count) -> None:
    fill(world, world.visitor.account, balance=100)
    body: Json = {**confirming(world, await hold(ana, world)), "sources": ["balance"]}
    key = "the very same intent"

    answers = await asyncio.gather(*(ana.post("/v1/visits", body, key=key) for _ in range(10)))

    assert {answer.status_code for answer in answers} <= {201, 202}
    visits = {answer.json()["visit"]["id"] for answer in answers if answer.json()["visit"]}
    assert len(visits) == 1
    assert [rows(table) for table in ("visit", "payment", "ledger_entry", "transfer")] == [1, 1, 3, 3]
    assert spendable(world, world.visitor.account) == (0, 0)


async def test_a_page_is_shown_by_its_short_address_and_ended_to_pay_another_way(
    ana: Caller, world: World, rows: Count
) -> None:
    body = confirming(world, await hold(ana, world), PAGE)
    begun = await ana.post("/v1/visits", body)

    payment = begun.json()["payment"]
    assert (begun.status_code, payment["waits_for"]) == (202, "phone")
    assert payment["page"]["address"].startswith("https://visits.example.org/p/")
    ended = await ana.post(f"/v1/payments/{payment['id']}/end", {})
    again = await ana.post(f"/v1/payments/{payment['id']}/end", {})

    assert (ended.status_code, again.status_code) == (200, 200)
    now = ended.json()["payment"]
    assert (now["status"], now["problem_code"], now["page"]) == ("declined", "page_ended", None)
    other = await ana.post("/v1/visits", {**body, "payment_method": APPROVED.token})
    assert (other.status_code, rows("visit"), rows("payment")) == (201, 1, 2)


async def test_a_payment_that_only_the_bank_decides_cannot_be_ended(ana: Caller, world: World) -> None:
    begun = await ana.post("/v1/visits", confirming(world, await hold(ana, world), LATER.token))

    answer = await ana.post(f"/v1/payments/{begun.json()['payment']['id']}/end", {})

    assert (answer.status_code, answer.json()["code"]) == (409, "payment_checking")


async def test_ten_equal_top_ups_charge_once_and_the_line_shows(ana: Caller, world: World, rows: Count) -> None:
    body: Json = {"amount": TWENTY, "payment_method": APPROVED.token}

    answers = await asyncio.gather(*(ana.post("/v1/top-ups", body, key="one and the same key") for _ in range(10)))

    assert {answer.status_code for answer in answers} <= {201, 202}
    assert [rows(table) for table in ("payment", "ledger_entry", "transfer")] == [1, 1, 1]
    assert cents((await ana.get("/v1/wallet")).json()["balance"]) == 2000
    (line,) = (await ana.get("/v1/transactions")).json()["items"]
    assert (line["fee_source"], line["fee_source_label"]) == ("card", "Visa 4242")
    assert rows("outbox") == 1


@pytest.mark.parametrize(("amount", "status"), [(499, 422), (500, 201), (30_000, 201), (30_001, 422)])
async def test_a_top_up_is_neither_too_small_nor_a_slip_of_the_hand(
    ana: Caller, world: World, amount: int, status: int
) -> None:
    answer = await ana.post(
        "/v1/top-ups", {"amount": {"minor": amount, "currency": "USD"}, "payment_method": APPROVED.token}
    )

    assert answer.status_code == status


async def test_a_top_up_is_in_the_currency_of_the_balance(ana: Caller, world: World) -> None:
    answer = await ana.post(
        "/v1/top-ups", {"amount": {"minor": 2000, "currency": "EUR"}, "payment_method": APPROVED.token}
    )

    assert answer.json()["errors"][0]["sentence"] == "Only US dollars are taken here."


async def test_a_top_up_that_is_declined_adds_nothing_and_promises_no_time(ana: Caller, world: World) -> None:
    answer = await ana.post("/v1/top-ups", {"amount": TWENTY, "payment_method": DECLINED.token})

    assert (answer.status_code, answer.json()["code"]) == (402, "payment_declined")
    assert "your time" not in answer.json()["detail"]
    assert cents((await ana.get("/v1/wallet")).json()["balance"]) == 0


async def test_a_top_up_whose_answer_comes_later_is_there_once_and_no_second_is_begun_meanwhile(
    ana: Caller, world: World, context: Context, clock: SteppedClock
) -> None:
    begun = await ana.post("/v1/top-ups", {"amount": TWENTY, "payment_method": LATER.token})
    assert (begun.status_code, begun.json()["status"]) == (202, "checking")
    second = await ana.post("/v1/top-ups", {"amount": TWENTY, "payment_method": APPROVED.token})
    assert (second.status_code, second.json()["code"]) == (409, "payment_checking")

    clock.step(timedelta(seconds=4))
    await reconciler.one_round(context)
    await reconciler.one_round(context)

    shown = (await ana.get(f"/v1/payments/{begun.json()['payment']['id']}")).json()
    assert (shown["status"], shown["payment"]["status"], shown["visit"]) == ("confirmed", "succeeded", None)
    assert spendable(world, world.visitor.account) == (2000, 0)


async def test_of_a_top_up_only_what_is_not_spent_goes_back_to_its_card(
    ana: Caller, world: World, context: Context
) -> None:
    await ana.post("/v1/top-ups", {"amount": TWENTY, "payment_method": APPROVED.token})
    await ana.post("/v1/visits", {**confirming(world, await hold(ana, world), None), "sources": ["balance"]})

    query = select(LedgerEntry.id).where(LedgerEntry.kind == "top_up")
    entry = world.db.read_now(lambda tx: tx.session.exec(query).one())
    given = world.db.write_now(lambda tx: top_ups.give_back(tx, SERVER, entry, "You asked for it."))

    assert (given, spendable(world, world.visitor.account)) == (1430, (0, 0))
    await reconciler.one_round(context)
    assert count(world.db, "payment_return", "amount_minor = 1430 AND status = 'returned'") == 1
    assert world.db.write_now(lambda tx: top_ups.give_back(tx, SERVER, entry, "Again.")) == 0
