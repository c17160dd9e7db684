"""Holding the processors' books against ours: every difference, and what to do about it.

Three books are compared: what a processor says has moved, our payments and returns, and the ledger. Payments are found
by our name of them, which a charge brings along; refunds by the charge that they give back of. Nothing is changed here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from backend.money.models import Payment, PaymentReturn
from backend.money.processors.base import Record
from backend.money.words import amount_words

Kind = Literal[
    "charge_without_payment",
    "charge_of_declined",
    "charged_twice",
    "payment_without_charge",
    "payment_without_entry",
    "payment_unsettled",
    "amounts_differ",
    "refund_missing",
    "refund_twice",
    "refund_without_entry",
    "refund_not_sent",
    "refund_unsettled",
]
NEXT_STEPS: Final[dict[Kind, str]] = {
    "charge_without_payment": "Look the charge up at the processor. If no visit and no top-up of ours belongs to it, "
    "give it back there.",
    "charge_of_declined": "The visitor was told that nothing was charged. Give it back at the processor, or let the "
    "processor send its webhook again: the server then gives it back by itself.",
    "charged_twice": "Give the second charge back at the processor; the first one stands.",
    "payment_without_charge": "Look the payment up at the processor by the reference. If nothing was taken there, "
    "the visit was not paid for: tell support.",
    "payment_without_entry": "The ledger is only ever added to by the server. Keep a copy of the data and report this.",
    "payment_unsettled": "Is the server running, and does it reach the processor? It settles such payments by itself "
    "within two minutes.",
    "amounts_differ": "Compare the amounts with what the visitor was shown. If too much was taken, give the rest back "
    "at the processor.",
    "refund_missing": "The visitor was told that the money is back. Give it back again at the processor, and tell "
    "support.",
    "refund_twice": "The visitor has it twice. Nothing can be taken back without them: tell support.",
    "refund_without_entry": "Somebody gave this back at the processor itself. Tell support, so that the visit is known "
    "to be given back.",
    "refund_not_sent": "The ledger gives this back, and nothing sends it. Keep a copy of the data and report this.",
    "refund_unsettled": "Is the server running, and does it reach the processor? If the processor refuses, a person "
    "has to see to it.",
}
SETTLES_WITHIN: Final = timedelta(minutes=2)
"""Within which the server knows an outcome, once the processor does."""
BANKS_TAKE: Final = timedelta(days=10)
"""Within which a refund that the processor has is through at any bank (docs.stripe.com/refunds: 5 to 10 business days
until it shows; the processor itself knows earlier)."""
CLOCKS_APART: Final = timedelta(hours=1)
"""How far the processor's clock and ours are trusted to be apart."""
SETTLED: Final = ("succeeded", "returning", "returned")


