"""What rules judge: facts, gathered once a request, and nothing but facts.

A group that was not asked about yet is None, and a rule about it then has nothing to say: a listing knows no
answers, and a whole day knows no opening.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from backend.access.views import AccessNow
from backend.facilities.policy import VisitPolicy
from backend.facilities.setting_values import Quota, VisitType
from backend.restrictions.when import When
from backend.timetables.models import TimetableRow
from backend.timetables.periods import Period
from backend.timetables.wall_clock import day_words


@dataclass(frozen=True, slots=True)
class IndividualFacts:
    """What the roster says of the individual asked for."""

    at_facility: bool
    held: bool
    """Held there now, neither moved nor released."""


@dataclass(frozen=True, slots=True)
class CountedVisit:
    """One visit, or living hold, that quotas count."""

    day: date
    """Its local date at the facility."""
    visit_type: str
    of_account: bool
    """Of the account that asks."""
    with_individual: bool
    """With the individual asked for."""


@dataclass(frozen=True, slots=True)
class QuotaReached:
    """A quota with nothing left for a visit on one day."""

    quota: Quota
    visit_type: VisitType | None
    """The type that it counts; None: all types together."""
    used: int
    first_day: date
    """First local date of the period."""
    passes_on: date | None
    """First later local date on which a visit would be within every quota; None: none would."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A restriction as far as it touches this request: when it holds, and how officers of the facility read it."""

    when: When
    officer_words: str


@dataclass(frozen=True, slots=True)
class CompanionFacts:
    """Somebody who comes with the lead visitor, and the restrictions that mean a person of that name."""

    name: str
    bars: tuple[Bar, ...] = ()


@dataclass(frozen=True, slots=True)
class OpeningFacts:
    """One start that is listed, held or confirmed. Instants are UTC, ``ends_at`` is exclusive."""

    starts_at: datetime
    ends_at: datetime
    in_timetable: bool
    full: bool = False
    """No row of the timetable has a place left that this account does not hold itself."""
    taken: int = 0
    places: int = 0
    """How many of how many places are taken, of the fullest limit; only where it is ``full``."""
    no_station: bool = False
    """The facility has stations for it, and others are in each of them at some time of the visit."""
    individual_busy: bool = False
    account_busy: bool = False
    kept_apart: bool = False
    """Somebody whom the individual is kept apart from has a visit then."""
    quota: QuotaReached | None = None
    kept: bool = False
    """This account's own living hold, or its visit, keeps it."""
    held_since: datetime | None = None
    """Set while this account's own hold of it lives: notice is counted to when it was held, not to now."""


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """What a confirmation adds: the answers, and what they are held against."""

    hold_ended: bool
    terms_current: bool
    """The terms named are the version in force, or no terms were published."""
    terms_accepted: bool
    adults: int
    minors: int
    """Who comes with the lead visitor, who is not counted."""
    expected_total_minor: int
    total_minor: int
    total_words: str
    """The total as a person reads it."""
    expected_due_minor: int | None
    """What the card was said to pay of it; None: whatever is left."""
    due_minor: int
    """What other sources leave for the card."""
    due_words: str
    has_payment_method: bool
    method_known: bool


@dataclass(frozen=True, slots=True)
class MoveFacts:
    """A visit that is to be moved. Its price, length and attendees were promised when it was confirmed, and stay."""

    starts_at: datetime
    """When it starts now, UTC."""
    until: datetime
    """Until then (UTC, exclusive) it can be moved."""
    cutoff_hours: int
    """How many hours before its start that is."""


@dataclass(frozen=True, slots=True)
class CheckInFacts:
    """A visit whose visitor is at the desk. Instants are UTC."""

    opens_at: datetime
    """From then on (inclusive) the visitor is checked in."""
    opens_words: str
    """The same as an officer reads it."""
    ends_at: datetime
    """The end of the visit, exclusive: who comes late has what is left of it."""


@dataclass(frozen=True)
class Facts:
    """Everything that the rules of one request look at, at one instant."""

    now: datetime
    zone: ZoneInfo
    """The facility's schedule zone: "today" is its today."""
    policy: VisitPolicy
    bookable: bool
    """The facility has a zone, without which it has no today."""
    access: AccessNow
    individual: IndividualFacts | None
    """None: there is no such individual."""
    duration_minutes: int
    state: str = ""
    """Two letters: its public holidays count; without them, the federal ones do."""
    closed: tuple[Period, ...] = ()
    """Blackouts that concern this type of visit and this individual, from the facility's today on."""
    rows: tuple[TimetableRow, ...] = ()
    """The timetable from the facility's today on, where there may be a day without visits."""
    lead_visitor_born: date | None = None
    """None where the account does not say, as those of people who do not visit."""
    lead_visitor_name: str | None = None
    """First and last name; None where nobody comes along whom it is compared with."""
    individual_bars: tuple[Bar, ...] = ()
    """What stands in the way of whoever visits the individual."""
    lead_visitor_bars: tuple[Bar, ...] = ()
    """What stands in the way of this lead visitor, with whomever or with this individual."""
    companions: tuple[CompanionFacts, ...] = ()
    """Who comes along, where that is known yet."""
    approving: bool = False
    """An officer is about to approve access: no visit is asked for yet, and what holds today or later counts."""
    opening: OpeningFacts | None = None
    answers: AnswerFacts | None = None
    moving: MoveFacts | None = None
    check_in: CheckInFacts | None = None
    may_override: bool = False
    """Whoever asks works for the facility or for support, and may override rules that are overridable."""
    knows_why: bool = False
    """Whoever asks may see the restrictions of the facility, and so reads them in full."""
    overridden: frozenset[str] = frozenset()
    """Codes of the rules that are overridden: those of them that are overridable are not judged."""

    @property
    def for_officer(self) -> bool:
        """Whether an officer of the facility reads the reasons, and so may know the whole of them."""
        return self.approving or self.knows_why or self.check_in is not None

    @cached_property
    def today(self) -> date:
        """The facility's today."""
        return self.now.astimezone(self.zone).date()

    def at(self, opening: OpeningFacts) -> Facts:
        """Return the same facts about one opening, quickly: a listing asks for it a thousand times."""
        same = object.__new__(Facts)
        vars(same).update(vars(self), opening=opening)
        return same


def clock_words(instant: datetime, zone: ZoneInfo) -> str:
    """Return an instant as sentences name it, such as ``Nov 24, 16:30`` on the clock of ``zone``."""
    shown = instant.astimezone(zone)
    return f"{day_words(shown.date())}, {shown:%H:%M}"


def count_words(count: int, unit: str) -> str:
    """Return a number of something as sentences say it, such as ``1 hour`` or ``24 hours``."""
    return f"{count} {unit}{'' if count == 1 else 's'}"
