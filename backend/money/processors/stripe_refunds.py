"""Giving back through Stripe, once a key, for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from backend.money.processors.base import ChargeResult
from backend.money.processors.stripe_wire import MOST_LISTED, Refusal, StripeWire, ask, kept, with_key

if TYPE_CHECKING:
    from stripe import Refund

REFUND_REFUSED: Final = "refund_refused"


async def refund(wire: StripeWire, key: str, intent_id: str, amount_minor: int) -> ChargeResult:
    """Give back ``amount_minor`` of an intent, unless it was given back under this key before.

    Stripe forgets a key after a day; what we give back is asked for until it is known, which may be longer. So the key
    is kept with the refund as well, and looked for first.
    """
    made = await _made(wire, key, intent_id)
    if made is None:
        made = await ask(
            wire.client().v1.refunds.create_async(
                {"payment_intent": intent_id, "amount": amount_minor, "metadata": {"key": key}}, with_key(key)
            )
        )
    if isinstance(made, Refusal):
        return ChargeResult("declined", problem_code=REFUND_REFUSED) if made.sure else ChargeResult("unknown")
    if made.status == "succeeded":
        return ChargeResult("succeeded", reference=made.id)
    if made.status in ("failed", "canceled"):
        return ChargeResult("declined", reference=made.id, problem_code=REFUND_REFUSED)
    return ChargeResult("unknown", reference=made.id)


async def _made(wire: StripeWire, key: str, intent_id: str) -> Refund | Refusal | None:
    """Return the refund of an intent that was made under a key, None if it is sure that there is none."""
    listed = await ask(wire.client().v1.refunds.list_async({"payment_intent": intent_id, "limit": MOST_LISTED}))
    while not isinstance(listed, Refusal):
        for one in listed.data:
            if kept(one.metadata, "key") == key:
                return one
        if not listed.has_more:
            return None
        listed = await ask(listed.next_page_async())
    return listed
