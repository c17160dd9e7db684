"""Ways to pay, the wallet and top-ups on the wire."""

from __future__ import annotations

from backend.money.desk_schemas import AskedMoney
from backend.money.plan import LEAST_BY_CARD, Paying
from backend.money.schemas import Money, PaymentMethod
from backend.money.sources import PROMO_WORDS
from backend.text import Key
from backend.visits.schemas import Price, money
from backend.visits.ways import WaysView
from backend.web import Schema


class Wallet(Schema):
    """What an account can spend now: its prepaid balance, and its credit."""

    balance: Money
    credit: Money


class FreeVisits(Schema):
    """How many free visits are left in the week of the visit, and what of the price one pays."""

    left: int
    covers: Money


class Promotion(Schema):
    """A promotional code that holds for this visit, and what of the price it pays."""

    code: str
    covers: Money


class FromAccount(Schema):
    """What there is on an account, and what of the price it pays."""

    available: Money
    covers: Money


class WaysToPay(Schema):
    """What could pay for the time that is held; what each ``covers`` is said as if nothing else paid.

    They pay in this order: the facility, a free visit, the promotional code, credit, balance; a method pays the rest.
    Where that would be less than ``least``, balance, credit and code pay so much less, in this order.
    """

    price: Price
    facility_pays: bool
    free: FreeVisits | None
    promo: Promotion | None
    promo_problem: str | None
    """Why the code that was asked about does not hold, as a sentence."""
    credit: FromAccount
    balance: FromAccount
    least: Money
    """The least that a method can be charged."""
    methods: tuple[PaymentMethod, ...]

    @classmethod
    def of(cls, view: WaysView, methods: tuple[PaymentMethod, ...]) -> WaysToPay:
        """Return it as it is sent."""
        offered, total, currency = view.offered, view.price.total_minor, view.price.currency

        def covers(source: Paying) -> Money:
            return money(min(total, offered.most(source)), currency)

        def there(source: Paying) -> FromAccount:
            return FromAccount(available=money(offered.most(source), currency), covers=covers(source))

        return cls(
            price=Price.of(view.price),
            facility_pays=view.facility_pays,
            free=FreeVisits(left=offered.free_left, covers=covers("free")) if offered.free_left else None,
            promo=Promotion(code=offered.promo_code, covers=covers("promo")) if offered.promo_code else None,
            promo_problem=PROMO_WORDS[offered.promo_problem] if offered.promo_problem else None,
            credit=there("credit"),
            balance=there("balance"),
            least=money(LEAST_BY_CARD, currency),
            methods=methods,
        )


class TopUp(Schema):
    """Put this much on the prepaid balance, by this method."""

    amount: AskedMoney
    payment_method: Key
