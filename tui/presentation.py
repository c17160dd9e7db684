"""How money, dates, times and places are written, everywhere the same.

Times always name their zone. Where the reader's zone says something else than the facility's, both are given by
:func:`both_times`. Zone rules are read on first use only, for the first paint needs none of them.
"""

from __future__ import annotations

import os
import re
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tui.text import N_, _, ngettext

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_ZONE_NAME = re.compile(r"[\w+-]{1,32}(/[\w+-]{1,32}){0,2}", re.ASCII)
"""How IANA names are written."""
_DAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_WEEKDAY_HEADS = (N_("Su"), N_("Mo"), N_("Tu"), N_("We"), N_("Th"), N_("Fr"), N_("Sa"))
_MONTHS = (
    N_("Jan"),
    N_("Feb"),
    N_("Mar"),
    N_("Apr"),
    N_("May"),
    N_("Jun"),
    N_("Jul"),
    N_("Aug"),
    N_("Sep"),
    N_("Oct"),
    N_("Nov"),
    N_("Dec"),
)
_LONG_MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)
_ZONE_NAMES = {
    "EST": N_("Eastern Time"),
    "EDT": N_("Eastern Time"),
    "CST": N_("Central Time"),
    "CDT": N_("Central Time"),
    "MST": N_("Mountain Time"),
    "MDT": N_("Mountain Time"),
    "PST": N_("Pacific Time"),
    "PDT": N_("Pacific Time"),
    "AKST": N_("Alaska Time"),
    "AKDT": N_("Alaska Time"),
    "HST": N_("Hawaii Time"),
}


def money(minor: int, currency: str = "USD") -> str:
    """Write an amount: 570 is ``$5.70``, -570 is ``-$5.70``.

    Args:
        minor: Cents (the currency's minor unit), below zero for what comes back.
        currency: An ISO 4217 code. US dollars have a sign, others their code behind.
    """
    sign = "-" if minor < 0 else ""
    whole, cents = divmod(abs(minor), 100)
    if currency == "USD":
        return f"{sign}${whole:,}.{cents:02}"
    return f"{sign}{whole:,}.{cents:02} {currency}"


@cache
def zone(name: str) -> ZoneInfo:
    """Return the rules of an IANA zone such as ``America/Chicago``; an unknown name is read as UTC."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if not _ZONE_NAME.fullmatch(name):  # it would be looked up as a path, part by part, however many there are
        return ZoneInfo("UTC")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


@cache
def machine_zone() -> str | None:
    """Return the IANA name of this machine's zone, or nothing where the machine does not say."""
    named = os.environ.get("TZ", "").removeprefix(":")
    if named and not named.startswith("/"):
        return named if "/" in named or named == "UTC" else None
    try:
        target = str(Path("/etc/localtime").resolve())
    except OSError:
        return None
    _before, found, name = target.partition("/zoneinfo/")
    return name if found else None


def local(instant: datetime, zone_name: str | None) -> datetime:
    """Return the instant on the wall clock of a zone; without a zone, on this machine's."""
    return instant.astimezone(zone(zone_name) if zone_name else None)


def short_date(day: date) -> str:
    """Write a date as ``Thu Dec 10``."""
    return f"{_(_DAYS[day.weekday()])} {_(_MONTHS[day.month - 1])} {day.day}"


def long_date(day: date) -> str:
    """Write a date as ``Thu Dec 10, 2026``."""
    return f"{short_date(day)}, {day.year}"


def full_date(day: date) -> str:
    """Write a date in numbers as ``03/14/1971``."""
    return f"{day.month:02}/{day.day:02}/{day.year}"


def month_name(day: date) -> str:
    """Write the month of a date as ``December 2026``."""
    return f"{_(_LONG_MONTHS[day.month - 1])} {day.year}"


def weekday_letters() -> tuple[str, ...]:
    """Return the days' two-letter heads, Sunday first as US calendars have them."""
    return tuple(_(name) for name in _WEEKDAY_HEADS)


def numeric_date(day: date) -> str:
    """Write a date as ``12/10`` for narrow columns; the year stands elsewhere."""
    return f"{day.month:02}/{day.day:02}"


def clock_time(wall: datetime) -> str:
    """Write a time of day without its zone, ``9:00 AM``: only beside a heading that names the zone."""
    return f"{_clock(wall)} {_half(wall)}"


