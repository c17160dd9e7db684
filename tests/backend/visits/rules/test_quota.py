"""Quotas as pure judgements: periods of the facility's calendar, stretches of days, and the first date that passes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.facilities.policy import VisitPolicy, visit_policy
from backend.facilities.setting_values import Quota, QuotaPer, QuotaPeriod, Weekday
from backend.visits.rules.facts import CountedVisit, QuotaReached
from backend.visits.rules.quota import QUOTA_REACHED, counted_since, quota_reached
from tests.backend.visits.rules.test_rules import FINE, OPENING

TUESDAY = date(2026, 11, 24)
DAY = timedelta(days=1)
BARE = visit_policy([], "remote")


def quota(period: QuotaPeriod, visits: int = 1, *, per: QuotaPer = "pair", days: int = 0) -> Quota:
    return Quota(per, period, visits, days)


def policy(*quotas: Quota, of_all: Sequence[Quota] = (), week_starts_on: Weekday = "sunday") -> VisitPolicy:
    return replace(BARE, quotas=quotas, quotas_all=tuple(of_all), week_starts_on=week_starts_on)


def visit(day: date, *, mine: bool = True, theirs: bool = True, visit_type: str = "remote") -> CountedVisit:
    return CountedVisit(day, visit_type, of_account=mine, with_individual=theirs)


def reached(policy: VisitPolicy, visits: Sequence[CountedVisit], day: date = TUESDAY) -> bool:
    return quota_reached(policy, visits, day) is not None


@pytest.mark.parametrize(("used", "full"), [(1, False), (2, True), (3, True)])
def test_a_quota_is_reached_once_as_many_visits_count_as_it_allows(used: int, full: bool) -> None:
    assert reached(policy(quota("day", 2)), [visit(TUESDAY)] * used) is full


@pytest.mark.parametrize(
    ("period", "starts_on", "first", "last"),
    [
        ("day", "sunday", TUESDAY, TUESDAY),
        ("week", "sunday", date(2026, 11, 22), date(2026, 11, 28)),
        ("week", "monday", date(2026, 11, 23), date(2026, 11, 29)),
        ("week", "tuesday", date(2026, 11, 24), date(2026, 11, 30)),
        ("week", "wednesday", date(2026, 11, 18), date(2026, 11, 24)),
        ("month", "sunday", date(2026, 11, 1), date(2026, 11, 30)),
    ],
)
def test_a_period_reaches_from_its_first_day_to_its_last(
    period: QuotaPeriod, starts_on: Weekday, first: date, last: date
) -> None:
    asked = policy(quota(period), week_starts_on=starts_on)

    assert [reached(asked, [visit(day)]) for day in (first - DAY, first, last, last + DAY)] == [
        False,
        True,
        True,
        False,
    ]
    assert counted_since(asked, TUESDAY) == first


@pytest.mark.parametrize(
    ("others", "full"),
    [((-6, -6), True), ((-7, -6), False), ((6, 6), True), ((6, 7), False), ((-3, 3), True), ((-4, 3), False)],
)
def test_no_seven_days_on_end_hold_more_than_the_quota(others: tuple[int, int], full: bool) -> None:
    asked = policy(quota("days", 2, days=7))

    assert reached(asked, [visit(TUESDAY + DAY * each) for each in others]) is full


@pytest.mark.parametrize(
    ("per", "mine", "theirs", "counts"),
    [
        ("account", True, False, True),
        ("account", False, True, False),
        ("individual", False, True, True),
        ("individual", True, False, False),
        ("pair", True, False, False),
        ("pair", False, True, False),
        ("pair", True, True, True),
    ],
)
def test_a_quota_counts_the_visits_of_whom_it_is_for(per: QuotaPer, mine: bool, theirs: bool, counts: bool) -> None:
    assert reached(policy(quota("day", per=per)), [visit(TUESDAY, mine=mine, theirs=theirs)]) is counts


def test_a_quota_of_one_visit_type_leaves_the_others_out_and_one_of_all_types_does_not() -> None:
    other = [visit(TUESDAY, visit_type="in_person")]

    assert not reached(policy(quota("day")), other)
    assert reached(policy(of_all=[quota("day")]), other)


@pytest.mark.parametrize(
    ("asked", "used", "passes_on"),
    [
        (quota("day"), [0], date(2026, 11, 25)),
        (quota("week"), [0], date(2026, 11, 29)),
        (quota("week"), [0, 5, 12], date(2026, 12, 13)),
        (quota("month"), [0], date(2026, 12, 1)),
        (quota("month"), [0, 10], date(2027, 1, 1)),
        (quota("days", days=7), [-2], date(2026, 11, 29)),
        (quota("days", days=7), [0, 8], date(2026, 12, 9)),
        (quota("days", 2, days=7), [-1, 0], date(2026, 11, 30)),
        (quota("day", 0), [], None),
    ],
)
def test_it_says_the_first_later_date_on_which_a_visit_would_be_within_every_quota(
    asked: Quota, used: list[int], passes_on: date | None
) -> None:
    found = quota_reached(policy(asked), [visit(TUESDAY + DAY * each) for each in used], TUESDAY)

    assert found is not None
    assert found.passes_on == passes_on


PERIODS = st.sampled_from(
    [quota("day"), quota("week", 2), quota("month", 3), quota("days", 2, days=5), quota("days", days=3)]
)


@given(st.lists(PERIODS, min_size=1, max_size=2), st.lists(st.integers(-20, 40), max_size=12), st.integers(-3, 3))
def test_the_first_date_that_passes_does_and_none_before_it(quotas: list[Quota], days: list[int], asked: int) -> None:
    having = policy(*quotas)
    visits = [visit(TUESDAY + DAY * each) for each in days]
    found = quota_reached(having, visits, TUESDAY + DAY * asked)
    if found is None:
        return
    assert found.passes_on is not None
    assert not reached(having, visits, found.passes_on)
    day = TUESDAY + DAY * asked
    while day < found.passes_on:
        assert reached(having, visits, day)
        day += DAY


@given(st.integers(1, 9), st.integers(1, 3), st.lists(st.integers(0, 30), max_size=8), st.integers(0, 30))
def test_days_on_end_are_judged_as_counting_every_stretch_would(
    length: int, most: int, days: list[int], asked: int
) -> None:
    visits = [visit(TUESDAY + DAY * each) for each in days]
    stretches = [sum(first <= each < first + length for each in days) for first in range(asked - length + 1, asked + 1)]

    assert reached(policy(quota("days", most, days=length)), visits, TUESDAY + DAY * asked) is (max(stretches) >= most)


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            QuotaReached(quota("week", 2), None, 2, date(2026, 11, 22), None),
            "You have 2 of 2 visits with this person in the week from Nov 22.",
        ),
        (
            QuotaReached(quota("month", 4, per="individual"), "in_person", 5, date(2026, 11, 1), None),
            "This person can have no more in-person visits in November.",
        ),
        (
            QuotaReached(quota("days", 3, per="account", days=10), "remote", 3, date(2026, 11, 20), None),
            "You have 3 of 3 remote visits in the 10 days from Nov 20.",
        ),
        (
            QuotaReached(quota("day", 1, per="account"), "onsite_video", 1, TUESDAY, None),
            "You have 1 of 1 onsite video visits on Nov 24.",
        ),
    ],
)
def test_the_sentence_says_which_quota_and_how_much_of_it_is_used(found: QuotaReached, sentence: str) -> None:
    reason = QUOTA_REACHED.broken(replace(FINE, opening=replace(OPENING, quota=found)))

    assert reason is not None
    assert (reason.code, reason.sentence) == ("quota_reached", sentence)


def test_how_many_visits_a_person_has_of_others_is_told_to_who_may_override_only() -> None:
    found = QuotaReached(quota("week", 2, per="individual"), None, 2, date(2026, 11, 22), None)
    reason = QUOTA_REACHED.broken(replace(FINE, opening=replace(OPENING, quota=found), may_override=True))

    assert reason is not None
    assert reason.sentence == "This person has 2 of 2 visits in the week from Nov 22."
