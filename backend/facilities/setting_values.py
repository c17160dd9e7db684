"""What a setting can hold: the types of its values, and how JSON becomes one, checked on the way in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Generic, Literal, TypeVar

V = TypeVar("V")
W = TypeVar("W", bound=str)

VisitType = Literal["remote", "onsite_video", "in_person"]
Scope = Literal["visit_type", "type_only", "facility"]
"""``visit_type``: per visit type, or for all of them at once; ``type_only``: never for all at once; ``facility``."""
NoticeUnit = Literal["hours", "calendar_days", "working_days"]
LateRefund = Literal["nothing", "session_fee", "everything"]
Approval = Literal["automatic", "officer"]
QuotaPer = Literal["individual", "account", "pair"]
QuotaPeriod = Literal["day", "week", "month", "days"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WhenGone = Literal["review", "cancel"]

MINUTES: Final = 5
"""Lengths and buffers are multiples of this: the quantum of RULES section 5."""
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


class SettingError(ValueError):
    """A value that a setting cannot take; its text is the sentence for the operator."""


@dataclass(frozen=True, slots=True)
class MinimumNotice:
    """How long before its start a visit must be held: ``amount`` hours, calendar days or working days."""

    amount: int
    unit: NoticeUnit


@dataclass(frozen=True, slots=True)
class RequestWindow:
    """When visits of a week can be asked for, counted back from the first day of that week.

    The days and times are those of the facility's clock. The opening minute is included, the closing minute is not.
    """

    opens_days_before: int
    opens_minute: int
    """Minutes after local midnight."""
    closes_days_before: int
    closes_minute: int


@dataclass(frozen=True, slots=True)
class Quota:
    """At most ``visits`` visits ``per`` individual, account or pair of both, in one ``period``.

    A day, a week (its first day is a setting) or a month of the facility's calendar, or any ``days`` days on end.
    """

    per: QuotaPer
    period: QuotaPeriod
    visits: int
    days: int = 0
    """Only of the period ``days``; else 0."""


@dataclass(frozen=True)
class SettingSpec(Generic[V]):
    """One setting: what it is called, what it holds and says, and how a JSON value becomes one."""

    name: str
    scope: Scope
    default: V
    sentence: str
    parse: Callable[[object], V]
    """Takes the JSON value. Raises :class:`SettingError`."""


def yes_or_no(value: object) -> bool:
    """Take true or false."""
    if not isinstance(value, bool):
        raise SettingError("It is true or false.")
    return value


def whole(least: int, most: int, *, step: int = 1) -> Callable[[object], int]:
    """Return what takes a whole number within bounds, both included."""

    def parse(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most or value % step:
            multiple = f", a multiple of {step}" if step > 1 else ""
            raise SettingError(f"It is a whole number from {least} to {most}{multiple}.")
        return value

    return parse


def word(*words: W) -> Callable[[object], W]:
    """Return what takes one of the words."""

    def parse(value: object) -> W:
        for word in words:
            if word == value:
                return word
        raise SettingError(f"It is one of: {', '.join(words)}.")

    return parse


def text(value: object) -> str:
    """Take one line of at most 500 letters."""
    if not isinstance(value, str) or len(value) > 500 or not value.isprintable():
        raise SettingError("It is one line of at most 500 letters.")
    return value.strip()


def web_address(value: object) -> str:
    """Take an address that begins with https://, or nothing."""
    said = text(value)
    if said and (not said.startswith("https://") or " " in said):
        raise SettingError("It is an address that begins with https://, or empty.")
    return said


def durations(value: object) -> tuple[int, ...]:
    """Take lengths in minutes, on the grid."""
    minutes = whole(MINUTES, 240, step=MINUTES)
    if not isinstance(value, list) or not 1 <= len(value) <= 12:
        raise SettingError("It is a list of one to twelve lengths in minutes.")
    found = {minutes(item) for item in value}
    return tuple(sorted(found))


def notice(value: object) -> MinimumNotice:
    """Take an amount with its unit."""
    if not isinstance(value, dict) or set(value) != {"amount", "unit"}:
        raise SettingError('It has an amount and a unit, such as {"amount": 24, "unit": "hours"}.')
    unit = notice_unit(value["unit"])
    return MinimumNotice(whole(0, 24 * 60 if unit == "hours" else 60)(value["amount"]), unit)


def request_window(value: object) -> RequestWindow | None:
    """Take null, or days before the week of the visit with clock times."""
    if value is None:
        return None
    names = {"opens_days_before", "opens_at", "closes_days_before", "closes_at"}
    if not isinstance(value, dict) or set(value) != names:
        raise SettingError(
            'It is null, or days before the week of the visit with clock times, such as {"opens_days_before": 7, '
            '"opens_at": "08:00", "closes_days_before": 3, "closes_at": "16:00"}.'
        )
    days = whole(0, 60)
    window = RequestWindow(
        opens_days_before=days(value["opens_days_before"]),
        opens_minute=_clock(value["opens_at"]),
        closes_days_before=days(value["closes_days_before"]),
        closes_minute=_clock(value["closes_at"]),
    )
    if (-window.opens_days_before, window.opens_minute) >= (-window.closes_days_before, window.closes_minute):
        raise SettingError("It closes after it opens.")
    return window


def quotas(value: object) -> tuple[Quota, ...]:
    """Take a list of quotas."""
    if not isinstance(value, list) or len(value) > 12:
        raise SettingError(
            'It is a list of at most twelve quotas, such as [{"per": "pair", "period": "week", "visits": 2}].'
        )
    return tuple(_quota(item) for item in value)


def unit_places(value: object) -> Mapping[str, int]:
    """Take places by housing unit."""
    if not isinstance(value, dict) or len(value) > 200 or not all(isinstance(unit, str) and unit for unit in value):
        raise SettingError('It names housing units with their places, such as {"B2": 1}.')
    places = whole(1, 1000)
    return MappingProxyType({unit: places(count) for unit, count in value.items()})


def _quota(value: object) -> Quota:
    if not isinstance(value, dict) or not {"per", "period", "visits"} <= set(value) <= {
        "per",
        "period",
        "visits",
        "days",
    }:
        raise SettingError(
            'A quota has per, period and visits, such as {"per": "pair", "period": "week", "visits": 2}.'
        )
    period = quota_period(value["period"])
    if (period == "days") != ("days" in value):
        raise SettingError('Days are given with the period "days", and only with it.')
    return Quota(
        per=quota_per(value["per"]),
        period=period,
        visits=whole(0, 1000)(value["visits"]),
        days=whole(1, 366)(value["days"]) if period == "days" else 0,
    )


def _clock(value: object) -> int:
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise SettingError("A time is written as 08:00 or 17:30.")
    return int(found[1]) * 60 + int(found[2])


notice_unit: Final[Callable[[object], NoticeUnit]] = word("hours", "calendar_days", "working_days")
late_refund: Final[Callable[[object], LateRefund]] = word("nothing", "session_fee", "everything")
approval: Final[Callable[[object], Approval]] = word("automatic", "officer")
quota_per: Final[Callable[[object], QuotaPer]] = word("individual", "account", "pair")
quota_period: Final[Callable[[object], QuotaPeriod]] = word("day", "week", "month", "days")
weekday: Final[Callable[[object], Weekday]] = word(
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"
)
when_gone: Final[Callable[[object], WhenGone]] = word("review", "cancel")
