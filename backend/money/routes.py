"""Ways to pay, and Transaction Details."""

from __future__ import annotations

from fastapi import APIRouter

from backend.errors import not_allowed
from backend.money import schemas
from backend.money.processors.base import Payer
from backend.security import Actor
from backend.web import Read

router = APIRouter(tags=["money"])


@router.get("/v1/payment-methods")
async def payment_methods(call: Read) -> schemas.PaymentMethods:
    """List the ways in which the account can pay: for the account alone, not for who looks at it."""
    account_id = await call.read(lambda _tx, actor: _of_own(actor))
    found = await call.context.processors.methods(Payer(account_id))
    return schemas.PaymentMethods(items=tuple(schemas.PaymentMethod.model_validate(one) for one in found))


def _of_own(actor: Actor) -> str:
    if actor.looking:
        raise not_allowed()
    return actor.account
