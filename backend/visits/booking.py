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

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from backend.changes import service as changes
from backend.db import Tx
from backend.errors import Reason
from backend.facilities import service as facilities
from backend.facilities.prices import PriceLine
from backend.money import service as money
from backend.money import sources
from backend.money.ledger import Fees
from backend.money.plan import Plan, split
from backend.money.processors.base import Method
from backend.money.sources import Chosen, Offered
from backend.money.words import amount_words
from backend.roster import service as roster
from backend.security import Action, Actor, Subject, authorize
from backend.visits import kept, overrides, quanta, quotas, repository, ways
from backend.visits.asked import Asked, AskedAttendee, AskedLimit
from backend.visits.ground import Ground, lay
from backend.visits.holds import TAKEN, wanted_of
from backend.visits.judging import held_facts, judge_asked, with_answers, with_companions
from backend.visits.models import Hold
from backend.visits.overrides import Override
from backend.visits.owned import own
from backend.visits.quanta import Booking
from backend.visits.refusals import payment_is_checking, refusal
from backend.visits.rules import broken_rules
from backend.visits.rules.facts import AnswerFacts
from backend.visits.rules.quota import counts_individuals
from backend.visits.settling import make_visit
from backend.visits.traces import trace


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
    sources: tuple[Chosen, ...] = ()
    """What pays before the card does."""
    promo_code: str | None = None
    expected_card_minor: int | None = None
    """What the card was said to pay; None: whatever is left."""
    reader: str | None = None
    """The card reader beside the kiosk, as the processor calls it."""


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
    price = ways.price_of(tx, ground)
    offered, plan = _plan(tx, ground, hold, confirming, ways.fees_of(price))
    if counts_individuals(ground.policy):
        repository.lock_individual(tx, hold.individual_id)
    has = own(tx, hold.id)
    facts, limits = held_facts(tx, ground, hold, has)
    booking = kept.whole(ground, hold, limits, has)
    if ended := booking is None or tx.now >= hold.held_until:
        facts, limits = judge_asked(tx, ground, hold.starts_at, hold)
        booking = ground.booking(hold.id, hold.starts_at, limits)
    facts = with_companions(ground, facts, [one.name for one in confirming.companions])
    facts = with_answers(facts, _answers(tx, ground, confirming, plan, ended))
    if reasons := _with_promo(broken_rules(facts), offered):
        raise refusal(reasons)
    asked = _asked(ground, hold, confirming, booking, price, now=tx.now)
    if overrides.note(hold, facts, confirming.override):
        repository.keep_hold(tx, hold)
        trace(tx, actor, asked, "rules overridden", {"overridden": hold.overridden}, why=hold.override_reason)
    until = None if plan.card.total_minor == 0 else asked.kept_until
    if not (_take_again(tx, asked, until) if ended else quanta.keep(tx, has, hold.id, until)):
        raise refusal([TAKEN])
    if until is None:
        make_visit(tx, actor, asked, plan.parts, None)
        return Begun(hold.id, None)
    ends_at = hold.held_until if tx.now < hold.held_until else asked.kept_until
    return _start(tx, actor, confirming, (asked, plan), ends_at)


def _start(tx: Tx, actor: Actor, confirming: Confirming, booked: tuple[Asked, Plan], ends_at: datetime) -> Begun:
    """Write down that the card is about to be charged, and put aside what the other sources pay."""
    asked, plan = booked
    quotas.spend(tx, asked.spent)
    if confirming.method is None:
        raise AssertionError("the rules let nobody through without a way to pay")
    payment = money.start(
        tx,
        account_id=actor.account,
        booking_id=asked.booking_id,
        way=money.Way(confirming.processor, confirming.method, confirming.reader, ends_at),
        fees=plan.card,
        asked=asked.as_json(),
        parts=plan.parts,
    )
    trace(tx, actor, asked, "payment begun", {"payment": payment.id, "total": plan.card.total_minor})
    changes.announce(tx, changes.account_stream(actor.account), "payment", payment.id)
    return Begun(asked.booking_id, payment.id)


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


def _plan(tx: Tx, ground: Ground, hold: Hold, confirming: Confirming, price: Fees) -> tuple[Offered, Plan]:
    """Return what could pay, and how the price is split over what the visitor chose of it and the card."""
    asking = ways.asking_of(ground, hold.starts_at, price, confirming.promo_code)
    offered = sources.offered(tx, asking, confirming.sources, to_spend=True)
    return offered, split(price, offered.sources)


def _with_promo(reasons: Sequence[Reason], offered: Offered) -> list[Reason]:
    """Return the reasons with that of a code that does not hold, in the place of what follows from it."""
    if offered.promo_problem is None:
        return list(reasons)
    refused = Reason("promo_refused", sources.PROMO_WORDS[offered.promo_problem])
    return [*(one for one in reasons if one.code not in {"payment_required", "price_changed"}), refused]


def _answers(tx: Tx, ground: Ground, confirming: Confirming, plan: Plan, ended: bool) -> AnswerFacts:
    terms = facilities.current_terms(tx, ground.facility.id, ground.wanted.visit_type)
    total = plan.total
    current = terms is not None and terms.id == confirming.terms_id
    return AnswerFacts(
        hold_ended=ended,
        terms_current=current,
        terms_accepted=current and facilities.has_accepted(tx, ground.account_id, confirming.terms_id),
        adults=sum(not companion.minor for companion in confirming.companions),
        minors=sum(companion.minor for companion in confirming.companions),
        expected_total_minor=confirming.expected_total_minor,
        total_minor=total.total_minor,
        total_words=amount_words(total.total_minor, total.currency),
        expected_due_minor=confirming.expected_card_minor,
        due_minor=plan.card.total_minor,
        due_words=amount_words(plan.card.total_minor, total.currency),
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
        currency=price.currency,
    )


def _take_again(tx: Tx, asked: Asked, held_until: datetime | None) -> bool:
    """Take what an ended hold had taken, until ``held_until``; return whether nobody else has any of it by now."""
    quanta.free(tx, asked.booking_id)
    return quanta.take(tx, asked.booking, held_until) is None
