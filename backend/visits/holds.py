"""Holds: an opening kept for one account while it finishes (RULES section 4).

An account has one hold at most. A hold ends at an instant, exclusive, by comparison with the clock; its rows stay until
somebody needs what they stand on. Readings of the rule, each tested at its boundary:

- 10 minutes, one renewal that adds 10 more, never beyond 20 minutes after the account first held without letting go
  (all three are settings);
- taking another opening moves the hold in one transaction: the new one has an id of its own and keeps that first
  instant; on conflict the first stands;
- a hold that has ended counts as let go: the next one begins anew.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from backend.audit import service as audit
from backend.changes import service as changes
from backend.db import Tx
from backend.errors import Problem, Reason, not_found
from backend.facilities import service as facilities
from backend.facilities.policy import VisitPolicy, as_visit_type
from backend.facilities.prices import PriceLine, price_on
from backend.facilities.setting_values import VisitType
from backend.money import service as money
from backend.security import Action, Actor, Subject, authorize
from backend.sql import made
from backend.types import new_id
from backend.visits import openings, overrides, quanta, repository
from backend.visits.ground import Ground, Wanted, lay
from backend.visits.judging import held_facts, judge_asked
from backend.visits.kept import keep_longer
from backend.visits.models import Hold
from backend.visits.overrides import Override
from backend.visits.quanta import Conflict
from backend.visits.refusals import payment_is_checking, refusal
from backend.visits.rules import broken_rules
from backend.visits.rules.facts import Facts
from backend.visits.rules.overlap import ACCOUNT_BUSY, INDIVIDUAL_BUSY, NO_CAPACITY, NO_STATION
from backend.visits.rules.quota import counts_individuals
from backend.visits.rules.restrictions import KEEP_APART

RENEWALS = 1
TAKEN: Final = Reason("hold_expired", "The time was kept for you until its end, and then taken.")
"""Why a hold that lives is refused: to somebody whose instant is a moment later it had ended."""


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold as its account sees it. Instants are UTC; count down on ``remaining_seconds``."""

    id: str
    facility_id: str
    visit_type: VisitType
    individual_id: str
    duration_minutes: int
    starts_at: datetime
    ends_at: datetime
    held_until: datetime
    remaining_seconds: int
    can_renew: bool
    price: PriceLine
    """The most that the visit costs, by the price in force now."""
    free_cancel_until: datetime
    """Until then (exclusive) cancelling the visit would lose nothing, if it were confirmed now."""


def take(tx: Tx, actor: Actor, wanted: Wanted, starts_at: datetime, *, override: Override | None = None) -> HoldView:
    """Hold the opening at ``starts_at`` (UTC), letting go of the one held before.

    Raises all broken rules at once (403 or 409), ``payment_checking`` (409), or ``not_found`` (404); with ``override``
    also what :func:`backend.visits.overrides.allow` does.
    """
    authorize(actor, Action.USE_OWN_ACCOUNT, Subject(account_id=actor.account, facility_id=wanted.facility_id))
    repository.lock_account(tx, actor.account)
    before = repository.hold_of(tx, actor.account)
    if before is not None and money.is_checking(tx, before.id):
        raise payment_is_checking()
    for facility_id in sorted({wanted.facility_id, before.facility_id if before else wanted.facility_id}):
        facilities.share(tx, facility_id)
    ground = lay(tx, actor.account, wanted)
    is_kept = before is not None and tx.now < before.held_until and openings.is_of(before, wanted, starts_at)
    kept = before if is_kept else None
    ground = replace(ground, facts=overrides.allow(actor, wanted.facility_id, ground.facts, override, kept))
    openings.refuse_far_away("starts_at", starts_at.date(), ground.facts.today)
    if kept is not None:
        if overrides.note(kept, _still_right(tx, ground, kept), override):
            repository.keep_hold(tx, kept)
            _tell(tx, actor, kept, "rules overridden")
        return view(tx, ground, kept)
    if counts_individuals(ground.policy):
        repository.lock_individual(tx, wanted.individual_id)
    facts, limits = judge_asked(tx, ground, starts_at, before)
    if reasons := broken_rules(facts):
        raise refusal(reasons)
    hold = _next_hold(tx, before, ground, starts_at)
    hold.sign_in_session_id = actor.sign_in_session_id
    overrides.note(hold, facts, override)
    if conflict := quanta.take(tx, ground.booking(hold.id, starts_at, limits), hold.held_until):
        raise refusal([conflict_reason(conflict)])
    repository.keep_hold(tx, hold)
    _tell(tx, actor, hold, "opening held" if before is None else "hold moved")
    return view(tx, ground, hold)


