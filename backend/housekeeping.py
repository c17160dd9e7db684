"""Removing what has served its time: runs beside the requests.

Not on write: whoever books would wait for the removal of other people's rows under the one writer. Here it is done a
few hundred rows at a time, with the door open to everybody in between.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from backend import idempotency
from backend.accounts import leftovers
from backend.webhooks import service as webhooks

if TYPE_CHECKING:
    from backend.context import Context

EVERY: Final = 600.0
"""Seconds."""
TASKS: Final = (idempotency.forget_old, leftovers.forget_codes, leftovers.forget_failures, webhooks.forget_old)
"""Each removes a batch, and returns whether there may be more."""


async def keep_house(context: Context) -> None:
    """Remove what is old, every ten minutes, until cancelled."""
    while True:
        await clean_once(context)
        await asyncio.sleep(EVERY)


async def clean_once(context: Context) -> None:
    """Remove everything that is old now."""
    for task in TASKS:
        more = True
        while more:
            more = await context.db.write(task)
