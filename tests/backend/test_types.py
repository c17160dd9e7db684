"""Ids that are made of what they name."""

from __future__ import annotations

from datetime import UTC, datetime

from backend.types import id_of, new_id


def test_an_id_made_of_words_is_the_same_in_every_version_and_looks_like_any_other() -> None:
    made = id_of("imported visit", "one", "two")
    assert made == "5P3VHKKGTYQV82ZK8MWTKDMJ46"
    assert len(made) == len(new_id(datetime(2026, 11, 22, tzinfo=UTC)))
    assert made[0] in "01234567"


def test_words_are_told_apart_wherever_one_ends_and_the_next_begins() -> None:
    assert len({id_of("ab", "c"), id_of("a", "bc"), id_of("abc"), id_of("c", "ab")}) == 4
