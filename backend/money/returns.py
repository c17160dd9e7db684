"""What comes back of a booking's charges: to every source that it came from, line by line.

Each refund of a card is a row of its own (:class:`backend.money.models.PaymentReturn`): the processor is asked for it
again and again, under a key that is derived from the ledger's entry, until it has said yes. A payment is "returning"
once all of it is on its way back, and "returned" when all of it has arrived; what came back of a part of it leaves it
as it was. Where less comes back than is left, cards have theirs before anything else has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from backend.db import Tx
from backend.money import ledger, repository
from backend.money.ledger import Cause, Fees
from backend.money.models import LedgerEntry, Payment, PaymentReturn
from backend.types import EPOCH

BACK_FIRST: Final = ("card", "balance", "credit", "promo", "free", "facility", "none", "cash")
"""Fee sources in the order in which a part of a price comes back: what people paid themselves goes before the rest."""


@dataclass(frozen=True, slots=True)
class Share:
    """What of a charge can come back, or does, to one fee source."""

    entry_id: str
    """Of the charge; once it has come back, of the refund."""
    fee_source: str
    label: str
    fees: Fees
    payment_id: str | None


@dataclass(frozen=True, slots=True)
class Return:
    """What is sent to a processor to give money back; ``entry_id`` is the refund's."""

    entry_id: str
    processor: str
    key: str
    charge_reference: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Why:
    """Why money comes back: for people, for reports, and what led to it, such as a dispute."""

    sentence: str
    cause: Cause
    source_id: str | None = None


def left(tx: Tx, booking_id: str) -> tuple[Share, ...]:
    """Return what of a booking's charges has not come back yet, what comes back first before the rest."""
    return _left(tx, repository.charges_of(tx, booking_id))


def spread(shares: Sequence[Share], back: Fees) -> tuple[Share, ...]:
    """Return what of ``back`` each of ``shares`` gives, in their order and line by line.

    More than there is does not come back; who gives nothing is left out.
    """
    given: list[Share] = []
    wanted: dict[str, int] = {str(line): amount for line, amount in back.lines().items()}
    for share in shares:
        lines = {str(line): min(wanted.get(line, 0), amount) for line, amount in share.fees.lines().items()}
        for line, amount in lines.items():
            wanted[line] = wanted.get(line, 0) - amount
        if sum(lines.values()) > 0:
            fees = Fees.of_lines(lines, share.fees.currency)
            given.append(Share(share.entry_id, share.fee_source, share.label, fees, share.payment_id))
    return tuple(given)


def give_back(tx: Tx, booking_id: str, back: Fees, sentence: str, cause: Cause) -> tuple[Share, ...]:
    """Enter what comes back of a booking, at most what is left of it, and let what goes to a card be sent.

    Return what goes where: nothing if nothing is left.
    """
    charges = repository.charges_to_undo(tx, booking_id)
    return _enter(tx, charges, spread(_left(tx, charges), back), Why(sentence, cause))


def give_back_payment(tx: Tx, payment: Payment, sentence: str, cause: Cause) -> tuple[Share, ...]:
    """Enter that all that is left of what one payment charged comes back, whatever else paid for the booking."""
    charges = [entry for entry in repository.charges_to_undo(tx, payment.booking_id) if entry.payment_id == payment.id]
    return _enter(tx, charges, _left(tx, charges), Why(sentence, cause))


def give_back_charge(
    tx: Tx, charge: LedgerEntry, back: Fees, sentence: str, cause: Cause, *, source_id: str | None = None
) -> tuple[Share, ...]:
    """Enter what comes back of one charge, at most what is left of it. ``source_id``: what led to it, as a dispute."""
    charges = [entry for entry in repository.charges_to_undo(tx, charge.booking_id) if entry.id == charge.id]
    return _enter(tx, charges, spread(_left(tx, charges), back), Why(sentence, cause, source_id))


def of_payment(tx: Tx, payment_id: str) -> tuple[Return, ...]:
    """Return what is to be sent for a payment: what comes back of it and has not arrived yet."""
    payment = repository.payment(tx, payment_id)
    if payment is None or payment.processor_reference is None:
        return ()
    return tuple(
        Return(
            entry_id=one.entry_id,
            processor=payment.processor,
            key=f"refund:{one.entry_id}",
            charge_reference=payment.processor_reference,
            amount_minor=one.amount_minor,
            currency=one.currency,
        )
        for one in repository.returns_of(tx, payment_id)
        if one.status == "returning"
    )


