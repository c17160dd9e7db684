"""`make bench-start` says what it measured and fails when a limit is passed over."""

from __future__ import annotations

import pytest

from benchmarks.start import LIMIT, Times, report


def times(name: str, paint: float, letter: float) -> Times:
    return Times(name, [paint, paint * 3, paint * 2], [letter, letter * 3, letter * 2])


@pytest.mark.parametrize(
    ("paint", "letter", "whole", "kept"),
    [
        (1.0, 1.0, True, True),
        (LIMIT, LIMIT, True, True),
        (LIMIT + 0.01, 1.0, True, False),
        (1.0, LIMIT + 0.01, True, False),
        (1.0, 1.0, False, False),
    ],
)
def test_a_limit_passed_over_or_a_letter_lost_fails(paint: float, letter: float, *, whole: bool, kept: bool) -> None:
    ours = times("Visit Desk", paint * 0.2, letter * 0.2)
    assert report([times("hello world", 0.2, 0.2), ours], 1.0, [0.5], whole=whole) is kept


def test_a_ratio_is_taken_in_each_round_so_that_a_busy_moment_slows_both(capsys: pytest.CaptureFixture[str]) -> None:
    busy = Times("hello world", [0.2, 2.0, 0.2], [0.2, 2.0, 0.2])
    ours = Times("Visit Desk", [0.22, 2.2, 0.22], [0.24, 2.4, 0.24])
    assert [round(ratio, 6) for ratio in ours.ratios(busy)] == [1.1, 1.2]
    assert report([busy, ours], 1.0, [0.5], whole=True)
    said = capsys.readouterr().out
    assert "1.10" in said
    assert "1.20" in said
    assert "all there" in said
