"""A card reader: it asks for one payment, a card is held against it, or it is called off in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.money.processors.base import READER, BadEventError, ChargeResult, Order, Payer
from tests.backend.money.processors.conftest import World
from tests.standin.faults import FaultKind
from tests.standin.things import Intent, Reader

READERS = "/v1/terminal/readers"
INTENTS = "/v1/payment_intents"


async def asked(world: World) -> Order:
    """Let a reader ask. Return the order as the server knows it then."""
    order = world.at_reader()
    result = await world.reader.charge(order)
    assert result.page is not None
    assert (result.outcome, result.page.url) == ("unknown", None)
    return replace(order, page_reference=result.page.reference)


def reader_of(order: Order) -> str:
    assert order.payer.reader is not None
    return order.payer.reader


async def test_only_who_stands_at_a_reader_is_offered_it(world: World) -> None:
    assert await world.reader.methods(Payer("ana")) == ()
    [method] = await world.reader.methods(Payer("ana", None, "tmr_1"))
    assert (method.token, method.test) == (READER, True)
    assert (await world.reader.charge(world.order(READER))).problem_code == "no_reader"


async def test_a_card_held_against_the_reader_pays_once(world: World) -> None:
    order = await asked(world)
    assert (await world.reader.look_up(order)).outcome == "unknown"
    assert await world.reader.present_test_card(reader_of(order))

    result = await world.reader.look_up(order)

    [charge] = world.stand_in.charged
    assert (result.outcome, result.reference, charge.amount) == ("succeeded", charge.intent, 570)
    assert result.paid_with is not None
    assert result.paid_with.label == "Visa 4242"
    assert charge.metadata == {"payment_id": order.payment_id, "key": order.key}
    world.clock.step(timedelta(seconds=1))
    assert not await world.reader.present_test_card(reader_of(order))
    assert (await world.reader.refund("refund:one", charge.intent, 570, "USD")).outcome == "succeeded"


async def test_a_card_that_the_bank_refuses_is_declined_and_the_payment_is_over(world: World) -> None:
    order = await asked(world)
    assert not world.stand_in.show_card(reader_of(order), "pm_card_chargeDeclinedInsufficientFunds")

    result = await world.reader.look_up(order)

    assert (result.outcome, result.problem_code) == ("declined", "insufficient_funds")
    assert [one.status for one in world.stand_in.all(Intent)] == ["canceled"]


async def test_a_reader_that_was_called_off_takes_no_card(world: World) -> None:
    order = await asked(world)

    ended = await world.reader.end(order)

    assert ended == ChargeResult("declined", problem_code="page_ended")
    assert not world.stand_in.show_card(reader_of(order))
    assert await world.reader.look_up(order) == await world.reader.end(order) == ended


async def test_a_card_that_was_quicker_than_the_end_has_paid(world: World) -> None:
    order = await asked(world)
    world.stand_in.show_card(reader_of(order))

    assert (await world.reader.end(order)).outcome == "succeeded"


async def test_a_reader_that_asks_somebody_else_is_not_called_off_for_them(world: World) -> None:
    first = await asked(world)
    await world.reader.end(first)
    second = world.at_reader(reader=reader_of(first))
    await world.reader.charge(second)
    world.clock.step(timedelta(minutes=1))

    await world.reader.end(first)

    assert world.stand_in.show_card(reader_of(second))


async def test_a_reader_that_is_busy_or_off_is_said_to_be_and_nothing_is_left_open(world: World) -> None:
    busy = await asked(world)
    refused = await world.reader.charge(world.at_reader(reader=reader_of(busy)))
    assert (refused.outcome, refused.problem_code) == ("declined", "reader_busy")

    off = world.at_reader()
    next(one for one in world.stand_in.all(Reader) if one.id == off.payer.reader).online = False
    gone = await world.reader.charge(off)
    assert (gone.outcome, gone.problem_code) == ("declined", "reader_offline")

    nobody = await world.reader.charge(world.at_reader(reader="tmr_taken_away"))
    assert nobody.outcome == "declined"
    waiting = [one.id for one in world.stand_in.all(Intent) if one.status != "canceled"]
    assert waiting == [busy.page_reference]


@pytest.mark.parametrize("fault", ["reset_before", "rate_limited", "lost_answer"])
@pytest.mark.parametrize("path", [INTENTS, READERS])
async def test_a_reader_that_may_not_have_been_asked_is_asked_again_and_takes_one_payment(
    world: World, fault: FaultKind, path: str
) -> None:
    order = world.at_reader()
    world.stand_in.faults.plan(fault, method="POST", path=path)
    first = await world.reader.charge(order)
    assert first.outcome == "unknown"

    order = replace(order, page_reference=first.page.reference if first.page else None)
    found = await world.reader.look_up(order)
    if found.outcome == "never_seen":
        found = await world.reader.charge(order)
    order = replace(order, page_reference=found.page.reference if found.page else None)
    if (await world.reader.look_up(order)).outcome == "never_seen":
        await world.reader.charge(order)

    assert world.stand_in.show_card(reader_of(order))
    assert (await world.reader.look_up(order)).outcome == "succeeded"
    assert len(world.stand_in.charged) == 1


@pytest.mark.parametrize("fault", ["reset_before", "server_error", "rate_limited", "lost_answer"])
@pytest.mark.parametrize(("method", "path"), [("GET", READERS), ("GET", INTENTS), ("POST", READERS), ("POST", INTENTS)])
async def test_while_stripe_does_not_answer_no_payment_is_said_to_have_ended(
    world: World, fault: FaultKind, method: str, path: str
) -> None:
    order = await asked(world)
    world.stand_in.faults.plan(fault, method=method, path=path)

    ended = await world.reader.end(order)

    if ended.outcome == "declined":
        assert not world.stand_in.show_card(reader_of(order))
    world.clock.step(timedelta(minutes=1))
    assert (await world.reader.end(order)).outcome == "declined"
    assert not world.stand_in.show_card(reader_of(order))


async def test_what_readers_took_stands_in_the_books_of_the_other_processor(world: World) -> None:
    order = await asked(world)
    world.stand_in.show_card(reader_of(order))
    now = world.clock.now()

    assert [one async for one in world.reader.records(now, now)] == []
    [record] = [one async for one in world.stripe.records(now, now.replace(hour=now.hour + 1))]
    assert record.payment_id == order.payment_id
    with pytest.raises(BadEventError):
        world.reader.event(b"{}", "")
