"""At a kiosk beside a card reader, the reader is a way to pay, and is asked by the name that its kiosk notes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Tx
from backend.kiosks.models import Kiosk
from backend.money.models import Payment
from backend.money.processors.base import READER, ChargeResult, Method, Order, Page, Payer
from backend.money.processors.registry import Processors
from backend.money.processors.test import TestProcessor
from tests.backend.caller import Caller
from tests.backend.visits.processors import Remembering
from tests.backend.visits.test_confirming import confirming, hold
from tests.backend.visits.world import APPROVED, World


class Readers(Remembering):
    """Asks for a card at whichever reader it is told."""

    async def methods(self, payer: Payer) -> tuple[Method, ...]:
        return () if payer.reader is None else (Method(READER, "Card reader", "", ""),)

    async def charge(self, order: Order) -> ChargeResult:
        self.asked.append(order.payer.reader or "nowhere")
        return ChargeResult("unknown", page=Page("action"))


@pytest.fixture
def readers() -> Readers:
    return Readers(name="reader")


@pytest.fixture
def context(context: Context, clock: SteppedClock, readers: Readers) -> Context:
    return replace(context, processors=Processors(TestProcessor(clock), readers))


@pytest.mark.parametrize(("named", "first"), [("tmr_1", READER), (None, APPROVED.token)])
async def test_the_reader_beside_the_kiosk_is_the_first_way_to_pay(
    visitor: Caller, kiosk: Kiosk, world: World, named: str | None, first: str
) -> None:
    note(world, kiosk, named)

    found = (await visitor.get("/v1/payment-methods")).json()["items"]

    assert found[0]["token"] == first


async def test_the_reader_is_asked_and_the_payment_waits_for_it(
    visitor: Caller, kiosk: Kiosk, world: World, readers: Readers
) -> None:
    note(world, kiosk, "tmr_1")

    begun = await visitor.post("/v1/visits", confirming(world, await hold(visitor, world), READER))

    payment = begun.json()["payment"]
    assert (begun.status_code, payment["waits_for"], readers.asked) == (202, "reader", ["tmr_1"])
    kept = world.db.read_now(lambda tx: tx.session.get_one(Payment, payment["id"]))
    assert (kept.processor, kept.reader, kept.page_code) == ("reader", "tmr_1", None)


def note(world: World, kiosk: Kiosk, reader: str | None) -> None:
    def work(tx: Tx) -> None:
        tx.session.get_one(Kiosk, kiosk.id).reader = reader

    world.db.write_now(work)