def renew(tx: Tx, actor: Actor, hold_id: str) -> HoldView:
    """Let a living hold last longer, once.

    Raises all broken rules at once (403 or 409), ``not_found`` (404), ``payment_checking`` or
    ``hold_cannot_be_renewed`` (409).
    """
    hold = _to_change(tx, actor, hold_id)
    ground = lay(tx, actor.account, wanted_of(hold))
    ground = replace(ground, facts=overrides.allow(actor, hold.facility_id, ground.facts, None, hold))
    longer = _renewed_until(tx, hold, ground.policy)
    if longer is None:
        raise Problem(
            "hold_cannot_be_renewed",
            409,
            "This time cannot be kept any longer.",
            "Confirm now, or choose a time again. Your answers are kept.",
        )
    _still_right(tx, ground, hold)
    if not keep_longer(tx, ground, hold, longer):
        raise refusal([TAKEN])
    hold.held_until, hold.renewals = longer, hold.renewals + 1
    hold.sign_in_session_id = actor.sign_in_session_id
    repository.keep_hold(tx, hold)
    _tell(tx, actor, hold, "hold renewed")
    return view(tx, ground, hold)


def release(tx: Tx, actor: Actor, hold_id: str) -> None:
    """Let go of a hold. Raises ``not_found`` (404) or ``payment_checking`` (409)."""
    hold = _to_change(tx, actor, hold_id)
    quanta.free(tx, hold.id)
    _tell(tx, actor, hold, "hold released")
    repository.remove_hold(tx, hold.id)


def let_go(tx: Tx, actor: Actor) -> None:
    """Let go of what this very sign-in session holds. What is being paid stays; a page that waits for a phone ends.

    For the end of a stay at a kiosk: what the same account holds on another device stands.
    """
    repository.lock_account(tx, actor.account)
    hold = repository.hold_of(tx, actor.account)
    if hold is None or hold.sign_in_session_id != actor.sign_in_session_id:
        return
    if (payment := money.open_payment(tx, hold.id)) is not None:
        money.end_waiting(tx, payment.id)
        return
    facilities.share(tx, hold.facility_id)
    quanta.free(tx, hold.id)
    _tell(tx, actor, hold, "hold released")
    repository.remove_hold(tx, hold.id)


def current(tx: Tx, actor: Actor) -> HoldView | None:
    """Return the account's hold; None if it has none, or one that has ended and is not being paid for."""
    hold = repository.hold_of(tx, actor.account)
    if hold is None or (tx.now >= hold.held_until and not money.is_checking(tx, hold.id)):
        return None
    return view(tx, lay(tx, actor.account, wanted_of(hold)), hold)


def nearest(tx: Tx, actor: Actor, hold_id: str) -> tuple[datetime, ...]:
    """Return the free openings nearest to what a hold kept; none where there is no such hold any more."""
    hold = repository.hold(tx, hold_id)
    if hold is None or hold.account_id != actor.account:
        return ()
    return openings.nearest(tx, actor, wanted_of(hold), hold.starts_at)


def wanted_of(hold: Hold) -> Wanted:
    """Return what ``hold`` keeps, but for the time."""
    visit_type = as_visit_type(hold.visit_type)
    if visit_type is None:
        raise AssertionError(f"hold {hold.id} is of no known visit type")
    return Wanted(hold.facility_id, visit_type, hold.individual_id, hold.duration_minutes)


def conflict_reason(conflict: Conflict) -> Reason:
    """Return the broken rule that a unique key stands for: somebody else was quicker than the rules could see."""
    sentences = {
        NO_CAPACITY.code: "That time was just taken.",
        NO_STATION.code: "The last station was just taken at that time.",
        INDIVIDUAL_BUSY.code: "The person you want to visit has another visit at that time.",
        KEEP_APART.code: "The person you want to visit cannot have a visit at that time.",
        ACCOUNT_BUSY.code: "You have another visit at that time.",
    }
    return Reason(conflict, sentences[conflict])


