"""A card reader beside a kiosk, driven by the server (Stripe Terminal, docs.stripe.com/terminal).

The reader shows the amount, asks for a card, and speaks with Stripe by itself: terminal and server see neither the
card nor its number. One reader asks for one payment at a time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from backend.clock import Clock
from backend.money.processors import stripe_refunds
from backend.money.processors.base import READER, BadEventError, ChargeResult, Event, Method, Order, Page, Payer, Record
from backend.money.processors.stripe_intents import WITH_CARD, about, again_at, find, give_up, said_no, succeeded
from backend.money.processors.stripe_problems import PAGE_ENDED, problem_of
from backend.money.processors.stripe_wire import Refusal, StripeWire, ask, with_key

if TYPE_CHECKING:
    from stripe import PaymentIntent
    from stripe.terminal import Reader

READER_LABEL: Final = "Card reader"
TEST_SENTENCE: Final = "This server is in Stripe's test mode: no money moves."
NO_READER: Final = "no_reader"
NOT_USED: Final = "reader_not_used"
UNKNOWN: Final = ChargeResult("unknown")
Asking = Literal["asking", "failed", "done", "other"]
"""Whether the reader asks for the card of one payment, has failed to get it, has got it, or is about something else."""


class ReaderProcessor:
    """The readers at kiosks. Which of them is asked stands in the kiosk's row."""

    name = "reader"

    def __init__(self, wire: StripeWire, clock: Clock) -> None:
        """Speak over ``wire``, by ``clock``, the server's."""
        self._wire = wire
        self._clock = clock

    async def methods(self, payer: Payer) -> tuple[Method, ...]:
        """Return the reader beside the payer, if one is."""
        if payer.reader is None:
            return ()
        test = not self._wire.is_live
        return (Method(READER, READER_LABEL, brand="", last4="", test=test, sentence=TEST_SENTENCE if test else None),)

    async def charge(self, order: Order) -> ChargeResult:
        """Let the reader ask for a card. It has asked nothing of anybody while the outcome is not ``unknown``."""
        if order.payer.reader is None:
            return ChargeResult("declined", problem_code=NO_READER)
        client = self._wire.client().v1
        intent = await ask(
            client.payment_intents.create_async(
                {
                    "amount": order.amount_minor,
                    "currency": order.currency.lower(),
                    "allowed_payment_method_types": ["card_present"],
                    "capture_method": "automatic",
                    "metadata": about(order),
                    "expand": WITH_CARD,
                },
                with_key(order.key),
            )
        )
        if isinstance(intent, Refusal):
            return ChargeResult("declined", problem_code=intent.problem_code) if intent.sure else UNKNOWN
        asked = await ask(
            client.terminal.readers.process_payment_intent_async(
                order.payer.reader,
                {"payment_intent": intent.id, "process_config": {"enable_customer_cancellation": True}},
                with_key(f"{order.key}:ask"),
            )
        )
        if isinstance(asked, Refusal) and asked.sure:
            return _because(await self._given_up(order, intent), problem_of(asked.stripe_code, otherwise=NO_READER))
        return ChargeResult("unknown", page=Page(intent.id))

    async def look_up(self, order: Order) -> ChargeResult:
        """Ask what became of an order: the reader first, so that what it did meanwhile is in the payment."""
        asking, why = await self._reader_says(order)
        intent = await self._intent(order)
        if isinstance(intent, Refusal):
            return UNKNOWN
        if intent is None:
            return ChargeResult("never_seen")
        if intent.status in ("succeeded", "canceled"):
            return _of_one_that_is_over(intent)
        if asking == "failed":
            declined = said_no(intent)
            problem = problem_of(why, otherwise=NOT_USED) if declined is None else declined.problem_code
            return _because(await self._given_up(order, intent), problem)
        if asking == "other" and order.page_reference is not None:
            # it goes to the reader again, under the same key: what reached it before does not reach it twice
            return said_no(intent) or ChargeResult("never_seen")
        return ChargeResult("unknown", page=Page(intent.id))

    async def end(self, order: Order) -> ChargeResult:
        """Let the reader ask no more, and end the payment: whichever of both comes too late, the other says so."""
        asking, _ = await self._reader_says(order)
        if asking == "asking" and order.payer.reader is not None:
            key = with_key(again_at(f"stop:{order.key}", self._clock.now()))
            readers = self._wire.client().v1.terminal.readers
            stopped = await ask(readers.cancel_action_async(order.payer.reader, {}, key))
            if isinstance(stopped, Refusal) and not stopped.sure:
                return UNKNOWN
        intent = await self._intent(order)
        if isinstance(intent, Refusal):
            return UNKNOWN
        if intent is None:
            return ChargeResult("declined", problem_code=PAGE_ENDED)
        if intent.status in ("succeeded", "canceled"):
            return _of_one_that_is_over(intent)
        return await self._given_up(order, intent)

    async def refund(self, key: str, charge_reference: str, amount_minor: int, currency: str) -> ChargeResult:
        """Give back ``amount_minor`` of a payment: to its card, which need not be there."""
        return await stripe_refunds.refund(self._wire, key, charge_reference, amount_minor)

    async def records(self, since: datetime, until: datetime) -> AsyncIterator[Record]:
        """Return nothing: what readers took stands in the same books as the rest, which the other processor reads."""
        nothing: tuple[Record, ...] = ()
        for record in nothing:
            yield record

    def event(self, body: bytes, signature: str) -> Event:
        """Refuse every webhook: Stripe sends those of readers to the address of the other processor."""
        raise BadEventError("webhooks about readers go to the address of stripe")

    async def present_test_card(self, reader: str) -> bool:
        """Hold Stripe's test card against a simulated reader. Return whether the reader took it."""
        key = with_key(f"present:{reader}:{self._clock.now().timestamp()}")
        readers = self._wire.client().v1.test_helpers.terminal.readers
        return not isinstance(await ask(readers.present_payment_method_async(reader, {}, key)), Refusal)

    async def close(self) -> None:
        """Close the connections of the running event loop: for commands, whose loop ends with them."""
        await self._wire.close()

    async def _given_up(self, order: Order, intent: PaymentIntent) -> ChargeResult:
        return await give_up(self._wire, order, intent, self._clock.now())

    async def _intent(self, order: Order) -> PaymentIntent | Refusal | None:
        if order.page_reference is None:
            return await find(self._wire, order)
        intents = self._wire.client().v1.payment_intents
        return await ask(intents.retrieve_async(order.page_reference, {"expand": WITH_CARD}))

    async def _reader_says(self, order: Order) -> tuple[Asking, str | None]:
        """Return what the reader is about, and Stripe's code of why it failed."""
        if order.payer.reader is None or order.page_reference is None:
            return "other", None
        reader = await ask(self._wire.client().v1.terminal.readers.retrieve_async(order.payer.reader))
        if isinstance(reader, Refusal):
            return ("other" if reader.sure else "asking"), None
        return _about(order.page_reference, reader)


def _about(intent_id: str, reader: Reader) -> tuple[Asking, str | None]:
    action = reader.action
    if action is None or action.type != "process_payment_intent" or action.process_payment_intent is None:
        return "other", None
    asked = action.process_payment_intent
    named = asked.payment_intent if isinstance(asked.payment_intent, str) else asked.payment_intent.id
    if named != intent_id:
        return "other", None
    match action.status:
        case "failed":
            return "failed", action.failure_code
        case "succeeded":
            return "done", None
        case _:
            return "asking", None


def _of_one_that_is_over(intent: PaymentIntent) -> ChargeResult:
    if intent.status == "succeeded":
        return succeeded(intent)
    return ChargeResult("declined", problem_code=PAGE_ENDED)


def _because(result: ChargeResult, problem_code: str | None) -> ChargeResult:
    """Return an outcome with the reason for which it was looked for, if it turned out to be a refusal."""
    return replace(result, problem_code=problem_code) if result.outcome == "declined" else result
