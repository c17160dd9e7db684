"""Used minutes: both sides at once, within the appointed time, rounded up to a whole one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.visits.connections import Span, used_minutes

NINE = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
MINUTES = 20
APPOINTED = Span(NINE, NINE + timedelta(minutes=MINUTES))
SECONDS = st.integers(-300, MINUTES * 60 + 300)
SPANS = st.lists(st.tuples(SECONDS, SECONDS).map(sorted).map(lambda both: (both[0], both[1])), max_size=5)


def span(begins: float, ends: float) -> Span:
    """Return a span by seconds after nine."""
    return Span(NINE + timedelta(seconds=begins), NINE + timedelta(seconds=ends))


def used(visitor: Sequence[tuple[float, float]], individual: Sequence[tuple[float, float]]) -> int:
    return used_minutes(APPOINTED, [span(*one) for one in visitor], [span(*one) for one in individual])


@pytest.mark.parametrize(
    ("visitor", "individual", "minutes"),
    [
        ([(0, 1200)], [(0, 1200)], 20),
        ([(-600, 3000)], [(-60, 1300)], 20),
        ([(0, 600)], [(600, 1200)], 0),
        ([(0, 600.000001)], [(600, 1200)], 1),
        ([(0, 660)], [(0, 1200)], 11),
        ([(0, 660.000001)], [(0, 1200)], 12),
        ([(0, 20), (60, 80)], [(0, 1200)], 1),
        ([(0, 30), (60, 91)], [(0, 1200)], 2),
        ([(0, 1200)], [], 0),
        ([(300, 300)], [(0, 1200)], 0),
        ([(1200, 1500)], [(1200, 1500)], 0),
    ],
)
def test_minutes_at_their_boundaries(
    visitor: Sequence[tuple[float, float]], individual: Sequence[tuple[float, float]], minutes: int
) -> None:
    assert used(visitor, individual) == minutes


@settings(deadline=None, max_examples=100)
@given(visitor=SPANS, individual=SPANS)
def test_it_is_what_counting_every_second_comes_to(
    visitor: list[tuple[int, int]], individual: list[tuple[int, int]]
) -> None:
    def connected(spans: list[tuple[int, int]], second: int) -> bool:
        return any(begins <= second < ends for begins, ends in spans)

    both = sum(connected(visitor, second) and connected(individual, second) for second in range(MINUTES * 60))
    assert used(visitor, individual) == math.ceil(both / 60)


@settings(deadline=None, max_examples=100)
@given(visitor=SPANS, individual=SPANS, more=st.tuples(SECONDS, SECONDS).map(sorted))
def test_another_connection_never_makes_it_less_and_nothing_makes_it_more_than_was_booked(
    visitor: list[tuple[int, int]], individual: list[tuple[int, int]], more: list[int]
) -> None:
    before = used(visitor, individual)
    assert 0 <= before <= used([*visitor, (more[0], more[1])], individual) <= MINUTES
    assert used(individual, visitor) == before
