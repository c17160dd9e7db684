"""Settling what is open: payments without an outcome, and money on its way back.

Runs beside the requests. A payment is asked about every second for its first two minutes, and for the two after its
page has ended, then twice a minute until the processor knows. A round asks about so many at once and the next one goes
on behind them, so that those that stay stuck keep nobody else waiting. Nothing depends on it for safety: it only brings
news, through the same step as a request would.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from backend.context import Context
from backend.db import Tx
from backend.money import returns
from backend.money import service as money
from backend.money.models import PaymentReturn
from backend.security import SERVER
from backend.visits import paying

log = logging.getLogger(__name__)

EVERY: Final = 1.0
"""Seconds between two rounds."""
LEFT_TO_THE_REQUEST: Final = timedelta(seconds=1)
"""A younger payment is most likely just being charged."""
EAGER_FOR: Final = timedelta(minutes=2)
LATER_EVERY: Final = 30
"""Rounds between two questions about an older payment."""
AT_ONCE: Final = 100


async def settle_payments(context: Context) -> None:
    """Settle open payments, round after round, until cancelled."""
    number = 0
    places = {True: Place(), False: Place()}
    while True:
        with_old = number % LATER_EVERY == 0
        await one_round(context, with_old=with_old, place=places[with_old])
        number += 1
        await asyncio.sleep(EVERY)


@dataclass(slots=True)
class Place:
    """Where the last round ended: the next one goes on behind it, so that none is asked twice before all were once."""

    after: str = ""
    after_return: str = ""


async def one_round(context: Context, *, with_old: bool = True, place: Place | None = None) -> int:
    """Ask once about the payments and returns that are due, old ones too if ``with_old``. Return how many they were.

    They are ``AT_ONCE`` of each at most, from ``place`` on, and from the oldest one on once the last one was asked
    about.
    """
    younger, here = None if with_old else EAGER_FOR, place or Place()

    def due(tx: Tx) -> tuple[list[str], list[PaymentReturn]]:
        asked = money.unsettled(tx, LEFT_TO_THE_REQUEST, younger, here.after, AT_ONCE)
        back = returns.unsettled(tx, timedelta(0), younger, here.after_return, AT_ONCE)
        return [payment.id for payment in asked], list(back)

    asked, back = await context.db.read(due)
    here.after = asked[-1] if len(asked) == AT_ONCE else ""
    here.after_return = back[-1].entry_id if len(back) == AT_ONCE else ""
    to_send = list(dict.fromkeys(one.payment_id for one in back))
    steps = [paying.ask_again(context, SERVER, payment_id) for payment_id in asked]
    steps += [paying.send_back(context, SERVER, payment_id) for payment_id in to_send]
    outcomes = await asyncio.gather(*steps, return_exceptions=True)
    for payment_id, outcome in zip([*asked, *to_send], outcomes, strict=True):
        if isinstance(outcome, BaseException):  # one that cannot be settled must not keep the others from it
            log.error("payment %s could not be settled", payment_id, exc_info=outcome)
    return len(asked) + len(to_send)
