"""Taking a webhook: whether it is the processor's, whether it came before, and then a look at the payment itself.

What a webhook says is not acted on. It may be late, come twice, or overtake another; so the processor is asked, by the
same step by which the reconciler asks, and would have asked a moment later.
"""

from __future__ import annotations

import logging

from backend.context import Context
from backend.db import Tx
from backend.errors import Problem, not_found
from backend.money.processors.base import BadEventError
from backend.security import SERVER
from backend.visits import paying
from backend.webhooks import repository

log = logging.getLogger(__name__)


async def receive(context: Context, name: str, body: bytes, signature: str) -> str | None:
    """Take a webhook of the processor called ``name``. Return the id of the payment to ask about, None if none is.

    Nothing of it is looked at before its signature. Raises ``not_found`` (404) and ``webhook_refused`` (400).
    """
    processor = context.processors.named(name)
    if processor is None:
        raise not_found("The processor")
    try:
        event = processor.event(body, signature)
    except BadEventError as bad:
        log.warning("a webhook for %s was refused: %s", name, bad)
        raise Problem("webhook_refused", 400, "This is no news of the processor.") from None

    def note(tx: Tx) -> bool:
        return repository.note(tx, name, event.id)

    is_new = await context.db.write(note)
    return event.payment_id if is_new else None


async def act(context: Context, payment_id: str) -> None:
    """Ask about the payment that a webhook was about; one that is not ours, or is settled, needs nothing."""
    await paying.hear(context, SERVER, payment_id)


def forget_old(tx: Tx) -> bool:
    """Remove some of the webhooks that came long ago. Return whether there may be more."""
    return repository.forget_old(tx)
