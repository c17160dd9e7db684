"""Talking to the processor, outside any transaction, about one payment: charge it, ask about it, end it, send it back.

What it says is written down by :mod:`backend.visits.settling` and :mod:`backend.visits.returning` in a transaction of
its own, once, whoever asked.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import Final

from backend.context import Context
from backend.money import orders, returns
from backend.money.orders import Open
from backend.money.processors.base import ChargeResult, Processor
from backend.money.returns import Return
from backend.security import Actor
from backend.visits import returning, settling

log = logging.getLogger(__name__)

LONGEST_WAIT: Final = 10.0
"""Seconds that a processor may take to answer; after it the outcome is unknown, and the reconciler asks again."""


async def charge(context: Context, actor: Actor, payment_id: str) -> None:
    """Send the charge of a payment that has no outcome yet, and act on the answer if there is one."""
    found = await context.db.read(lambda tx: orders.to_send(tx, payment_id))
    if found is not None:
        await _settle(context, actor, found, await _send(context, found))


async def ask_again(context: Context, actor: Actor, payment_id: str) -> None:
    """Ask what became of a payment, and act on the answer. A charge that never arrived is sent under the same key.

    It never arrived because the server stopped before it was sent: who confirmed still wants the visit, and the place
    is kept. After that time it is given up instead, for nobody expects to be charged any more. A page, or a reader's
    question, that has waited long enough is ended.
    """
    found = await context.db.read(lambda tx: orders.to_send(tx, payment_id))
    processor = None if found is None else _processor(context, found.processor)
    if found is None or processor is None:
        return
    result = await _within(processor.end(found.order) if found.is_over else processor.look_up(found.order))
    if result.outcome == "never_seen":
        again = found.keeps_place and not found.is_over
        result = await _send(context, found) if again else ChargeResult("declined", problem_code="not_charged")
    await _settle(context, actor, found, result)


async def end(context: Context, actor: Actor, payment_id: str) -> None:
    """End the page, or the reader's question, of a payment now: somebody wants to pay another way."""
    found = await context.db.read(lambda tx: orders.to_send(tx, payment_id))
    processor = None if found is None else _processor(context, found.processor)
    if found is not None and processor is not None:
        await _settle(context, actor, found, await _within(processor.end(found.order)))


async def hear(context: Context, actor: Actor, payment_id: str) -> None:
    """Act on news of a payment, such as a webhook: ask the processor itself, whatever the news said.

    A payment that was given up may have gone through after all: then it comes back by itself.
    """
    found = await context.db.read(lambda tx: orders.to_ask(tx, payment_id))
    processor = None if found is None else _processor(context, found.processor)
    if found is not None and processor is not None:
        await _settle(context, actor, found, await _within(processor.look_up(found.order)))
    await send_back(context, actor, payment_id)


async def send_back(context: Context, actor: Actor, payment_id: str) -> None:
    """Send back what a payment gives back, and note it once the processor has said yes, or that it refuses."""
    for back in await context.db.read(lambda tx: returns.of_payment(tx, payment_id)):
        await _send_back(context, actor, back)


async def _send_back(context: Context, actor: Actor, back: Return) -> None:
    processor = _processor(context, back.processor)
    if processor is None:
        return
    result = await _within(processor.refund(back.key, back.charge_reference, back.amount_minor, back.currency))
    if result.outcome == "succeeded":
        await context.db.write(lambda tx: returning.came_back(tx, actor, back.entry_id, result.reference))
    elif result.outcome == "declined":
        problem = result.problem_code
        if await context.db.write(lambda tx: returning.cannot_come_back(tx, actor, back.entry_id, problem)):
            log.error("%s cannot be given back (%s): a person has to see to it", back.key, problem)


async def _send(context: Context, found: Open) -> ChargeResult:
    processor = _processor(context, found.processor)
    return ChargeResult("unknown") if processor is None else await _within(processor.charge(found.order))


def _processor(context: Context, name: str) -> Processor | None:
    """Return a payment's processor. While the server has none of that name, nothing can be asked of it."""
    found = context.processors.named(name)
    if found is None:
        log.error("payments with the processor %s cannot be settled: it is not set up any more", name)
    return found


async def _settle(context: Context, actor: Actor, found: Open, result: ChargeResult) -> None:
    payment_id = found.order.payment_id
    if result.outcome in ("succeeded", "declined"):
        await context.db.write(lambda tx: settling.settle(tx, actor, payment_id, result))
        await send_back(context, actor, payment_id)
    elif _is_news(found, result):
        await context.db.write(lambda tx: settling.opened(tx, payment_id, result))


def _is_news(found: Open, result: ChargeResult) -> bool:
    """Say whether an open payment has a page now, or a customer, that it had not before."""
    order, page = found.order, result.page
    return (page is not None and page.reference != order.page_reference) or (
        result.customer is not None and result.customer != order.payer.customer
    )


async def _within(answer: Awaitable[ChargeResult]) -> ChargeResult:
    """Wait for a processor's answer; none in time, or no connection, is an unknown outcome and never a failure."""
    try:
        async with asyncio.timeout(LONGEST_WAIT):
            return await answer
    except (TimeoutError, OSError) as error:
        log.warning("the processor did not answer: %s", type(error).__name__)
        return ChargeResult("unknown")