def unsettled(
    tx: Tx, older_than: timedelta, younger_than: timedelta | None, after: str, limit: int
) -> Sequence[PaymentReturn]:
    """Return what is on its way back, of an age between the two, behind the entry ``after`` in the order of entries."""
    since = EPOCH if younger_than is None else tx.now - younger_than
    return repository.open_returns(tx, since, tx.now - older_than, after, limit)


def arrived(tx: Tx, entry_id: str, reference: str | None) -> Payment | None:
    """Note that money is back. Return its payment, or None if that was known already."""
    found = _open_to_change(tx, entry_id)
    if found is None:
        return None
    one, payment = found
    one.status, one.reference, one.problem_code, one.settled_at = "returned", reference, None, tx.now
    tx.session.add(one)
    tx.session.flush()
    _follow(tx, payment)
    return payment


def refused(tx: Tx, entry_id: str, problem_code: str | None) -> Payment | None:
    """Note that the processor refuses to give money back. Return its payment, or None if that was known already.

    It stays on its way, with a problem: it is asked for again, and a person has to look at it.
    """
    found = _open_to_change(tx, entry_id)
    if found is None or found[0].problem_code is not None:
        return None
    one, payment = found
    one.problem_code = problem_code or "refund_refused"
    tx.session.add(one)
    tx.session.flush()
    _follow(tx, payment)
    return payment


def _left(tx: Tx, charges: Sequence[LedgerEntry]) -> tuple[Share, ...]:
    shares = []
    for entry in sorted(charges, key=lambda entry: (BACK_FIRST.index(entry.fee_source), entry.id)):
        fees = Fees.of_lines(ledger.not_given_back(tx, entry), repository.currency_of(tx, entry.id))
        if fees.total_minor > 0:
            shares.append(Share(entry.id, entry.fee_source, entry.fee_source_label, fees, entry.payment_id))
    return tuple(shares)


def _enter(tx: Tx, charges: Sequence[LedgerEntry], shares: Sequence[Share], why: Why) -> tuple[Share, ...]:
    by_id = {entry.id: entry for entry in charges}
    entered = []
    for share in shares:
        entry = ledger.refund(tx, by_id[share.entry_id], share.fees, why.sentence, why.cause, source_id=why.source_id)
        if share.payment_id is not None and share.fee_source == "card":
            send(tx, share.payment_id, entry.id, share.fees.total_minor)
        entered.append(Share(entry.id, share.fee_source, share.label, share.fees, share.payment_id))
    return tuple(entered)


def send(tx: Tx, payment_id: str, entry_id: str, amount_minor: int) -> None:
    """Let what a refund's entry gives back to a card be sent."""
    payment = repository.payment_to_change(tx, payment_id)
    if payment is None:
        raise AssertionError("a charge to a card has its payment")
    tx.session.add(
        PaymentReturn(
            entry_id=entry_id,
            payment_id=payment_id,
            amount_minor=amount_minor,
            currency=payment.currency,
            status="returning",
            created_at=tx.now,
        )
    )
    tx.session.flush()
    _follow(tx, payment)


def _open_to_change(tx: Tx, entry_id: str) -> tuple[PaymentReturn, Payment] | None:
    """Return what is on its way back with its payment, both as they are now and locked; None if it has arrived."""
    shown = tx.session.get(PaymentReturn, entry_id)
    payment = None if shown is None else repository.payment_to_change(tx, shown.payment_id)
    if shown is None or payment is None:
        return None
    tx.session.refresh(shown)
    return (shown, payment) if shown.status == "returning" else None


def _follow(tx: Tx, payment: Payment) -> None:
    """Let a payment that comes back as a whole say so, and why it does not."""
    every = repository.returns_of(tx, payment.id)
    if sum(one.amount_minor for one in every) < payment.amount_minor:
        return
    open_ones = [one for one in every if one.status == "returning"]
    payment.status = "returning" if open_ones else "returned"
    payment.problem_code = next((one.problem_code for one in open_ones if one.problem_code), None)
    tx.session.add(payment)
    tx.session.flush()
