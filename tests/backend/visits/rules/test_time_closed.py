"""Blackouts, public holidays and request windows: pure, at their edges, and on days on which clocks are changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from backend.errors import Reason
from backend.facilities.setting_values import RequestWindow, Weekday
from backend.timetables.models import TimetableRow
from backend.timetables.periods import Period
from backend.visits.rules import RULES, broken_rules
from backend.visits.rules.facts import Facts
from backend.visits.rules.request_window import week_start
from tests.backend.visits.rules.test_rules import FINE, OPENING, POLICY

MOMENT: Final = timedelta(microseconds=1)
TUESDAY: Final = date(2026, 12, 1)
CENTRAL: Final = ZoneInfo("America/Chicago")
WINDOW: Final = RequestWindow(opens_days_before=7, opens_minute=8 * 60, closes_days_before=3, closes_minute=16 * 60)
"""Of the week from Sunday, 6 December: from 29 November, 8:00, to 3 December, 16:00."""
OPENS: Final = datetime(2026, 11, 29, 14, 0, tzinfo=UTC)
CLOSES: Final = datetime(2026, 12, 3, 22, 0, tzinfo=UTC)


def row(weekday: int) -> TimetableRow:
    return TimetableRow(
        id="r",
        facility_id="f",
        visit_type="remote",
        weekday=weekday,
        start_minute=540,
        end_minute=960,
        every_minutes=30,
        capacity=1,
        every_weeks=1,
        valid_from=date(2026, 1, 1),
    )


def local(day: date, clock: str, zone: ZoneInfo = CENTRAL, fold: int = 0) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone, fold=fold).astimezone(UTC)


def at(starts_at: datetime, facts: Facts = FINE, minutes: int = 30) -> Facts:
    opening = replace(OPENING, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes))
    return replace(facts, opening=opening)


def closed(*periods: Period, days: tuple[int, ...] = (1,), holidays: bool = False) -> Facts:
    """Facts with blackouts, of a timetable of some weekdays."""
    policy = replace(POLICY, holidays_closed=holidays, horizon_days=366)
    rows = tuple(row(weekday) for weekday in days)
    return replace(FINE, state="TN", closed=periods, rows=rows, policy=policy)


def only(facts: Facts) -> Reason:
    (reason,) = broken_rules(facts)
    return reason


def test_a_visit_is_closed_if_it_overlaps_for_any_moment() -> None:
    facts = closed(Period(TUESDAY, TUESDAY, 10 * 60, 11 * 60))

    assert broken_rules(at(local(TUESDAY, "09:30"), facts)) == ()
    assert only(at(local(TUESDAY, "09:30") + MOMENT, facts)).code == "blacked_out"
    assert only(at(local(TUESDAY, "11:00") - MOMENT, facts)).code == "blacked_out"
    assert broken_rules(at(local(TUESDAY, "11:00"), facts)) == ()


def test_the_sentence_is_neutral_and_says_what_visitors_are_told() -> None:
    part, whole = Period(TUESDAY, TUESDAY, 9 * 60, 1440, "Call us."), Period(TUESDAY, TUESDAY)

    assert only(at(local(TUESDAY, "09:30"), closed(part))).sentence == (
        "There are no visits on Dec 1 from 09:00 to 24:00. Call us."
    )
    assert only(at(local(TUESDAY, "09:30"), closed(whole))).sentence == "There are no visits on Dec 1."


def test_the_next_day_of_visits_is_named_behind_blackouts_that_adjoin() -> None:
    week = timedelta(days=7)
    facts = closed(Period(TUESDAY, TUESDAY + week), Period(TUESDAY + 2 * week, TUESDAY + 2 * week, 9 * 60, 12 * 60))

    assert only(at(local(TUESDAY, "09:30"), facts)).first_passes_on == TUESDAY + 3 * week
    assert only(at(local(TUESDAY, "13:00"), facts)).first_passes_on == TUESDAY + 2 * week, "free again in the afternoon"


def test_a_timetable_that_never_comes_back_has_no_next_day() -> None:
    assert only(at(local(TUESDAY, "09:30"), closed(Period(TUESDAY, TUESDAY), days=()))).first_passes_on is None
    for_good = Period(TUESDAY, TUESDAY + timedelta(days=900))
    assert only(at(local(TUESDAY, "09:30"), closed(for_good))).first_passes_on is None


def test_a_public_holiday_is_named_and_the_day_after_it_passes() -> None:
    thanksgiving = date(2026, 11, 26)
    facts = closed(Period(date(2026, 11, 27), date(2026, 11, 28)), days=(3, 4, 5, 6), holidays=True)

    reason = only(at(local(thanksgiving, "09:30"), facts))
    assert reason.sentence == "Thanksgiving Day: no visits on public holidays."
    assert reason.first_passes_on == date(2026, 11, 29), "the blackout adjoins"


def test_a_holiday_behind_a_blackout_is_passed_over_too() -> None:
    eve = date(2026, 12, 24)
    facts = closed(Period(eve, eve), days=(0, 1, 2, 3, 4, 5, 6), holidays=True)
    assert only(at(local(eve, "09:30"), facts)).first_passes_on == date(2026, 12, 26)


def test_holidays_are_those_of_the_state_and_only_where_the_facility_is_closed() -> None:
    good_friday = date(2026, 4, 3)
    facts = replace(closed(holidays=True), now=datetime(2026, 4, 1, tzinfo=UTC))

    assert only(at(local(good_friday, "09:30"), facts)).sentence.startswith("Good Friday")
    assert broken_rules(at(local(good_friday, "09:30"), replace(facts, state="NY"))) == ()
    assert broken_rules(at(local(good_friday, "09:30"), replace(closed(), now=facts.now))) == ()


def test_nobody_overrides_a_blackout_and_a_request_window_can_be() -> None:
    overridable = {rule.code for rule in RULES if rule.overridable}

    assert "blacked_out" not in overridable
    assert {"too_soon", "too_far_ahead", "outside_request_window", "no_capacity"} <= overridable
    closed_day = at(local(TUESDAY, "09:30"), closed(Period(TUESDAY, TUESDAY)))
    assert only(replace(closed_day, overridden=frozenset({"blacked_out"}))).code == "blacked_out"


def asked(now: datetime, *, starts_on: Weekday = "sunday", window: RequestWindow = WINDOW) -> Facts:
    """Facts of a visit on Tuesday, 8 December, that is asked for at ``now``."""
    policy = replace(POLICY, request_window=window, week_starts_on=starts_on, horizon_days=28)
    return at(local(date(2026, 12, 8), "10:00"), replace(FINE, now=now, policy=policy))


def test_the_opening_minute_is_included_and_the_closing_minute_is_not() -> None:
    assert only(asked(OPENS - MOMENT)).code == "outside_request_window"
    assert broken_rules(asked(OPENS)) == ()
    assert broken_rules(asked(CLOSES - MOMENT)) == ()
    assert only(asked(CLOSES)).code == "outside_request_window"


def test_before_it_opens_one_is_told_when_it_does() -> None:
    reason = only(asked(OPENS - MOMENT))

    assert (reason.first_passes_on, reason.can_be_asked_from) == (None, date(2026, 11, 29))
    assert reason.sentence == (
        "Visits of the week of Dec 6 can be asked for from Nov 29, 08:00 to Dec 3, 16:00, not yet."
    )


def test_after_it_has_closed_one_is_told_of_the_next_week() -> None:
    reason = only(asked(CLOSES))
    assert reason.sentence == (
        "Visits of the week of Dec 6 could be asked for until Dec 3, 16:00."
        " Those of the week of Dec 13 can be asked for from Dec 6, 08:00."
    )
    assert (reason.first_passes_on, reason.can_be_asked_from) == (None, date(2026, 12, 6))

    long = only(asked(CLOSES, window=replace(WINDOW, opens_days_before=21)))
    assert long.sentence == "Visits of the week of Dec 6 could be asked for until Dec 3, 16:00."
    assert (long.first_passes_on, long.can_be_asked_from) == (date(2026, 12, 13), None), "it can be asked for already"


def test_weeks_begin_on_the_day_that_is_set() -> None:
    opens = local(date(2026, 11, 25), "08:00")

    assert only(asked(opens - MOMENT, starts_on="wednesday")).can_be_asked_from == date(2026, 11, 25)
    assert broken_rules(asked(opens, starts_on="wednesday")) == ()


@pytest.mark.parametrize(
    ("starts_on", "first"), [("sunday", 6), ("monday", 7), ("tuesday", 8), ("wednesday", 2), ("saturday", 5)]
)
def test_the_first_day_of_a_week_is_in_it(starts_on: Weekday, first: int) -> None:
    assert week_start(date(2026, 12, 8), starts_on) == date(2026, 12, first)


def test_a_window_that_closes_while_a_time_is_held_closes_for_others() -> None:
    late = asked(CLOSES + timedelta(minutes=5))
    assert late.opening is not None
    held = replace(late, opening=replace(late.opening, held_since=CLOSES - MOMENT))

    assert only(late).code == "outside_request_window"
    assert broken_rules(held) == ()


def test_a_hold_from_before_a_window_opened_is_confirmed_in_it_and_not_before() -> None:
    """A hold that moved from another time keeps when that was held; the window of its own time has opened since."""
    before = OPENS - timedelta(minutes=8)

    def of_now(now: datetime) -> Facts:
        facts = asked(now)
        assert facts.opening is not None
        return replace(facts, opening=replace(facts.opening, kept=True, held_since=before))

    early = only(of_now(OPENS - MOMENT))
    assert early.sentence.endswith("not yet.")
    assert early.can_be_asked_from == date(2026, 11, 29)
    assert broken_rules(of_now(OPENS)) == ()
    assert broken_rules(of_now(OPENS + MOMENT)) == ()
    assert broken_rules(of_now(CLOSES + MOMENT)) == (), "it was held before the window closed"


@pytest.mark.parametrize(
    ("zone", "week", "clock", "opens"),
    [
        # the clock skips 2:30: the window opens when it is put forward
        ("America/New_York", date(2027, 3, 21), 150, "2027-03-14T07:00+00:00"),
        ("America/Indiana/Indianapolis", date(2027, 3, 21), 150, "2027-03-14T07:00+00:00"),
        ("Australia/Lord_Howe", date(2026, 10, 11), 135, "2026-10-03T15:30+00:00"),
        # it shows 1:30 twice: the window opens the first time
        ("America/New_York", date(2026, 11, 8), 90, "2026-11-01T05:30+00:00"),
        ("Australia/Adelaide", date(2027, 4, 11), 150, "2027-04-03T16:00+00:00"),
        # never changed
        ("America/Phoenix", date(2027, 3, 21), 150, "2027-03-14T09:30+00:00"),
        ("Asia/Kolkata", date(2027, 3, 21), 150, "2027-03-13T21:00+00:00"),
    ],
)
def test_a_window_opens_by_the_facilitys_clock_whatever_becomes_of_it(
    zone: str, week: date, clock: int, opens: str
) -> None:
    there, instant = ZoneInfo(zone), datetime.fromisoformat(opens)
    window = RequestWindow(opens_days_before=7, opens_minute=clock, closes_days_before=1, closes_minute=0)
    policy = replace(POLICY, request_window=window, horizon_days=28)
    visit = local(week + timedelta(days=2), "10:00", there)

    def codes(now: datetime) -> list[str]:
        facts = at(visit, replace(FINE, now=now, policy=policy, zone=there))
        return [reason.code for reason in broken_rules(facts)]

    assert codes(instant - MOMENT) == ["outside_request_window"]
    assert codes(instant) == []


def test_a_window_that_closes_in_the_doubled_hour_closes_the_second_time() -> None:
    there = ZoneInfo("America/New_York")
    window = RequestWindow(opens_days_before=9, opens_minute=0, closes_days_before=7, closes_minute=90)
    policy = replace(POLICY, request_window=window, horizon_days=28)
    visit = local(date(2026, 11, 10), "10:00", there)
    second = local(date(2026, 11, 1), "01:30", there, fold=1)

    def is_open(now: datetime) -> bool:
        return broken_rules(at(visit, replace(FINE, now=now, policy=policy, zone=there))) == ()

    assert is_open(second - MOMENT)
    assert not is_open(second)
