"""Moving a visit to another time: one transaction that frees the old and takes the new (RULES section 4).

The new time is judged by the one list of rules, and notice is counted anew for it. Facility, type, individual, length,
attendees, price and reference stay. What the account holds beside it is no obstacle to its own move, which lets go of
it where it is in the way. Whatever is refused rolls back, by a rule or by a unique key: then the first time stands as
it was. Who asks says which time the visit had on the screen, so that of two screens the second is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from backend.audit import service as audit
from backend.changes import service as changes
from backend.db import Tx
from backend.errors import Problem, Reason
from backend.notices import service as notices
from backend.security import Actor
from backend.visits import openings, overrides, quanta, quotas, repository
from backend.visits.holds import conflict_reason
from backend.visits.joining import notice_data
from backend.visits.judging import judge_asked
from backend.visits.models import Hold, Visit
from backend.visits.overrides import Override
from backend.visits.rules import About, broken_rules
from backend.visits.rules.quota import counts_individuals
from backend.visits.standing import beside, lay_move, of_facility, own, to_move, when_words, why_not_standing


@dataclass(frozen=True, slots=True)
class Move:
    """Another time for a visit. Instants are UTC; ``expected_starts_at`` is when whoever asks believes it starts."""

    visit_id: str
    starts_at: datetime
    expected_starts_at: datetime
    reason: str | None = None
    override: Override | None = None


@dataclass(frozen=True, slots=True)
class MoveView:
    """Whether and until when (UTC, exclusive) a visit can be moved."""

    reasons: tuple[Reason, ...]
    """Why it cannot be moved to any time; empty if it can."""
    until: datetime


def preview(tx: Tx, actor: Actor, visit_id: str) -> MoveView:
    """Return whether the account's visit can be moved now. Raises ``not_found`` (404)."""
    visit = own(tx, actor, visit_id)
    ground, gone = lay_move(tx, visit), why_not_standing(visit, tx.now)
    moving = ground.facts.moving
    return MoveView(
        reasons=(gone,) if gone else broken_rules(ground.facts, About.REQUEST),
        until=visit.starts_at if moving is None else moving.until,
    )


def move(tx: Tx, actor: Actor, asked: Move) -> Visit:
    """Move one of the account's visits.

    Raises ``not_found`` (404), ``visit_changed`` (409), or all broken rules at once (403 or 409).
    """
    return _move(tx, actor, own(tx, actor, asked.visit_id), asked)


def move_for_facility(tx: Tx, actor: Actor, asked: Move) -> Visit:
    """Move a visit at the officer's facility, for a reason that the visitor is told.

    Raises what :func:`move` does, and with an override what :func:`backend.visits.overrides.allow` does.
    """
    return _move(tx, actor, of_facility(tx, actor, asked.visit_id), asked)


def nearest(tx: Tx, actor: Actor, visit_id: str, starts_at: datetime) -> tuple[datetime, ...]:
    """Return the times (UTC) nearest to ``starts_at`` to which a visit can be moved instead."""
    visit = repository.visit(tx, visit_id)
    if visit is None:
        return ()
    hold = beside(tx, actor, visit)
    return openings.nearest_on(tx, lay_move(tx, visit), [visit, hold] if hold else [visit], starts_at)


def _move(tx: Tx, actor: Actor, shown: Visit, asked: Move) -> Visit:
    visit, hold = to_move(tx, actor, shown)
    if gone := why_not_standing(visit, tx.now):
        raise Problem(gone.code, 409, gone.sentence, "Nothing was changed.", reasons=(gone,))
    if visit.starts_at != asked.expected_starts_at:
        raise _changed(visit)
    ground = lay_move(tx, visit)
    ground = replace(ground, facts=overrides.allow(actor, visit.facility_id, ground.facts, asked.override))
    openings.refuse_far_away("starts_at", asked.starts_at.date(), ground.facts.today)
    if counts_individuals(ground.policy):
        repository.lock_individual(tx, visit.individual_id)
    facts, limits = judge_asked(tx, ground, asked.starts_at, visit)
    let_go = hold if broken_rules(facts) else None
    if let_go is not None:
        quanta.free(tx, let_go.id)
        repository.remove_hold(tx, let_go.id)
        facts, limits = judge_asked(tx, ground, asked.starts_at, visit)
    if reasons := broken_rules(facts):
        raise _refused(visit, reasons)
    quanta.free(tx, visit.id)
    if conflict := quanta.take(tx, ground.booking(visit.id, asked.starts_at, limits), None):
        raise _refused(visit, (conflict_reason(conflict),))
    before = visit.starts_at
    visit.starts_at, visit.ends_at = asked.starts_at, asked.starts_at + ground.length
    visit.zone, visit.local_date = ground.zone.key, asked.starts_at.astimezone(ground.zone).date()
    visit.station_id = quanta.station_of(tx, visit.id)
    visit.changes += 1
    tx.session.add(visit)
    tx.session.flush()
    quotas.move(tx, visit)
    repository.forget_flags(tx, visit.id)
    _tell(tx, actor, visit, asked, before=before, let_go=let_go, overridden=overrides.used(facts))
    return visit


def _by(actor: Actor, visit: Visit) -> Literal["visitor", "facility"]:
    return "visitor" if actor.account_id == visit.account_id else "facility"


def _tell(
    tx: Tx,
    actor: Actor,
    visit: Visit,
    asked: Move,
    *,
    before: datetime,
    let_go: Hold | None,
    overridden: Sequence[str],
) -> None:
    by = _by(actor, visit)
    audit.record(
        tx,
        actor,
        audit.facility_chain(visit.facility_id),
        action="visit moved",
        subject=f"visit:{visit.id}",
        what={
            "reference": visit.reference,
            "by": by,
            "from": before.isoformat(),
            "to": visit.starts_at.isoformat(),
            **({"let_go": let_go.id} if let_go else {}),
            **({"overridden": list(overridden), "because": asked.override.reason} if asked.override else {}),
        },
        why=asked.reason,
    )
    changes.announce(tx, changes.account_stream(visit.account_id), "visit", visit.id)
    if let_go is not None:
        changes.announce(tx, changes.account_stream(visit.account_id), "hold", let_go.id)
    changes.announce(tx, changes.facility_stream(visit.facility_id), "visit", visit.id)
    notices.post(
        tx,
        "visit_changed",
        visit.account_id,
        repository.email_of(tx, visit.account_id),
        {**notice_data(tx, visit), "moved_from": before.isoformat(), "moved_by": by, "reason": asked.reason},
    )


def _changed(visit: Visit) -> Problem:
    return Problem(
        "visit_changed",
        409,
        "The visit has changed since it was shown.",
        f"It is on {when_words(visit)} now. Nothing was changed: look at it again, then decide.",
    )


def _refused(visit: Visit, reasons: Sequence[Reason]) -> Problem:
    """Return the refusal of a time: the visit keeps the one it has."""
    first = reasons[0]
    status = 403 if first.code == "facility_access_required" else 409
    return Problem(first.code, status, first.sentence, f"Your visit on {when_words(visit)} stands.", reasons=reasons)
