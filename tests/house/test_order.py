"""What takes long is begun first, by every process that runs tests."""

from __future__ import annotations

import pytest

from tests.order import dealt


def order(items: str, shares: int) -> str:
    """Deal letters: a capital one is long, and the same letter is the same module."""
    return "".join(dealt(items, shares, str.isupper, str.lower))


@pytest.mark.parametrize(
    ("items", "shares", "dealt_so"),
    [
        ("abcDefGH", 1, "DGHabcef"),
        ("abcDefGH", 2, "DHabGcef"),
        ("aBcdeB", 2, "BBacde"),
        ("ABC", 3, "ABC"),
        ("", 3, ""),
        ("abcd", 2, "abcd"),
    ],
)
def test_every_share_begins_with_its_part_of_what_takes_long(items: str, shares: int, dealt_so: str) -> None:
    assert order(items, shares) == dealt_so


def test_nothing_is_lost_and_nothing_is_run_twice() -> None:
    items = "aAbBcCcCdeFfgHhH"
    for shares in range(1, 20):
        assert sorted(order(items, shares)) == sorted(items)