def view(tx: Tx, ground: Ground, hold: Hold) -> HoldView:
    """Return ``hold`` as its account sees it now."""
    wanted = ground.wanted
    price = price_on(tx, wanted.facility_id, wanted.visit_type, wanted.duration_minutes, ground.facts.today)
    return HoldView(
        id=hold.id,
        facility_id=hold.facility_id,
        visit_type=wanted.visit_type,
        individual_id=hold.individual_id,
        duration_minutes=hold.duration_minutes,
        starts_at=hold.starts_at,
        ends_at=hold.ends_at,
        held_until=hold.held_until,
        remaining_seconds=max(0, math.ceil((hold.held_until - tx.now).total_seconds())),
        can_renew=_renewed_until(tx, hold, ground.policy) is not None,
        price=price,
        free_cancel_until=ground.policy.free_cancel_until(hold.starts_at, price.total_minor),
    )


def _still_right(tx: Tx, ground: Ground, hold: Hold) -> Facts:
    """Return the facts of a living hold as its confirmation judges them; refuse one that could not be confirmed."""
    facts, _ = held_facts(tx, ground, hold)
    if reasons := broken_rules(facts):
        raise refusal(reasons)
    return facts


def _next_hold(tx: Tx, before: Hold | None, ground: Ground, starts_at: datetime) -> Hold:
    """Return the account's hold as it will be, with the one before and what it had taken gone.

    It has an id of its own: a confirmation that was made for another time on another screen does not fit it.
    """
    first_held_at, renewals = tx.now, 0
    if before is not None:
        if tx.now < before.held_until:
            first_held_at, renewals = before.first_held_at, before.renewals
        quanta.free(tx, before.id)
        repository.remove_hold(tx, before.id)
    return made(
        Hold,
        id=new_id(tx.now),
        account_id=ground.account_id,
        facility_id=ground.wanted.facility_id,
        individual_id=ground.wanted.individual_id,
        visit_type=ground.wanted.visit_type,
        duration_minutes=ground.wanted.duration_minutes,
        starts_at=starts_at,
        ends_at=starts_at + ground.length,
        first_held_at=first_held_at,
        held_until=min(
            tx.now + timedelta(minutes=ground.policy.hold_minutes),
            first_held_at + timedelta(minutes=ground.policy.hold_total_minutes),
        ),
        renewals=renewals,
        overridden=None,
        override_reason=None,
        sign_in_session_id=None,
    )


def _renewed_until(tx: Tx, hold: Hold, policy: VisitPolicy) -> datetime | None:
    """Return when ``hold`` would end if it were renewed now; None if it cannot be."""
    if tx.now >= hold.held_until or hold.renewals >= RENEWALS or money.is_checking(tx, hold.id):
        return None
    longer = min(
        hold.held_until + timedelta(minutes=policy.hold_minutes),
        hold.first_held_at + timedelta(minutes=policy.hold_total_minutes),
    )
    return longer if longer > hold.held_until else None


def _to_change(tx: Tx, actor: Actor, hold_id: str) -> Hold:
    """Return the account's hold, which nobody else changes until the transaction ends, nor what it stands on."""
    repository.lock_account(tx, actor.account)
    hold = repository.hold(tx, hold_id)
    if hold is None or hold.account_id != actor.account:
        raise not_found("This kept time")
    authorize(actor, Action.USE_OWN_ACCOUNT, Subject(account_id=actor.account, facility_id=hold.facility_id))
    if money.is_checking(tx, hold.id):
        raise payment_is_checking()
    facilities.share(tx, hold.facility_id)
    return hold


def _tell(tx: Tx, actor: Actor, hold: Hold, action: str) -> None:
    audit.record(
        tx,
        actor,
        audit.facility_chain(hold.facility_id),
        action=action,
        subject=f"hold:{hold.id}",
        what={
            "account": hold.account_id,
            "individual": hold.individual_id,
            "visit_type": hold.visit_type,
            "starts_at": hold.starts_at.isoformat(),
            "held_until": hold.held_until.isoformat(),
            **({"overridden": hold.overridden} if hold.overridden else {}),
        },
        why=hold.override_reason,
    )
    changes.announce(tx, changes.account_stream(hold.account_id), "hold", hold.id)
