"""Every setting that a facility may make: its name, type, default and meaning, checked on the way in.

A setting is kept with a date from which it holds (:class:`backend.facilities.models.Setting`). One of scope
``visit_type`` may also be made for the whole facility; one made for the visit type itself goes before it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

V = TypeVar("V")
W = TypeVar("W", bound=str)

VisitType = Literal["remote", "onsite_video", "in_person"]
Scope = Literal["visit_type", "type_only", "facility"]
"""``visit_type``: per visit type, or for all of them at once; ``type_only``: never for all at once; ``facility``."""
NoticeUnit = Literal["hours", "calendar_days", "working_days"]
LateRefund = Literal["nothing", "session_fee", "everything"]
Approval = Literal["automatic", "officer"]

MINUTES: Final = 5
"""Lengths and buffers are multiples of this: the quantum of RULES section 5."""


class SettingError(ValueError):
    """A value that a setting cannot take; its text is the sentence for the operator."""


@dataclass(frozen=True, slots=True)
class MinimumNotice:
    """How long before its start a visit must be held: ``amount`` hours, calendar days or working days."""

    amount: int
    unit: NoticeUnit


@dataclass(frozen=True)
class SettingSpec(Generic[V]):
    """One setting: what it is called, what it holds and says, and how a JSON value becomes one."""

    name: str
    scope: Scope
    default: V
    sentence: str
    parse: Callable[[object], V]
    """Takes the JSON value. Raises :class:`SettingError`."""


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise SettingError("It is true or false.")
    return value


def _whole(least: int, most: int, *, step: int = 1) -> Callable[[object], int]:
    def parse(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most or value % step:
            multiple = f", a multiple of {step}" if step > 1 else ""
            raise SettingError(f"It is a whole number from {least} to {most}{multiple}.")
        return value

    return parse


def _word(*words: W) -> Callable[[object], W]:
    def parse(value: object) -> W:
        for word in words:
            if word == value:
                return word
        raise SettingError(f"It is one of: {', '.join(words)}.")

    return parse


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 500 or not value.isprintable():
        raise SettingError("It is one line of at most 500 letters.")
    return value.strip()


def _web_address(value: object) -> str:
    said = _text(value)
    if said and (not said.startswith("https://") or " " in said):
        raise SettingError("It is an address that begins with https://, or empty.")
    return said


def _durations(value: object) -> tuple[int, ...]:
    minutes = _whole(MINUTES, 240, step=MINUTES)
    if not isinstance(value, list) or not 1 <= len(value) <= 12:
        raise SettingError("It is a list of one to twelve lengths in minutes.")
    found = {minutes(item) for item in value}
    return tuple(sorted(found))


def _notice(value: object) -> MinimumNotice:
    if not isinstance(value, dict) or set(value) != {"amount", "unit"}:
        raise SettingError('It has an amount and a unit, such as {"amount": 24, "unit": "hours"}.')
    unit = _unit(value["unit"])
    return MinimumNotice(_whole(0, 24 * 60 if unit == "hours" else 60)(value["amount"]), unit)


_unit: Callable[[object], NoticeUnit] = _word("hours", "calendar_days", "working_days")
_late_refund: Callable[[object], LateRefund] = _word("nothing", "session_fee", "everything")
_approval: Callable[[object], Approval] = _word("automatic", "officer")

OFFERED: Final = SettingSpec("offered", "type_only", False, "Visitors can schedule visits of this type.", _yes_or_no)
DURATIONS: Final = SettingSpec[tuple[int, ...]](
    "durations", "visit_type", (30,), "Lengths in minutes that a visitor can choose from.", _durations
)
NOTICE: Final = SettingSpec(
    "notice", "visit_type", MinimumNotice(24, "hours"), "How long before its start a visit is scheduled.", _notice
)
HORIZON_DAYS: Final = SettingSpec(
    "horizon_days", "visit_type", 14, "How many days ahead of today, the facility's, a visit can be.", _whole(1, 366)
)
HOLD_MINUTES: Final = SettingSpec(
    "hold_minutes", "visit_type", 10, "How long an opening is kept while a visitor finishes.", _whole(1, 60)
)
HOLD_TOTAL_MINUTES: Final = SettingSpec(
    "hold_total_minutes", "visit_type", 20, "The longest that it is kept when it is renewed.", _whole(1, 120)
)
CANCEL_CUTOFF_HOURS: Final = SettingSpec(
    "cancel_cutoff_hours",
    "visit_type",
    24,
    "Up to so many hours before its start a visitor's cancellation brings everything back.",
    _whole(0, 24 * 14),
)
LATE_REFUND: Final = SettingSpec[LateRefund](
    "late_refund", "visit_type", "nothing", "What a later cancellation by the visitor brings back.", _late_refund
)
ATTENDEES_MAX: Final = SettingSpec(
    "attendees_max",
    "visit_type",
    0,
    "How many people may come with the lead visitor, who is not counted.",
    _whole(0, 20),
)
ATTENDEES_ADULTS: Final = SettingSpec(
    "attendees_adults", "visit_type", 20, "How many of those may be adults.", _whole(0, 20)
)
ATTENDEES_MINORS: Final = SettingSpec(
    "attendees_minors", "visit_type", 20, "How many of those may be minors.", _whole(0, 20)
)
ADULT_AGE: Final = SettingSpec(
    "adult_age",
    "visit_type",
    18,
    "Full years that a lead visitor needs on the day of the visit; nobody has an account before 18.",
    _whole(18, 25),
)
BUFFER_MINUTES: Final = SettingSpec(
    "buffer_minutes", "visit_type", 0, "Minutes that are kept free after a visit.", _whole(0, 120, step=MINUTES)
)
CAPACITY_TYPE: Final = SettingSpec(
    "capacity_type", "type_only", 0, "Visits of this type at the same time; 0 sets no limit.", _whole(0, 1000)
)
CAPACITY_ALL: Final = SettingSpec(
    "capacity_all", "facility", 0, "Visits of all types together at the same time; 0 sets no limit.", _whole(0, 1000)
)
JOIN_LINK: Final = SettingSpec("join_link", "visit_type", "", "Web address where a visit is joined.", _web_address)
JOIN_PLACE: Final = SettingSpec("join_place", "visit_type", "", "Where at the facility a visit takes place.", _text)
JOIN_OPENS_MINUTES_BEFORE: Final = SettingSpec(
    "join_opens_minutes_before", "visit_type", 10, "How many minutes before its start a visit opens.", _whole(0, 120)
)
APPROVAL: Final = SettingSpec[Approval](
    "approval", "facility", "officer", "Who decides access requests: an officer, or the server at once.", _approval
)
ID_MUST_BE_SEEN: Final = SettingSpec(
    "id_must_be_seen", "facility", False, "An officer has to see the visitor's ID before approving.", _yes_or_no
)
ANSWER_WORKING_DAYS: Final = SettingSpec(
    "answer_working_days", "facility", 3, "Within how many working days an access request is answered.", _whole(0, 30)
)
MAX_OPEN_REQUESTS: Final = SettingSpec(
    "max_open_requests",
    "facility",
    5,
    "How many requests an account may have waiting, anywhere, when it asks this facility.",
    _whole(1, 100),
)

REGISTRY: Final[dict[str, SettingSpec[object]]] = {
    spec.name: SettingSpec(spec.name, spec.scope, spec.default, spec.sentence, spec.parse)
    for spec in (
        OFFERED,
        DURATIONS,
        NOTICE,
        HORIZON_DAYS,
        HOLD_MINUTES,
        HOLD_TOTAL_MINUTES,
        CANCEL_CUTOFF_HOURS,
        LATE_REFUND,
        ATTENDEES_MAX,
        ATTENDEES_ADULTS,
        ATTENDEES_MINORS,
        ADULT_AGE,
        BUFFER_MINUTES,
        CAPACITY_TYPE,
        CAPACITY_ALL,
        JOIN_LINK,
        JOIN_PLACE,
        JOIN_OPENS_MINUTES_BEFORE,
        APPROVAL,
        ID_MUST_BE_SEEN,
        ANSWER_WORKING_DAYS,
        MAX_OPEN_REQUESTS,
    )
}
"""Every setting by its name."""
