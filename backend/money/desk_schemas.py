"""Cash, promotional codes and account credit on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from backend.accounts.addresses import GivenAddress
from backend.money import cash_receipts, promo
from backend.money.amounts import CURRENCY
from backend.money.cash_receipts import CashDay as CashDayView
from backend.money.cash_receipts import ReceiptView
from backend.money.promo import PromoView
from backend.money.schemas import Money
from backend.text import Day, Line, NoCardNumber, sentence_error
from backend.web import Instant, Schema

_MOST_MINOR = 10**9
_SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/.")


def _trim(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _number(text: str) -> str:
    if not set(text.upper()) <= _SIGNS:
        raise sentence_error("Enter the number as it is printed: letters, digits, - / and dots.")
    return text


def _word(text: str) -> str:
    if not (text.isascii() and text.isalnum()):
        raise sentence_error("Enter letters and digits only.")
    return text


ReceiptNumber = Annotated[
    str, Field(min_length=1, max_length=32), BeforeValidator(_trim), AfterValidator(_number), NoCardNumber
]
"""The number on a paper receipt."""
PromoWord = Annotated[
    str, Field(min_length=4, max_length=20), BeforeValidator(_trim), AfterValidator(_word), NoCardNumber
]
"""What a visitor types of a promotional code."""


def _in_dollars(currency: str) -> str:
    if currency != CURRENCY:
        raise sentence_error("Only US dollars are taken here.")
    return currency


class AskedMoney(Schema):
    """An amount that a person names."""

    minor: Annotated[int, Field(ge=1, le=_MOST_MINOR)]
    currency: Annotated[str, AfterValidator(_in_dollars)]


class TakeCash(Schema):
    """Cash against a paper receipt, for a visitor of the facility; without an address for a code."""

    receipt: ReceiptNumber
    amount: AskedMoney
    email: GivenAddress | None = None


class PutRight(Schema):
    """Why a receipt was a mistake; the visitor reads it, where the money was on a balance."""

    reason: Line


class CashReceipt(Schema):
    """Cash that was taken. ``code`` is there once, in the answer to taking it, for the payer to be told."""

    id: str
    receipt: str
    amount: Money
    officer_name: str
    taken_at: Instant
    state: cash_receipts.State
    credited_to: str | None
    code: str | None
    code_expires_at: Instant | None
    undone_at: Instant | None

    @classmethod
    def of(cls, view: ReceiptView, code: str | None = None) -> CashReceipt:
        """Return a receipt as it is sent, with its code where that is to be told."""
        return cls(
            id=view.id,
            receipt=view.receipt,
            amount=Money(minor=view.amount_minor, currency=view.currency),
            officer_name=view.officer_name,
            taken_at=view.taken_at,
            state=view.state,
            credited_to=view.credited_to,
            code=code,
            code_expires_at=view.code_expires_at,
            undone_at=view.undone_at,
        )


class CashDay(Schema):
    """A page of one facility-local date's receipts, the newest first."""

    date: date
    zone: str
    items: tuple[CashReceipt, ...]
    next_cursor: str | None

    @classmethod
    def of(cls, view: CashDayView) -> CashDay:
        """Return a day as it is sent, without any code."""
        items = tuple(CashReceipt.of(each) for each in view.items)
        return cls(date=view.date, zone=view.zone, items=items, next_cursor=view.next_cursor)


class EnterCode(Schema):
    """A code as it was typed."""

    code: Annotated[str, Field(min_length=1, max_length=40), BeforeValidator(_trim)]


class ToppedUp(Schema):
    """What a code put on the prepaid balance, and where the cash was taken."""

    transaction_id: str
    amount: Money
    facility: str


class NewPromoCode(Schema):
    """A promotional code to make; what is left out is today, and a code that is made up."""

    most: AskedMoney
    uses: Annotated[int, Field(ge=1, le=1_000_000)]
    uses_each: Annotated[int, Field(ge=1, le=1_000)] = 1
    last_day: Day
    first_day: Day | None = None
    code: PromoWord | None = None

    @property
    def asked(self) -> promo.NewPromoCode:
        """What is to be made."""
        return promo.NewPromoCode(
            most_minor=self.most.minor,
            uses=self.uses,
            uses_each=self.uses_each,
            last_day=self.last_day,
            first_day=self.first_day,
            code=self.code,
        )


class PromoCode(Schema):
    """A promotional code: ``most`` is the most that it pays of one visit, ``used`` the visits that it paid."""

    id: str
    code: str
    most: Money
    uses: int
    uses_each: int
    used: int
    first_day: date
    last_day: date
    state: promo.State

    @classmethod
    def of(cls, view: PromoView) -> PromoCode:
        """Return a code as it is sent."""
        same = {name: getattr(view, name) for name in cls.model_fields if name != "most"}
        return cls.model_validate({**same, "most": Money(minor=view.most_minor, currency=view.currency)})


class PromoCodes(Schema):
    """A facility's codes, the newest first."""

    items: tuple[PromoCode, ...]
    next_cursor: str | None = None


class GiveCredit(Schema):
    """Account credit for a visitor, who reads the reason."""

    amount: AskedMoney
    reason: Line


class CreditGiven(Schema):
    """The credit that was given, and all that the account has of it now."""

    transaction_id: str
    amount: Money
    credit: Money
