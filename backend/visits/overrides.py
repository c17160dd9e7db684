"""Overriding rules: an officer of the facility, or support acting for an account, says yes to what a rule refuses.

Which rules can be overridden is said by the rules themselves. It takes a permission, the codes one by one, and a
reason; all three are in the trace. A unique key is never overridden: above its capacity a limit has one seat more, and
of two who ask for that one at once, one gets it. A hold remembers what it was let break, for its confirmation; once it
has ended, whoever may override says so again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from backend.errors import Problem, Reason, invalid
from backend.security import Action, Actor, Subject, authorize
from backend.visits.models import Hold
from backend.visits.rules import RULES, broken_rules
from backend.visits.rules.facts import Facts


@dataclass(frozen=True, slots=True)
class Override:
    """An explicit yes to breaking the rules of these codes, and why."""

    codes: frozenset[str]
    reason: str


def may(actor: Actor, facility_id: str) -> bool:
    """Say whether ``actor`` may override rules at a facility."""
    return _is_allowed(actor, Action.OVERRIDE_RULES, facility_id)


def _is_allowed(actor: Actor, action: Action, facility_id: str) -> bool:
    try:
        authorize(actor, action, Subject(facility_id=facility_id))
    except Problem:
        return False
    return True


def allow(actor: Actor, facility_id: str, facts: Facts, override: Override | None, before: Hold | None = None) -> Facts:
    """Return ``facts`` as they are judged for ``actor``, with what ``override`` says yes to.

    What the hold ``before`` was let break stays so while it lives, whoever confirms it. Raises ``not_allowed``
    (403), ``invalid`` (422) without a code or a reason, or ``not_overridable`` (409) for a rule that nobody overrides.
    """
    codes = kept_codes(before) if before is not None and facts.now < before.held_until else frozenset[str]()
    facts = replace(facts, knows_why=_is_allowed(actor, Action.RESTRICT, facility_id))
    if override is None:
        return replace(facts, may_override=may(actor, facility_id), overridden=codes)
    authorize(actor, Action.OVERRIDE_RULES, Subject(facility_id=facility_id))
    if not override.codes:
        raise invalid("override.codes", "Name the rules to override.")
    if not override.reason.strip():
        raise invalid("override.reason", "Say why: the reason is kept.")
    if never := sorted(override.codes - {rule.code for rule in RULES if rule.overridable}):
        raise _not_overridable(never)
    return replace(facts, may_override=True, overridden=override.codes | codes)


def used(facts: Facts) -> tuple[str, ...]:
    """Return the codes of the rules that ``facts`` really break and that are overridden, in the order of the rules."""
    broken = (reason.code for reason in broken_rules(replace(facts, overridden=frozenset())))
    overridable = {rule.code for rule in RULES if rule.overridable}
    return tuple(code for code in broken if code in facts.overridden & overridable)


def note(hold: Hold, facts: Facts, override: Override | None) -> bool:
    """Let ``hold`` remember which rules it is let break now, and why. Return whether there are any."""
    codes = used(facts)
    if override is None or not override.codes.intersection(codes):
        return False
    still = kept_codes(hold) & facts.overridden  # nothing of a hold that has ended
    hold.overridden, hold.override_reason = sorted({*codes, *still}), override.reason.strip()
    return True


def kept_codes(hold: Hold) -> frozenset[str]:
    """Return the codes of the rules that ``hold`` was let break."""
    return frozenset(str(code) for code in hold.overridden) if isinstance(hold.overridden, list) else frozenset()


def _not_overridable(codes: Sequence[str]) -> Problem:
    nobody = "Nobody can override this rule."
    return Problem(
        "not_overridable",
        409,
        nobody,
        f"It is about {', '.join(codes)}. Nothing was changed.",
        reasons=tuple(Reason(code, nobody, overridable=False) for code in codes),
    )
