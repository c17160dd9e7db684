"""Ways to pay for what is held, following and ending a payment, the wallet, and topping up its balance."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse, Response

from backend.db import Tx
from backend.money import schemas as money_schemas
from backend.money import spending, top_ups
from backend.money.amounts import CURRENCY
from backend.money.service import Way
from backend.security import Actor
from backend.text import Line
from backend.visits import pay_schemas, paying, service, visit_schemas, ways
from backend.visits.booking import Begun
from backend.visits.methods import Found, all_methods, method_of, promo_guesses
from backend.visits.schemas import money
from backend.web import Read, Write

router = APIRouter(tags=["money"])

Id = Annotated[str, Path(min_length=1, max_length=64)]


@router.get("/v1/payment-methods")
async def payment_methods(call: Read) -> money_schemas.PaymentMethods:
    """List the ways in which the account can pay: for the account alone, not for who looks at it."""
    return money_schemas.PaymentMethods(items=tuple(map(_method, await all_methods(call))))


@router.get("/v1/holds/current/ways-to-pay")
async def ways_to_pay(call: Read, promo_code: Annotated[Line | None, Query()] = None) -> pay_schemas.WaysToPay:
    """Say what could pay for the time that is held now, and what of its price. Confirming reckons anew."""
    guesses = None if promo_code is None else await promo_guesses(call)
    view = await call.read(lambda tx, actor: ways.ways(tx, actor, promo_code))
    if guesses is not None and view.offered.promo_problem is not None:
        guesses.note_wrong()
    return pay_schemas.WaysToPay.of(view, tuple(map(_method, await all_methods(call))))


@router.get("/v1/wallet")
async def wallet(call: Read) -> pay_schemas.Wallet:
    """Say what the account can spend: without what open payments have put aside."""

    def work(tx: Tx, actor: Actor) -> tuple[int, int]:
        account_id = actor.account
        return spending.balance(tx, account_id), spending.credit(tx, account_id)

    balance, credit = await call.read(work, snapshot=True)
    return pay_schemas.Wallet(balance=money(balance, CURRENCY), credit=money(credit, CURRENCY))


@router.get("/v1/payments/{payment_id}")
async def payment(call: Read, payment_id: Id) -> visit_schemas.Confirmation:
    """Show where a payment is, and the visit once it stands."""
    view = await call.read(lambda tx, actor: service.of_payment(tx, actor, payment_id))
    return visit_schemas.Confirmation.of(view, call.context.public_url)


@router.post("/v1/payments/{payment_id}/end")
async def end(call: Write, payment_id: Id) -> visit_schemas.Confirmation:
    """End the page, or the reader's question, of a payment, to pay another way: or find that it is paid by now."""
    acting: list[Actor] = []

    def work(tx: Tx, actor: Actor) -> visit_schemas.Begun:
        acting[:] = [actor]
        booking_id = service.endable(tx, actor, payment_id)
        return visit_schemas.Begun(booking_id=booking_id, payment_id=payment_id)

    await call.once(visit_schemas.Begun, work)
    if acting:
        await paying.end(call.context, acting[0], payment_id)
    view = await call.read(lambda tx, actor: service.of_payment(tx, actor, payment_id))
    return visit_schemas.Confirmation.of(view, call.context.public_url)


@router.post(
    "/v1/top-ups",
    status_code=201,
    response_model=visit_schemas.Confirmation,
    responses={202: {"model": visit_schemas.Confirmation}},
)
async def top_up(call: Write, body: pay_schemas.TopUp) -> Response:
    """Put money on the prepaid balance by a card. The same key answers with what has become of it."""
    found = await method_of(call, body.payment_method)
    acting: list[Actor] = []

    def work(tx: Tx, actor: Actor) -> visit_schemas.Begun:
        acting[:] = [actor]
        payment_id = top_ups.begin(tx, actor, body.amount.minor, _way(tx, found))
        return visit_schemas.Begun(booking_id=payment_id, payment_id=payment_id)

    begun = await call.once(visit_schemas.Begun, work)
    payment_id = begun.booking_id
    if acting:
        await paying.charge(call.context, acting[0], payment_id)
    now = Begun(begun.booking_id, payment_id)
    view = await call.read(lambda tx, who: service.confirmation(tx, who, now))
    if (refused := service.refusal_of(view)) is not None:
        raise refused
    answer = visit_schemas.Confirmation.of(view, call.context.public_url)
    return JSONResponse(answer.model_dump(mode="json"), 201 if view.stands else 202)


def _way(tx: Tx, found: Found) -> Way | None:
    if found.method is None:
        return None
    return Way(found.processor, found.method, found.reader, tx.now + top_ups.PAGE_LASTS)


def _method(one: object) -> money_schemas.PaymentMethod:
    return money_schemas.PaymentMethod.model_validate(one)