def zone_letters(instant: datetime, zone_name: str | None) -> str:
    """Return what a zone calls itself at an instant: ``CST``, ``EDT``; ``UTC+3`` where it has no letters."""
    wall = local(instant, zone_name)
    letters = wall.tzname() or "UTC"
    if letters[0] in "+-":
        return f"UTC{_offset(wall.tzinfo, wall)}"
    return letters


def zone_title(instant: datetime, zone_name: str) -> str:
    """Return a zone's name for a heading: ``Central Time (CST)``."""
    letters = zone_letters(instant, zone_name)
    name = _ZONE_NAMES.get(letters)
    return f"{_(name)} ({letters})" if name else f"{place_of_zone(zone_name)} ({letters})"


def place_of_zone(zone_name: str) -> str:
    """Return the town in a zone's name: ``America/New_York`` is ``New York``."""
    return zone_name.rpartition("/")[2].replace("_", " ")


def time_in(instant: datetime, zone_name: str | None) -> str:
    """Write a time with its zone: ``9:00 AM CST``."""
    return f"{clock_time(local(instant, zone_name))} {zone_letters(instant, zone_name)}"


def date_time(instant: datetime, zone_name: str | None) -> str:
    """Write an instant as ``Thu Dec 10, 9:00 AM CST``."""
    return f"{short_date(local(instant, zone_name).date())}, {time_in(instant, zone_name)}"


def zones_differ(instant: datetime, there: str, here: str | None) -> bool:
    """Tell whether two zones' wall clocks differ at an instant; ``None`` is this machine's zone."""
    return local(instant, there).utcoffset() != local(instant, here).utcoffset()


def both_times(instant: datetime, there: str, here: str | None) -> tuple[str, str | None]:
    """Write an instant for the facility and, where clocks differ, for the reader.

    Returns:
        ``("Tue Dec 1, 8:00 AM CST", "9:00 AM EST for you")``; the second is ``None`` where both clocks agree. A date
        is added to the second where the day differs too.
    """
    first = date_time(instant, there)
    if not zones_differ(instant, there, here):
        return first, None
    same_day = local(instant, there).date() == local(instant, here).date()
    mine = time_in(instant, here) if same_day else date_time(instant, here)
    return first, _("{time} for you").format(time=mine)


def span(starts_at: datetime, ends_at: datetime, zone_name: str | None) -> str:
    """Write a visit's time as ``Thu Dec 10, 9:00 to 9:30 AM CST``."""
    start, end = local(starts_at, zone_name), local(ends_at, zone_name)
    return f"{short_date(start.date())}, {hours(start, end)} {zone_letters(starts_at, zone_name)}"


def hours(start: datetime, end: datetime) -> str:
    """Write two wall-clock times as ``9:00 to 9:30 AM`` or ``11:30 AM to 12:00 PM``."""
    first = _clock(start) if _half(start) == _half(end) else clock_time(start)
    return _("{start} to {end}").format(start=first, end=clock_time(end))


def minutes(count: int) -> str:
    """Write a length in minutes: ``30 minutes``."""
    return ngettext("{n} minute", "{n} minutes", count).format(n=count)


def countdown(seconds: float) -> str:
    """Write what is left as minutes and seconds, ``8:41``; never below ``0:00``, from an hour on ``1:02:03``."""
    left = max(0, int(seconds))
    hour, rest = divmod(left, 3600)
    minute, second = divmod(rest, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute}:{second:02}"


def days_until(day: date, today: date) -> str:
    """Say how far off a day is: ``today``, ``tomorrow``, ``9 days``."""
    days = (day - today).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    return ngettext("{n} day", "{n} days", days).format(n=days)


def phone(number: str) -> str:
    """Write ten digits as ``(901) 555-0142``; anything else as it came."""
    digits = "".join(sign for sign in number if sign.isdigit()).removeprefix("1")
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if len(digits) == 10 else number


def _clock(wall: datetime) -> str:
    return f"{wall.hour % 12 or 12}:{wall.minute:02}"


def _half(wall: datetime) -> str:
    return _("AM") if wall.hour < 12 else _("PM")


def _offset(rules: tzinfo | None, wall: datetime) -> str:
    shift = (rules.utcoffset(wall) if rules else None) or timedelta()
    total = int(shift.total_seconds()) // 60
    hour, minute = divmod(abs(total), 60)
    sign = "-" if total < 0 else "+"
    return f"{sign}{hour}:{minute:02}" if minute else f"{sign}{hour}"