@dataclass(frozen=True, slots=True)
class Span:
    """From ``since`` (included) to ``until`` (excluded), in UTC, as things are at ``now``."""

    since: datetime
    until: datetime
    now: datetime

    def holds(self, at: datetime) -> bool:
        """Say whether an instant is in it."""
        return self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class Ours:
    """One payment in our books. Amounts are in minor units of its currency."""

    payment: Payment
    entered_minor: int = 0
    """What the ledger charges for it."""
    given_back: dict[str, int] = field(default_factory=dict)
    """What the ledger gives back of it, by refund entry."""
    returns: tuple[PaymentReturn, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two of the books do not agree about. ``at`` is UTC."""

    kind: Kind
    at: datetime
    payment_id: str | None
    reference: str | None
    """The processor's name of the charge or the refund."""
    amount_minor: int
    currency: str
    said: str

    @property
    def next_step(self) -> str:
        """What to do about it."""
        return NEXT_STEPS[self.kind]


def differences(ours: Sequence[Ours], records: Sequence[Record], span: Span) -> tuple[Difference, ...]:
    """Return every difference that has come about in ``span``, oldest first.

    ``ours`` are all payments that something has happened to in the span, and all that ``records`` are about; the
    records reach back to when the first of them was made.
    """
    charges, refunds = _by_payment(ours, records)
    found = list(_strangers(charges[None], refunds[None]))
    for each in ours:
        taken, extra = _first_and_rest(each.payment, charges[each.payment.id])
        back = refunds[each.payment.id]
        found += _of_payment(each, taken, span.now)
        found += _of_second(each.payment, extra, back)
        back = [one for one in back if all(one.charge_reference != other.reference for other in extra)]
        if each.payment.status == "declined":
            found += _of_declined(each.payment, taken, back)
        else:
            found += _of_returns(each, back, span.now)
    return tuple(sorted((one for one in found if span.holds(one.at)), key=lambda one: (one.at, one.kind, one.said)))


def within_own_books(ours: Sequence[Ours], span: Span) -> tuple[Difference, ...]:
    """Return the differences between payments, returns and ledger alone, where a processor keeps no books."""
    found = [
        *(one for each in ours for one in _of_ledger(each, span.now)),
        *(one for each in ours for one in _not_sent(each)),
    ]
    return tuple(sorted((one for one in found if span.holds(one.at)), key=lambda one: (one.at, one.kind, one.said)))


Grouped = defaultdict[str | None, list[Record]]


def _by_payment(ours: Sequence[Ours], records: Iterable[Record]) -> tuple[Grouped, Grouped]:
    """Return charges and refunds by the payment that they are of, under None those that are of none."""
    known = {each.payment.id for each in ours}
    named = {each.payment.processor_reference: each.payment.id for each in ours if each.payment.processor_reference}
    groups: tuple[Grouped, Grouped] = (defaultdict(list), defaultdict(list))
    once = {(record.kind, record.reference): record for record in records}.values()
    for record in once:
        if record.kind == "charge":
            of = record.payment_id if record.payment_id in known else named.get(record.reference)
            named.setdefault(record.reference, of or "")
            groups[0][of].append(record)
    for record in once:
        if record.kind == "refund":
            groups[1][named.get(record.charge_reference) or None].append(record)
    return groups


def _strangers(charges: Sequence[Record], refunds: Sequence[Record]) -> Iterator[Difference]:
    """Yield what the processor took, or gave back, for nobody of ours."""
    for charge, left in _kept(charges, refunds):
        yield _at_processor("charge_without_payment", charge, None, "was charged, for no payment of ours", left)
    ours = {charge.reference for charge in charges}
    for refund in refunds:
        if refund.charge_reference not in ours:
            yield _at_processor("refund_without_entry", refund, None, "was given back of a charge that is not ours")


def _kept(charges: Sequence[Record], refunds: Sequence[Record]) -> Iterator[tuple[Record, int]]:
    """Yield the charges of which something was not given back, with how much."""
    for charge in charges:
        back = sum(one.amount_minor for one in refunds if one.charge_reference == charge.reference)
        if charge.amount_minor > back:
            yield charge, charge.amount_minor - back


def _of_declined(payment: Payment, charges: Sequence[Record], refunds: Sequence[Record]) -> Iterator[Difference]:
    for charge, left in _kept(charges, refunds):
        yield _at_processor("charge_of_declined", charge, payment, "was charged, though we called it declined", left)


def _first_and_rest(payment: Payment, charges: Sequence[Record]) -> tuple[Sequence[Record], Sequence[Record]]:
    """Return the charge that a payment is, if there is one, and those beside it."""
    first = next((one for one in charges if one.reference == payment.processor_reference), None)
    first = first or next(iter(charges), None)
    if payment.status == "declined" or first is None:
        return charges, ()
    return [first], [one for one in charges if one is not first]


def _of_second(payment: Payment, charges: Sequence[Record], refunds: Sequence[Record]) -> Iterator[Difference]:
    for charge, left in _kept(charges, refunds):
        yield _at_processor("charged_twice", charge, payment, "was charged again", left)


def _of_payment(ours: Ours, charges: Sequence[Record], now: datetime) -> Iterator[Difference]:
    payment = ours.payment
    yield from _of_ledger(ours, now, charged=bool(charges))
    if payment.status not in SETTLED:
        return
    if not charges:
        yield _of_ours("payment_without_charge", payment, payment.settled_at, "was paid, and never charged")
        return
    first = charges[0]
    if (first.amount_minor, first.currency) != (payment.amount_minor, payment.currency):
        asked = amount_words(payment.amount_minor, payment.currency)
        yield _at_processor("amounts_differ", first, payment, f"was charged instead of {asked}")


def _of_ledger(ours: Ours, now: datetime, *, charged: bool = False) -> Iterator[Difference]:
    """Yield what is wrong between a payment and the ledger, and that it has waited too long."""
    payment = ours.payment
    if payment.status == "checking":
        if now >= max(payment.created_at, payment.ends_at or payment.created_at) + SETTLES_WITHIN:
            how = "was charged, and we do not know it yet" if charged else "has no outcome yet"
            yield _of_ours("payment_unsettled", payment, payment.created_at, how)
    elif (expected := payment.amount_minor if payment.status in SETTLED else 0) != ours.entered_minor:
        said = f"was paid, and the ledger has {amount_words(ours.entered_minor, payment.currency)} of it"
        yield _of_ours("payment_without_entry", payment, payment.settled_at, said, expected or ours.entered_minor)


def _of_returns(ours: Ours, refunds: Sequence[Record], now: datetime) -> Iterator[Difference]:
    payment, left = ours.payment, list(refunds)
    yield from _not_sent(ours)
    matched = _matched(ours.returns, left)
    for one in ours.returns:
        refund = matched.get(one.entry_id)
        if refund is None and one.status == "returned":
            yield _of_return("refund_missing", payment, one, one.settled_at, "is back by our books, not by theirs")
        elif one.status == "returning" and now >= one.created_at + _patience(one, refund):
            why = f" ({one.problem_code})" if one.problem_code else ""
            yield _of_return("refund_unsettled", payment, one, one.created_at, f"is still on its way back{why}")
        elif refund is not None and refund.amount_minor != one.amount_minor:
            asked = amount_words(one.amount_minor, one.currency)
            yield _at_processor("amounts_differ", refund, payment, f"was given back instead of {asked}")
    amounts = {one.amount_minor for one in ours.returns}
    for refund in left:
        if refund.amount_minor in amounts:
            yield _at_processor("refund_twice", refund, payment, "was given back again")
        else:
            yield _at_processor("refund_without_entry", refund, payment, "was given back, and the ledger knows nothing")


def _patience(one: PaymentReturn, refund: Record | None) -> timedelta:
    """Return how long a return may be on its way: what the processor has, and does not refuse, waits for a bank."""
    return SETTLES_WITHIN if refund is None or one.problem_code is not None else BANKS_TAKE


def _matched(returns: Sequence[PaymentReturn], left: list[Record]) -> dict[str, Record]:
    """Return which refund each return is, taken out of ``left``: the one it names, else one of its amount."""
    found: dict[str, Record] = {}
    for by_name in (True, False):
        for one in returns:
            if one.entry_id in found or (not by_name and one.status == "returned" and one.reference is not None):
                continue
            fits = (each for each in left if _fits(one, each, by_name=by_name))
            if (refund := next(fits, None)) is not None:
                found[one.entry_id] = refund
                left.remove(refund)
    return found


def _fits(one: PaymentReturn, refund: Record, *, by_name: bool) -> bool:
    return one.reference == refund.reference if by_name else one.amount_minor == refund.amount_minor


def _not_sent(ours: Ours) -> Iterator[Difference]:
    """Yield what the ledger gives back to the card and no return sends, or another amount of it."""
    payment, sent = ours.payment, {one.entry_id: one.amount_minor for one in ours.returns}
    for entry_id, amount in ours.given_back.items():
        if sent.get(entry_id, 0) != amount:
            has = amount_words(sent.get(entry_id, 0), payment.currency)
            said = f"comes back by the ledger (entry {entry_id}), of which {has} is sent"
            yield _of_ours("refund_not_sent", payment, payment.settled_at, said, amount)


def _of_ours(
    kind: Kind, payment: Payment, at: datetime | None, said: str, amount_minor: int | None = None
) -> Difference:
    amount = payment.amount_minor if amount_minor is None else amount_minor
    sentence = f"{amount_words(amount, payment.currency)} {said}."
    when = at or payment.created_at
    return Difference(kind, when, payment.id, payment.processor_reference, amount, payment.currency, sentence)


def _of_return(kind: Kind, payment: Payment, one: PaymentReturn, at: datetime | None, said: str) -> Difference:
    sentence = f"{amount_words(one.amount_minor, one.currency)} {said}."
    when = at or one.created_at
    return Difference(kind, when, payment.id, one.reference, one.amount_minor, one.currency, sentence)


def _at_processor(
    kind: Kind, record: Record, payment: Payment | None, said: str, amount_minor: int | None = None
) -> Difference:
    amount = record.amount_minor if amount_minor is None else amount_minor
    payment_id = record.payment_id if payment is None else payment.id
    sentence = f"{amount_words(amount, record.currency)} {said}."
    return Difference(kind, record.at, payment_id, record.reference, amount, record.currency, sentence)
