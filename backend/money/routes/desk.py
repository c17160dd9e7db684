"""What is put on an account beside a card: cash at the desk, its codes, account credit; and promotional codes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from backend.money import account_credit, cash, cash_receipts, promo
from backend.money.account_credit import Given
from backend.money.cash_codes import Redeemed, code_of
from backend.money.desk_schemas import (
    CashDay,
    CashReceipt,
    CreditGiven,
    EnterCode,
    GiveCredit,
    NewPromoCode,
    PromoCode,
    PromoCodes,
    PutRight,
    TakeCash,
    ToppedUp,
)
from backend.money.schemas import Money
from backend.paging import Cursor, Limit
from backend.text import Day, Key
from backend.web import Read, Write

router = APIRouter(tags=["money"])


@router.post("/v1/facilities/{facility_id}/cash", status_code=201, tags=["desk"])
async def take_cash(call: Write, facility_id: Key, body: TakeCash) -> CashReceipt:
    """Take cash for a prepaid balance, against a paper receipt; without an address the answer has a code."""
    key = call.context.key
    taken = await call.once(
        cash.Taken,
        lambda tx, actor: cash.take(
            tx,
            actor,
            key,
            facility_id,
            receipt=body.receipt,
            amount_minor=body.amount.minor,
            email=body.email,
        ),
    )
    view = await call.read(lambda tx, actor: cash_receipts.one(tx, actor, taken.id))
    return CashReceipt.of(view, code_of(key, taken.id) if view.state == "waiting" else None)


@router.get("/v1/facilities/{facility_id}/cash", tags=["desk"])
async def cash_of_day(
    call: Read,
    facility_id: Key,
    date: Annotated[Day | None, Query()] = None,
    cursor: Annotated[Cursor | None, Query()] = None,
    limit: Limit = 50,
) -> CashDay:
    """List the cash that was taken on a facility's date, its today unless asked otherwise, the newest first."""
    return CashDay.of(
        await call.read(
            lambda tx, actor: cash_receipts.on_day(tx, actor, facility_id, date, cursor=cursor, limit=limit)
        )
    )


@router.post("/v1/facilities/cash/{receipt_id}/undoing", tags=["desk"])
async def put_cash_right(call: Write, receipt_id: Annotated[Key, Path()], body: PutRight) -> CashReceipt:
    """Put a mistaken receipt right, as long as nothing of it is spent: the cash is given back by hand."""
    taken = await call.once(cash.Taken, lambda tx, actor: cash.undo(tx, actor, receipt_id, body.reason))
    return CashReceipt.of(await call.read(lambda tx, actor: cash_receipts.one(tx, actor, taken.id)))


@router.post("/v1/top-ups/codes")
async def enter_code(call: Write, body: EnterCode) -> ToppedUp:
    """Put the cash behind a code on the account's prepaid balance; five wrong codes lock it for a while."""
    key = call.context.key
    redeemed = await call.once(Redeemed, lambda tx, actor: cash.redeem(tx, actor, key, body.code))
    redeemed.settle()
    return ToppedUp(
        transaction_id=redeemed.entry_id or "",
        amount=Money(minor=redeemed.amount_minor, currency=redeemed.currency),
        facility=redeemed.facility,
    )


@router.get("/v1/desk/{facility_id}/promo-codes", tags=["desk"])
async def promo_codes(call: Read, facility_id: Key, *, ended: bool = False) -> PromoCodes:
    """List a facility's promotional codes, the newest first; with ``ended`` also those that are over."""
    found = await call.read(lambda tx, actor: promo.listed(tx, actor, facility_id, with_ended=ended))
    return PromoCodes(items=tuple(map(PromoCode.of, found)))


@router.post("/v1/desk/{facility_id}/promo-codes", status_code=201, tags=["desk"])
async def make_promo_code(call: Write, facility_id: Key, body: NewPromoCode) -> PromoCode:
    """Make a promotional code of a facility."""
    return await call.once(PromoCode, lambda tx, actor: PromoCode.of(promo.make(tx, actor, facility_id, body.asked)))


@router.post("/v1/desk/promo-codes/{code_id}/end", tags=["desk"])
async def end_promo_code(call: Write, code_id: Annotated[Key, Path()]) -> PromoCode:
    """End a promotional code; what it has paid stays paid."""
    return await call.once(PromoCode, lambda tx, actor: PromoCode.of(promo.end(tx, actor, code_id)))


@router.post("/v1/support/accounts/{account_id}/credits", status_code=201, tags=["support"])
async def give_credit(call: Write, account_id: Annotated[Key, Path()], body: GiveCredit) -> CreditGiven:
    """Give a visitor account credit, with a reason that the visitor reads."""
    given = await call.once(
        Given, lambda tx, actor: account_credit.give(tx, actor, account_id, body.amount.minor, body.reason)
    )
    return CreditGiven(
        transaction_id=given.entry_id,
        amount=Money(minor=given.amount_minor, currency=given.currency),
        credit=Money(minor=given.credit_minor, currency=given.currency),
    )
