"""Talking to the processor, outside any transaction, about one payment: charge it, ask about it, send it back.

What it says is written down by :mod:`backend.visits.settling` in a transaction of its own, once, whoever asked.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import Final

from backend.context import Context
from backend.db import Tx
from backend.money import service as money
from backend.money.processors.base import ChargeResult, Processor
from backend.money.service import Open, Return
from backend.security import Actor
from backend.visits import settling

log = logging.getLogger(__name__)

LONGEST_WAIT: Final = 10.0
"""Seconds that a processor may take to answer; after it the outcome is unknown, and the reconciler asks again."""


async def charge(context: Context, actor: Actor, payment_id: str) -> None:
    """Send the charge of a payment that has no outcome yet, and act on the answer if there is one."""
    found = await context.db.read(lambda tx: money.to_send(tx, payment_id))
    if found is not None:
        await _settle(context, actor, payment_id, await _send(context, found))


async def ask_again(context: Context, actor: Actor, payment_id: str) -> None:
    """Ask what became of a payment, and act on the answer. A charge that never arrived is sent under the same key.

    It never arrived because the server stopped before it was sent: who confirmed still wants the visit, and the place
    is kept. After that time it is given up instead, for nobody expects to be charged any more.
    """

    def what_to_ask(tx: Tx) -> tuple[Open, bool] | None:
        found = money.to_send(tx, payment_id)
        return None if found is None else (found, money.keeps_place(tx, payment_id))

    asked = await context.db.read(what_to_ask)
    if asked is None:
        return
    found, keeps_place = asked
    processor = _processor(context, found.processor)
    if processor is None:
        return
    result = await _within(processor.look_up(found.order))
    if result.outcome == "never_seen":
        result = await _send(context, found) if keeps_place else ChargeResult("declined", problem_code="not_charged")
    await _settle(context, actor, payment_id, result)


async def send_back(context: Context, actor: Actor, payment_id: str) -> None:
    """Send back what a payment gives back, and note it once the processor has said yes, or that it refuses."""
    back: Return | None = await context.db.read(lambda tx: money.return_of(tx, payment_id))
    processor = None if back is None else _processor(context, back.processor)
    if back is None or processor is None:
        return
    result = await _within(processor.refund(back.key, back.charge_reference, back.amount_minor, back.currency))
    if result.outcome == "succeeded":
        await context.db.write(lambda tx: settling.came_back(tx, actor, payment_id))
    elif result.outcome == "declined":
        problem = result.problem_code
        if await context.db.write(lambda tx: settling.cannot_come_back(tx, actor, payment_id, problem)):
            log.error("payment %s cannot be given back (%s): a person has to see to it", payment_id, problem)


async def _send(context: Context, found: Open) -> ChargeResult:
    processor = _processor(context, found.processor)
    return ChargeResult("unknown") if processor is None else await _within(processor.charge(found.order))


def _processor(context: Context, name: str) -> Processor | None:
    """Return a payment's processor. While the server has none of that name, nothing can be asked of it."""
    found = context.processors.named(name)
    if found is None:
        log.error("payments with the processor %s cannot be settled: it is not set up any more", name)
    return found


async def _settle(context: Context, actor: Actor, payment_id: str, result: ChargeResult) -> None:
    if result.outcome in ("succeeded", "declined"):
        await context.db.write(lambda tx: settling.settle(tx, actor, payment_id, result))
        await send_back(context, actor, payment_id)


async def _within(answer: Awaitable[ChargeResult]) -> ChargeResult:
    """Wait for a processor's answer; none in time, or no connection, is an unknown outcome and never a failure."""
    try:
        async with asyncio.timeout(LONGEST_WAIT):
            return await answer
    except (TimeoutError, OSError) as error:
        log.warning("the processor did not answer: %s", type(error).__name__)
        return ChargeResult("unknown")
