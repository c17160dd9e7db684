"""Ways to pay, and Transaction Details."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from backend.errors import not_allowed
from backend.money import schemas, transactions
from backend.money.lines import Order, Sort
from backend.money.processors.base import Payer
from backend.money.transactions import Filter
from backend.paging import Cursor, Limit
from backend.security import Actor
from backend.text import Day, Line
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


async def _filter(
    first: Annotated[Day | None, Query(alias="from")] = None,
    last: Annotated[Day | None, Query(alias="to")] = None,
    person: Annotated[Line | None, Query()] = None,
) -> Filter:
    return Filter(first, last, person)


@router.get("/v1/transactions")
async def listed(
    call: Read,
    chosen: Annotated[Filter, Depends(_filter)],
    *,
    sort: Sort = "date_paid",
    order: Order = "desc",
    cursor: Annotated[Cursor | None, Query()] = None,
    limit: Limit = 50,
) -> schemas.TransactionPage:
    """List what was paid and what came back. Dates are those of each line's facility, both included."""
    found, following = await call.read(
        lambda tx, actor: transactions.listed(tx, actor, chosen, sort=sort, order=order, cursor=cursor, limit=limit)
    )
    return schemas.TransactionPage(items=tuple(schemas.Transaction.of(view) for view in found), next_cursor=following)
