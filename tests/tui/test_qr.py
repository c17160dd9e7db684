"""The code to scan."""

from __future__ import annotations

import pytest

from tui import qr

DRAWN_BY_ANOTHER_ENCODER = """
#######..#.##.#######
#.....#.##.#..#.....#
#.###.#.##..#.#.###.#
#.###.#..#.#..#.###.#
#.###.#.#...#.#.###.#
#.....#.#..##.#.....#
#######.#.#.#.#######
........#####........
##.#..##.##...###.##.
#####..####..##.#..#.
..#...###.#.#.#...#.#
#..#.#...#.#..#....#.
##.##.#..##.####...##
........##.#...##.##.
#######.#....#.##.##.
#.....#..#####..##...
#.###.#..#.#.##..#.#.
#.###.#.#..#....##.##
#.###.#..##.#...##..#
#.....#.##...##......
#######.#.###....###.
"""


def test_it_draws_what_another_encoder_draws() -> None:
    drawn = "\n".join("".join("#" if dark else "." for dark in row) for row in qr.encode("VD-7K3M9Q"))
    assert drawn == DRAWN_BY_ANOTHER_ENCODER.strip()


@pytest.mark.parametrize(("length", "side"), [(1, 21), (17, 21), (18, 25), (32, 25), (53, 29), (78, 33), (106, 37)])
def test_a_longer_link_takes_a_larger_code(length: int, side: int) -> None:
    code = qr.encode("x" * length)
    assert len(code) == len(code[0]) == side == qr.side("x" * length)


def test_a_link_that_is_too_long_is_refused() -> None:
    with pytest.raises(qr.TooLong):
        qr.encode("x" * 107)


def test_letters_beyond_ascii_count_by_their_bytes() -> None:
    assert qr.side("é" * 9) == 25
