"""What pays for a visit: which sources are switched on, what each of them pays, and what is left. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tui.presentation import money
from tui.text import N_, _, ngettext

if TYPE_CHECKING:
    from backend_client import FeeSource, Money, PaymentMethod, Price, WaysToPay

FACILITY, FREE, PROMO, CREDIT, BALANCE = "facility", "free", "promo", "credit", "balance"
ORDER: Final = (FREE, PROMO, CREDIT, BALANCE)
"""Who pays first, as the server has it; a method pays the rest."""
KEEPS_BACK: Final = (BALANCE, CREDIT, PROMO)
"""Who pays less where a method would be left with less than it can be charged, as the server has it."""
PAGE, READER = "page", "reader"
"""The tokens of the methods for which somebody has to do something elsewhere."""
_METHODS: Final = {PAGE: N_("On your own phone"), READER: N_("At the card reader beside this screen")}


@dataclass(frozen=True, slots=True)
class Part:
    """What one source pays, in minor units: above zero."""

    source: str
    amount: int


@dataclass(frozen=True, slots=True)
class Paying:
    """The ways to pay as the server said them last, and what was decided.

    Attributes:
        ways: What there is to pay with.
        off: The sources that were switched off.
        method: What pays the rest, once it is chosen.
        settled: Whether the page was left with an answer: then it is not asked again.
    """

    ways: WaysToPay
    off: frozenset[str] = frozenset()
    method: PaymentMethod | None = None
    settled: bool = False

    @property
    def offered(self) -> dict[str, int]:
        """The sources that can pay something, in their order, with the most that each pays by itself."""
        ways = self.ways
        found = {
            FREE: ways.free.covers.minor if ways.free else 0,
            PROMO: ways.promo.covers.minor if ways.promo else 0,
            CREDIT: ways.credit.covers.minor,
            BALANCE: ways.balance.covers.minor,
        }
        return {source: most for source, most in found.items() if most > 0}

    @property
    def parts(self) -> tuple[Part, ...]:
        """What each source pays that is switched on; the facility all of it where it pays."""
        rest = self.ways.price.total.minor
        if self.ways.facility_pays:
            return (Part(FACILITY, rest),) if rest else ()
        amounts = {}
        for source, most in self.offered.items():
            amounts[source] = 0 if source in self.off else min(most, rest)
            rest -= amounts[source]
        least = self.ways.least.minor
        lacks = least - rest if 0 < rest < least <= self.ways.price.total.minor else 0
        for source in KEEPS_BACK:
            kept = min(lacks, amounts.get(source, 0))
            if kept:
                amounts[source] -= kept
                lacks -= kept
        return tuple(Part(source, amount) for source, amount in amounts.items() if amount)

    @property
    def rest(self) -> int:
        """What is left for a method to pay, in minor units."""
        return self.ways.price.total.minor - sum(part.amount for part in self.parts)

    @property
    def currency(self) -> str:
        """The currency of it all."""
        return self.ways.price.total.currency

    @property
    def sources(self) -> tuple[FeeSource, ...]:
        """What to send: the sources that pay something, but for the facility, which nobody chooses."""
        from backend_client import FeeSource

        return tuple(FeeSource(part.source) for part in self.parts if part.source != FACILITY)

    @property
    def promo_code(self) -> str | None:
        """The promotional code to send, where one pays."""
        pays = any(part.source == PROMO for part in self.parts)
        return self.ways.promo.code if pays and self.ways.promo else None

    @property
    def enough(self) -> bool:
        """Whether all of it is paid: the question was answered, and a method was chosen where something is left."""
        return self.settled and (self.rest == 0 or self.method is not None)

    def switched(self, source: str) -> Paying:
        """Return it with a source switched on where it is off, and off where it is on."""
        return replace(self, off=self.off ^ {source}, settled=False)

    def told(self, ways: WaysToPay) -> Paying:
        """Return it with other ways to pay, as the server says them now; what was decided stays as far as it holds."""
        token = self.method.token if self.method else None
        method = next((one for one in ways.methods if one.token == token), None)
        return replace(self, ways=ways, method=method)

    def for_price(self, price: Price) -> Paying:
        """Return it for another time or price: what is on the account has to be looked at anew, a method has not."""
        ways = replace(self.ways, price=price)
        return replace(self, ways=ways, settled=self.settled and not self.parts and not self.offered)


def method_name(method: PaymentMethod) -> str:
    """Return a way to pay as it is called on screen; a test is said to be one."""
    if method.token in _METHODS:
        return _(_METHODS[method.token])
    return _("{method} (test)").format(method=method.label) if method.test else method.label


def source_name(source: str, ways: WaysToPay) -> str:
    """Return a source with what there is of it: ``Account credit, $4.00``."""
    names = {
        FACILITY: _("The facility"),
        FREE: _free(ways.free.left) if ways.free else "",
        PROMO: _("Code {code}").format(code=ways.promo.code) if ways.promo else "",
        CREDIT: _("Account credit, {amount}").format(amount=_all(ways.credit.available)),
        BALANCE: _("Prepaid balance, {amount}").format(amount=_all(ways.balance.available)),
    }
    return names[source]


def _free(left: int) -> str:
    return ngettext("Free visit, {n} left this week", "Free visit, {n} left this week", left).format(n=left)


def _all(amount: Money) -> str:
    return money(amount.minor, amount.currency)


def you_pay(paying: Paying) -> str:
    """Say in one line what of the price is the visitor's to pay, and how much of that is on the account already."""
    own = sum(part.amount for part in paying.parts if part.source in (CREDIT, BALANCE))
    amounts = {"amount": money(own + paying.rest, paying.currency), "own": money(own, paying.currency)}
    if own and paying.rest:
        return _("You pay: {amount}, {own} of it from your account").format(**amounts)
    return (_("You pay: {amount}, all from your account") if own else _("You pay: {amount}")).format(**amounts)


def paid_words(paying: Paying) -> str:
    """Say what pays how much: ``$4.00 account credit, $1.70 Visa 4242``; of a single payer, only who it is."""
    names = {
        FACILITY: _("the facility"),
        FREE: _("free visit"),
        PROMO: _("promotional code"),
        CREDIT: _("account credit"),
        BALANCE: _("prepaid balance"),
    }
    said: list[tuple[int, str]] = [(part.amount, names[part.source]) for part in paying.parts]
    if paying.rest and paying.method is not None:
        elsewhere = {PAGE: _("on your own phone"), READER: _("at the card reader")}
        said.append((paying.rest, elsewhere.get(paying.method.token, method_name(paying.method))))
    if len(said) == 1:
        return said[0][1][:1].upper() + said[0][1][1:]
    return ", ".join(f"{money(amount, paying.currency)} {name}" for amount, name in said)


def method_of(methods: Sequence[PaymentMethod], token: str) -> PaymentMethod | None:
    """Return the method with this token, None if there is none any more."""
    return next((method for method in methods if method.token == token), None)
