"""Money, dates, times and zones, as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tui import presentation

NINE_IN_MEMPHIS = datetime(2026, 12, 10, 15, 0, tzinfo=UTC)
CHICAGO, NEW_YORK, PHOENIX = "America/Chicago", "America/New_York", "America/Phoenix"


@pytest.mark.parametrize(
    ("minor", "written"), [(570, "$5.70"), (-570, "-$5.70"), (0, "$0.00"), (5, "$0.05"), (123456789, "$1,234,567.89")]
)
def test_money_has_two_places_and_a_sign_for_what_comes_back(minor: int, written: str) -> None:
    assert presentation.money(minor) == written


def test_other_money_says_which() -> None:
    assert presentation.money(1200, "CAD") == "12.00 CAD"


def test_a_time_names_its_zone_and_the_day_of_the_facility() -> None:
    assert presentation.date_time(NINE_IN_MEMPHIS, CHICAGO) == "Thu Dec 10, 9:00 AM CST"
    assert presentation.time_in(NINE_IN_MEMPHIS, PHOENIX) == "8:00 AM MST"


def test_both_times_are_given_where_clocks_differ_and_one_where_they_agree() -> None:
    assert presentation.both_times(NINE_IN_MEMPHIS, CHICAGO, NEW_YORK) == (
        "Thu Dec 10, 9:00 AM CST",
        "10:00 AM EST for you",
    )
    assert presentation.both_times(NINE_IN_MEMPHIS, CHICAGO, "America/Winnipeg")[1] is None


def test_the_readers_day_is_named_where_it_is_another() -> None:
    late = datetime(2026, 12, 11, 5, 30, tzinfo=UTC)
    assert presentation.both_times(late, CHICAGO, NEW_YORK) == (
        "Thu Dec 10, 11:30 PM CST",
        "Fri Dec 11, 12:30 AM EST for you",
    )


def test_summer_time_changes_the_letters() -> None:
    july = datetime(2026, 7, 1, 14, 0, tzinfo=UTC)
    assert presentation.time_in(july, CHICAGO) == "9:00 AM CDT"
    assert presentation.zone_title(july, CHICAGO) == "Central Time (CDT)"


def test_a_zone_without_letters_is_written_by_its_offset() -> None:
    assert presentation.time_in(NINE_IN_MEMPHIS, "America/Sao_Paulo") == "12:00 PM UTC-3"
    assert presentation.zone_letters(NINE_IN_MEMPHIS, "Asia/Kathmandu") == "UTC+5:45"


def test_what_is_no_name_of_a_zone_is_read_as_utc_however_long_it_is() -> None:
    assert presentation.zone("a/" * 5000 + "b") is presentation.zone("UTC")


def test_an_unknown_zone_is_read_as_utc() -> None:
    assert presentation.time_in(NINE_IN_MEMPHIS, "Nowhere/At_All") == "3:00 PM UTC"


def test_a_visit_is_written_from_its_start_to_its_end() -> None:
    end = datetime(2026, 12, 10, 15, 30, tzinfo=UTC)
    assert presentation.span(NINE_IN_MEMPHIS, end, CHICAGO) == "Thu Dec 10, 9:00 to 9:30 AM CST"
    noon = datetime(2026, 12, 10, 18, 0, tzinfo=UTC)
    assert presentation.span(datetime(2026, 12, 10, 17, 30, tzinfo=UTC), noon, CHICAGO).endswith(
        "11:30 AM to 12:00 PM CST"
    )


@pytest.mark.parametrize(("seconds", "written"), [(521, "8:41"), (59.9, "0:59"), (-3, "0:00"), (3723, "1:02:03")])
def test_a_countdown_never_goes_below_nothing(seconds: float, written: str) -> None:
    assert presentation.countdown(seconds) == written


def test_days_to_come_are_counted() -> None:
    today = date(2026, 11, 22)
    assert presentation.days_until(today, today) == "today"
    assert presentation.days_until(date(2026, 11, 23), today) == "tomorrow"
    assert presentation.days_until(date(2026, 12, 1), today) == "9 days"


def test_short_forms_for_narrow_columns() -> None:
    assert presentation.numeric_date(date(2026, 1, 2)) == "01/02"
    assert presentation.month_name(date(2026, 12, 1)) == "December 2026"
    assert presentation.long_date(date(2026, 12, 10)) == "Thu Dec 10, 2026"
    assert presentation.minutes(1) == "1 minute"
    assert presentation.minutes(30) == "30 minutes"
    assert presentation.phone("9015550142") == "(901) 555-0142"
    assert presentation.phone("+44 20 7946 0000") == "+44 20 7946 0000"


def test_the_machines_zone_comes_from_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for value, name in (("America/Denver", "America/Denver"), (":America/Denver", "America/Denver"), ("EST5EDT", None)):
        monkeypatch.setenv("TZ", value)
        presentation.machine_zone.cache_clear()
        assert presentation.machine_zone() == name
    presentation.machine_zone.cache_clear()
