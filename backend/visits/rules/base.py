"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from backend.errors import Reason
from backend.visits.rules.facts import Facts


class About(Enum):
    """Which facts a rule looks at; a listing judges what is about the request once, not once an opening."""

    REQUEST = "request"
    OPENING = "opening"
    ANSWERS = "answers"


class Looks(Enum):
    """What a rule looks at of an opening, besides the facts of the request: a listing judges no more often than that.

    Rules about one opening alone are judged with all that is known of it, whatever they look at.
    """

    EVERYTHING = "everything"
    DATE = "date"
    """Nothing but its local date, at most: the verdict on one opening is that on every other one of the date."""
    TAKEN = "taken"
    """Whether it is in the timetable, what others have taken of it, quotas: it lets pass what is free."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Openings from a first to a last one, to be judged at once. Instants are UTC."""

    first_starts_at: datetime
    last_starts_at: datetime
    ends_at: datetime
    """When the last of them ends, exclusive."""
    first_day: date
    """The earliest local date of a start."""
    last_day: date
    """The latest local date of an end."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A verdict against: the sentence for the person, and one of two facility-local dates, where there is one."""

    sentence: str
    first_passes_on: date | None = None
    """The first date of a visit that the rule lets pass."""
    can_be_asked_from: date | None = None
    """The date from which on what was asked for, or for a window that is over what comes next, can be asked for."""
    next_step: str | None = None
    """What to do about it, where that is not the same for every refusal by the rule."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the field: a stable code, and a pure judgement of facts (None: it passes)."""

    code: str
    about: About
    judge: Callable[[Facts], Broken | None]
    overridable: bool = False
    """Officers and support may let it be broken, with a permission and a reason that is logged."""

    at_approval: bool = False
    """It is judged when access is approved too, where nothing is known of a visit yet."""

    looks_at: Looks = Looks.EVERYTHING

    lets_pass: Callable[[Facts, Stretch], bool] | None = None
    """Says that :attr:`judge` passes every opening of a stretch, without looking at each; False: it may not."""

    def broken(self, facts: Facts) -> Reason | None:
        """Return why ``facts`` break this rule, None if they do not."""
        verdict = self.judge(facts)
        return None if verdict is None else self.reason(verdict, facts)

    def reason(self, verdict: Broken, facts: Facts) -> Reason:
        """Return how a verdict against ``facts`` is told."""
        overridable = self.overridable if facts.may_override else None
        return Reason(
            self.code,
            verdict.sentence,
            verdict.first_passes_on,
            overridable,
            verdict.can_be_asked_from,
            verdict.next_step,
        )
