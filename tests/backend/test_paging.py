"""Cursors of lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import Problem
from backend.paging import cursor_of, parts_of


@given(st.lists(st.text(max_size=50), min_size=1, max_size=4))
def test_a_cursor_gives_back_what_it_was_made_of(parts: list[str]) -> None:
    assert parts_of(cursor_of(*parts), len(parts)) == tuple(parts)


@given(st.text(max_size=60))
def test_a_cursor_that_was_not_made_here_is_refused(said: str) -> None:
    with pytest.raises(Problem) as refused:
        parts_of(said, 2)
    assert refused.value.code == "invalid"


def test_a_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(Problem):
        parts_of(cursor_of("one"), 2)
