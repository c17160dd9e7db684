"""Cursors of lists."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import Problem
from backend.paging import cursor_of, instant_of, parts_of, whole_of
from backend.types import microseconds


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50), min_size=1))
def test_a_cursor_gives_back_what_it_was_made_of(parts: list[str]) -> None:
    assert parts_of(cursor_of(*parts), len(parts)) == tuple(parts)


@given(st.text(max_size=60))
def test_a_cursor_that_was_not_made_here_is_refused(said: str) -> None:
    with pytest.raises(Problem) as refused:
        parts_of(said, 2)
    assert refused.value.code == "invalid"


@pytest.mark.parametrize("part", ["\0", "\ud800"])
def test_a_cursor_of_text_that_no_database_keeps_is_refused(part: str) -> None:
    with pytest.raises(Problem):
        parts_of(cursor_of(part), 1)


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_whole_number_comes_back_as_it_was(number: int) -> None:
    assert whole_of(str(number)) == number


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back_as_it_was(instant: datetime) -> None:
    assert instant_of(str(microseconds(instant))) == instant


@pytest.mark.parametrize("part", ["", "-", "--5", "5-", "1.5", " 5", "5\n", "٣", "x", "9" * 30, str(2**63), "9" * 5000])
def test_what_is_no_whole_number_of_a_column_is_refused(part: str) -> None:
    for read in (whole_of, instant_of):
        with pytest.raises(Problem) as refused:
            read(part)
        assert (refused.value.code, refused.value.status) == ("invalid", 422)


@pytest.mark.parametrize("part", [str(2**63 - 1), str(-(2**63))])
def test_an_instant_that_no_calendar_has_is_refused(part: str) -> None:
    with pytest.raises(Problem):
        instant_of(part)


def test_a_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(Problem):
        parts_of(cursor_of("one"), 2)
