"""The outcome of a charge: a visit, a hold that still stands, or money on its way back.

Run in one transaction, once a payment, by the request that charged or by the reconciler, whichever is first.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Final

from backend.changes import service as changes
from backend.db import Tx
from backend.drafts import service as drafts
from backend.facilities import service as facilities
from backend.kiosks import clocks
from backend.money import orders, returns, top_ups
from backend.money import service as money
from backend.money.ledger import NO_CHARGE, Cause, Charged, Fees
from backend.money.models import Payment
from backend.money.plan import Part
from backend.money.processors.base import ChargeResult
from backend.notices import service as notices
from backend.security import Actor
from backend.sql import made
from backend.visits import access_changes, quanta, quotas, repository, restricting, stations
from backend.visits.asked import Asked
from backend.visits.joining import notice_data
from backend.visits.late import has_place
from backend.visits.models import Attendee, Visit
from backend.visits.owned import own
from backend.visits.traces import trace

REFERENCE_LETTERS: Final = money.REFERENCE_LETTERS
REFERENCE_LENGTH: Final = 6


def settle(tx: Tx, actor: Actor, payment_id: str, result: ChargeResult) -> None:
    """Act on the outcome of a charge, once: whoever comes second finds it done. ``actor`` is who brings the news."""
    account_id = money.account_of(tx, payment_id)
    if account_id is None:
        return
    repository.lock_account(tx, account_id)
    clocks.note_progress(tx, account_id)
    settled = money.settled(tx, payment_id, result)
    if settled is None:
        return
    payment = settled.payment
    changes.announce(tx, changes.account_stream(payment.account_id), "payment", payment.id)
    if payment.purpose == "top_up":
        top_ups.settled(tx, actor, payment, given_up=settled.was_given_up)
        return
    asked = Asked.model_validate(payment.asked)
    facilities.share(tx, asked.facility_id)
    if repository.visit(tx, asked.booking_id) is not None:
        _came_second(tx, actor, asked, payment)
    elif settled.was_given_up:
        _give_back_given_up(tx, actor, asked, payment)
    elif payment.status == "declined":
        _let_hold_stand(tx, actor, asked, payment)
    elif has_place(tx, asked):
        make_visit(tx, actor, asked, money.parts_of(tx, payment), payment)
    else:
        _give_back_lost(tx, actor, asked, payment)


def opened(tx: Tx, payment_id: str, result: ChargeResult) -> None:
    """Note where a person pays now: whoever waits for the page sees it."""
    payment = orders.note_opened(tx, payment_id, result)
    if payment is not None:
        changes.announce(tx, changes.account_stream(payment.account_id), "payment", payment.id)


def make_visit(tx: Tx, actor: Actor, asked: Asked, parts: Sequence[Part], payment: Payment | None) -> None:
    """Make the visit of a booking that has its place for good, and everything that goes with it, in this transaction.

    ``payment`` is the card's part of its price, ``parts`` are what the other sources pay.
    """
    fees = sum((part.fees for part in parts), money.fees_of(payment) if payment else Fees(0, 0, asked.currency))
    quotas.spend(tx, asked.spent)
    companions = [
        made(Attendee, visit_id=asked.booking_id, position=position, name=one.name, minor=one.minor)
        for position, one in enumerate(asked.attendees)
    ]
    visit = _visit(tx, asked, fees, quanta.station_of(tx, asked.booking_id))
    while not repository.add_visit(tx, visit, companions):
        visit.reference = new_reference()
    stations.flag_retired(tx, visit)
    if payment is not None:
        restricting.flag_new_visit(tx, visit)
        access_changes.flag_new_visit(tx, visit)
    _charge_everything(tx, asked, parts, payment)
    repository.remove_hold(tx, asked.booking_id)
    drafts.forget(tx, asked.account_id, asked.booking_id)
    trace(tx, actor, asked, "visit confirmed", {"reference": visit.reference, "total": fees.total_minor})
    stream = changes.account_stream(asked.account_id)
    everywhere = changes.facility_stream(asked.facility_id)
    changes.announce(tx, stream, "visit", visit.id)
    changes.announce(tx, stream, "hold", visit.id)
    changes.announce(tx, everywhere, "visit", visit.id)
    notices.post(
        tx,
        "visit_confirmed",
        asked.account_id,
        repository.email_of(tx, asked.account_id),
        notice_data(tx, visit),
    )


def _visit(tx: Tx, asked: Asked, fees: Fees, station_id: str | None) -> Visit:
    return made(
        Visit,
        id=asked.booking_id,
        reference=new_reference(),
        account_id=asked.account_id,
        facility_id=asked.facility_id,
        individual_id=asked.individual_id,
        visit_type=asked.visit_type,
        duration_minutes=asked.duration_minutes,
        starts_at=asked.starts_at,
        ends_at=asked.ends_at,
        zone=asked.zone,
        local_date=asked.local_date,
        terms_id=asked.terms_id,
        session_fee_minor=fees.session_fee_minor,
        transaction_fee_minor=fees.transaction_fee_minor,
        tax_minor=fees.tax_minor,
        currency=fees.currency,
        status="confirmed",
        confirmed_at=tx.now,
        station_id=station_id,
        cancelled_at=None,
        cancelled_by=None,
        reason=None,
        per_minute_minor=asked.per_minute_minor,
        tax_basis_points=asked.tax_basis_points,
        never_record=False,
        changes=0,
        checked_in_at=None,
        used_minutes=None,
    )


def _charge_everything(tx: Tx, asked: Asked, parts: Sequence[Part], payment: Payment | None) -> None:
    """Enter what each source pays; where there is nothing to pay, that."""
    for part in parts:
        money.enter_charge(tx, _charged(asked, part, None))
    if payment is not None:
        money.enter_charge(tx, _by_card(asked, payment))
    elif not parts:
        money.enter_charge(tx, _charged(asked, Part("none", NO_CHARGE, Fees(0, 0, asked.currency)), None))


def _by_card(asked: Asked, payment: Payment) -> Charged:
    return _charged(asked, Part("card", payment.label, money.fees_of(payment)), payment.id)


def _charged(asked: Asked, part: Part, payment_id: str | None) -> Charged:
    return Charged(
        account_id=asked.account_id,
        booking_id=asked.booking_id,
        facility_id=asked.facility_id,
        individual_id=asked.individual_id,
        individual_name=asked.individual_name,
        appointment_at=asked.starts_at,
        zone=asked.zone,
        fees=part.fees,
        fee_source=part.fee_source,
        fee_source_label=part.label,
        payment_id=payment_id,
        source_id=part.source_id,
    )


def _let_hold_stand(tx: Tx, actor: Actor, asked: Asked, payment: Payment) -> None:
    """After a decline nothing is lost: the hold lasts as long as it would have, and so do the answers."""
    hold = repository.hold(tx, asked.booking_id)
    if money.is_paid_otherwise(tx, payment):
        pass  # the time is kept for that payment
    elif hold is None:
        quanta.free(tx, asked.booking_id)
        quotas.give_back(tx, asked.booking_id)
    else:
        quanta.keep(tx, own(tx, asked.booking_id), asked.booking_id, hold.held_until)
        quotas.give_back(tx, asked.booking_id)
    _trace_decline(tx, actor, asked, payment)
    changes.announce(tx, changes.account_stream(asked.account_id), "hold", asked.booking_id)


def _came_second(tx: Tx, actor: Actor, asked: Asked, payment: Payment) -> None:
    """The booking has its visit already: its time is left alone, and what came late is given back."""
    if payment.status == "declined":
        _trace_decline(tx, actor, asked, payment)
        return
    _give_back(tx, actor, asked, payment, ("The visit was paid for already when this payment came through.", "twice"))


def _give_back_given_up(tx: Tx, actor: Actor, asked: Asked, payment: Payment) -> None:
    """The page was closed, or the payment given up, and it went through after all: the hold is left as it is."""
    _give_back(tx, actor, asked, payment, ("The payment came through after it had been given up.", "lost"))


def _give_back_lost(tx: Tx, actor: Actor, asked: Asked, payment: Payment) -> None:
    """The charge went through too late: it is entered, and entered as given back, so that both lines show."""
    _give_back(tx, actor, asked, payment, ("The time was gone when the payment came through.", "lost"))
    quanta.free(tx, asked.booking_id)
    quotas.give_back(tx, asked.booking_id)
    repository.remove_hold(tx, asked.booking_id)
    changes.announce(tx, changes.account_stream(asked.account_id), "hold", asked.booking_id)


def _give_back(tx: Tx, actor: Actor, asked: Asked, payment: Payment, why: tuple[str, Cause]) -> None:
    """Enter what a card paid, and that it comes back, so that both lines show. What other sources kept is theirs."""
    sentence, cause = why
    money.enter_charge(tx, _by_card(asked, payment))
    returns.give_back_payment(tx, payment, sentence, cause)
    trace(tx, actor, asked, "payment given back", {"payment": payment.id, "total": payment.amount_minor})


def _trace_decline(tx: Tx, actor: Actor, asked: Asked, payment: Payment) -> None:
    trace(tx, actor, asked, "payment declined", {"payment": payment.id, "problem": payment.problem_code})


def new_reference() -> str:
    """Return a reference such as ``VD-7K3M9Q``; some 700 million of them exist, and a unique key keeps them apart."""
    return "VD-" + "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(REFERENCE_LENGTH))
