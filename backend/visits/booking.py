"""Confirming: hold, charge, confirm (RULES section 7).

Three steps, of which only the middle one talks to the processor, outside any transaction:

1. :func:`begin` runs all rules again, takes an ended hold anew if it is still free, and writes the payment down as
   "checking". The place is kept for fifteen minutes, past the hold's end if need be.
2. the processor is asked to charge, under a key that is derived from the payment.
3. :func:`backend.visits.settling.settle` makes the visit, or lets the hold stand after a decline, or gives the money
   back if the place was lost.

If the server dies between them, :mod:`backend.visits.reconciler` finds the payment and goes on. Where nothing is to
pay, the first step makes the visit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from backend.changes import service as changes
from backend.db import Tx
from backend.errors import Reason
from backend.facilities import service as facilities
from backend.facilities.prices import PriceLine, price_on
from backend.money import service as money
from backend.money.ledger import Fees
from backend.money.processors.base import Method
from backend.money.words import amount_words
from backend.roster import service as roster
from backend.security import Action, Actor, Subject, authorize
from backend.types import quanta_between
from backend.visits import overrides, quanta, quotas, repository
from backend.visits.asked import Asked, AskedAttendee, AskedLimit
from backend.visits.ground import Ground, lay
from backend.visits.holds import wanted_of
from backend.visits.judging import held_facts, judge_asked, with_answers, with_companions
from backend.visits.models import Hold
from backend.visits.overrides import Override
from backend.visits.owned import Own, own
from backend.visits.quanta import Booking, Limit
from backend.visits.refusals import payment_is_checking, refusal
from backend.visits.rules import broken_rules
from backend.visits.rules.facts import AnswerFacts
from backend.visits.rules.quota import counts_individuals
from backend.visits.settling import make_visit, trace


@dataclass(frozen=True, slots=True)
class Companion:
    """Somebody who comes with the lead visitor."""

    name: str
    minor: bool


@dataclass(frozen=True, slots=True)
class Confirming:
    """The answers that a confirmation brings besides its hold."""

    hold_id: str
    terms_id: str
    companions: tuple[Companion, ...]
    expected_total_minor: int
    method_token: str | None
    method: Method | None
    """The method that ``method_token`` names, None if the processor knows none of that name."""
    processor: str
    override: Override | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """What a confirmation has led to: a visit, or a payment whose outcome will say."""

    booking_id: str
    payment_id: str | None


def begin(tx: Tx, actor: Actor, confirming: Confirming) -> Begun:
    """Do everything that confirming a hold does before the processor is asked.

    Raises all broken rules at once (403 or 409). A booking that is confirmed, or being paid for, is answered as such;
    one whose payment has had no outcome for so long that its place is not kept any more is refused
    (``payment_checking``, 409), for that payment may still go through.
    """
    repository.lock_account(tx, actor.account)
    if (already := _already(tx, actor, confirming.hold_id)) is not None:
        return already
    hold = repository.hold(tx, confirming.hold_id)
    if hold is None or hold.account_id != actor.account:
        raise refusal([Reason("hold_expired", "The time that was kept for you is not kept any more.")])
    authorize(actor, Action.USE_OWN_ACCOUNT, Subject(account_id=actor.account, facility_id=hold.facility_id))
    facilities.share(tx, hold.facility_id)
    ground = lay(tx, actor.account, wanted_of(hold))
    ground = replace(ground, facts=overrides.allow(actor, hold.facility_id, ground.facts, confirming.override, hold))
    price = _price(tx, ground)
    fees = Fees(price.session_fee_minor, price.transaction_fee_minor, price.currency, price.tax_minor)
    has = own(tx, hold.id)
    facts, limits = held_facts(tx, ground, hold, has)
    booking = _kept(ground, hold, limits, has)
    if ended := booking is None or tx.now >= hold.held_until:
        if counts_individuals(ground.policy):
            repository.lock_individual(tx, hold.individual_id)
        facts, limits = judge_asked(tx, ground, hold.starts_at, hold)
        booking = ground.booking(hold.id, hold.starts_at, limits)
    facts = with_companions(ground, facts, [one.name for one in confirming.companions])
    facts = with_answers(facts, _answers(tx, ground, confirming, fees, ended))
    if reasons := broken_rules(facts):
        raise refusal(reasons)
    asked = _asked(ground, hold, confirming, booking, price, now=tx.now)
    if overrides.note(hold, facts, confirming.override):
        repository.keep_hold(tx, hold)
        trace(tx, actor, asked, "rules overridden", {"overridden": hold.overridden}, why=hold.override_reason)
    if ended:
        _take_again(tx, asked)
    if fees.total_minor == 0:
        make_visit(tx, actor, asked, fees, None)
        return Begun(hold.id, None)
    quanta.keep(tx, own(tx, hold.id), hold.id, asked.kept_until)
    quotas.spend(tx, asked.spent)
    if confirming.method is None:
        raise AssertionError("the rules let nobody through without a way to pay")
    payment = money.start(
        tx,
        account_id=actor.account,
        booking_id=hold.id,
        processor=confirming.processor,
        method=confirming.method,
        fees=fees,
        asked=asked.as_json(),
    )
    trace(tx, actor, asked, "payment begun", {"payment": payment.id, "total": fees.total_minor})
    changes.announce(tx, changes.account_stream(actor.account), "payment", payment.id)
    return Begun(hold.id, payment.id)


def _already(tx: Tx, actor: Actor, booking_id: str) -> Begun | None:
    visit = repository.visit(tx, booking_id)
    if visit is not None and visit.account_id == actor.account:
        return Begun(visit.id, None)
    payment = money.open_payment(tx, booking_id)
    if payment is None or payment.account_id != actor.account:
        return None
    if not money.keeps_place(tx, payment.id):
        raise payment_is_checking(kept=False)
    return Begun(booking_id, payment.id)


def _kept(ground: Ground, hold: Hold, limits: tuple[Limit, ...], has: Own) -> Booking | None:
    """Return what a hold took of time, with the buffer of when it was held; None if it has not all of it any more.

    Somebody else may have it, if the clock was put back since.
    """
    needed, busy = quanta_between(hold.starts_at, hold.ends_at), has.span
    booking = replace(ground.booking(hold.id, hold.starts_at, limits), quanta=busy)
    complete = busy.start == needed.start and busy.stop >= needed.stop
    return booking if limits and complete and quanta.has_own(has, booking) else None


def _price(tx: Tx, ground: Ground) -> PriceLine:
    wanted = ground.wanted
    return price_on(tx, wanted.facility_id, wanted.visit_type, wanted.duration_minutes, ground.facts.today)


def _answers(tx: Tx, ground: Ground, confirming: Confirming, fees: Fees, ended: bool) -> AnswerFacts:
    terms = facilities.current_terms(tx, ground.facility.id, ground.wanted.visit_type)
    current = terms is not None and terms.id == confirming.terms_id
    return AnswerFacts(
        hold_ended=ended,
        terms_current=current,
        terms_accepted=current and facilities.has_accepted(tx, ground.account_id, confirming.terms_id),
        adults=sum(not companion.minor for companion in confirming.companions),
        minors=sum(companion.minor for companion in confirming.companions),
        expected_total_minor=confirming.expected_total_minor,
        total_minor=fees.total_minor,
        total_words=amount_words(fees.total_minor, fees.currency),
        has_payment_method=confirming.method_token is not None,
        method_known=confirming.method is not None,
    )


def _asked(
    ground: Ground, hold: Hold, confirming: Confirming, booking: Booking, price: PriceLine, *, now: datetime
) -> Asked:
    if ground.individual is None:
        raise AssertionError("the rules let nobody through without an individual")
    return Asked(
        booking_id=hold.id,
        account_id=hold.account_id,
        facility_id=hold.facility_id,
        individual_id=hold.individual_id,
        individual_name=roster.name_of(ground.individual),
        visit_type=hold.visit_type,
        duration_minutes=hold.duration_minutes,
        starts_at=hold.starts_at,
        ends_at=hold.ends_at,
        zone=ground.zone.key,
        local_date=hold.starts_at.astimezone(ground.zone).date(),
        terms_id=confirming.terms_id,
        attendees=tuple(AskedAttendee(name=one.name, minor=one.minor) for one in confirming.companions),
        first_quantum=booking.quanta.start,
        end_quantum=booking.quanta.stop,
        limits=tuple(AskedLimit(key=limit.key, capacity=limit.capacity) for limit in booking.limits),
        stations=ground.stations,
        kept_until=max(hold.held_until, now + money.KEEPS_PLACE),
        per_minute_minor=price.per_minute_minor,
        tax_basis_points=price.tax_basis_points,
    )


def _take_again(tx: Tx, asked: Asked) -> None:
    """Take what an ended hold had taken; refuse if somebody else has it by now."""
    quanta.free(tx, asked.booking_id)
    if quanta.take(tx, asked.booking, asked.kept_until) is not None:
        raise refusal([Reason("hold_expired", "The time was kept for you until its end, and then taken.")])
