"""Who on a roster a name may mean: typos forgiven, best first, and no more than that."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backend.roster.index import Entry, RosterIndex
from backend.roster.names import full_name, readings

LETTERS = "abcdefghijklmnopqrstuvwxyz"
NAMES = st.text(LETTERS, min_size=3, max_size=12)


def entry(first: str, last: str, *, suffix: str | None = None, aliases: Sequence[str] = (), number: str = "") -> Entry:
    others = [name for alias in aliases for name in readings(alias)]
    shown = f"{first} {last}"
    return Entry(shown, number or shown, (full_name(first, last, suffix), *others), shown)


ROSTER = RosterIndex.of(
    [
        entry("Daniel James", "Okafor", number="2026-000123"),
        entry("Danielle", "Okafor"),
        entry("Seán", "O'Brien"),
        entry("Łukasz", "Wójcik"),
        entry("Maria", "Garcia-Lopez"),
        entry("Mary Ann", "De La Cruz"),
        entry("William", "Smith", suffix="Sr."),
        entry("William", "Smith-Jones", suffix="Jr."),
        entry("Robert", "Lee", aliases=["Bobby Lee", "Robert Edward Lee"]),
        entry("Xi", "O"),
        entry("Thomas", "James"),
    ]
)


def found(first: str, last: str, roster: RosterIndex = ROSTER) -> list[str]:
    return [each.shown for each in roster.by_name(full_name(first, last))]


@pytest.mark.parametrize(
    ("first", "last", "means"),
    [
        ("Daniel", "Okafor", "Daniel James Okafor"),
        ("daniel", "OKAFOR", "Daniel James Okafor"),
        ("Danial", "Okafor", "Daniel James Okafor"),
        ("Dainel", "Okafro", "Daniel James Okafor"),
        ("James", "Okafor", "Daniel James Okafor"),
        ("Okafor", "Daniel", "Daniel James Okafor"),
        ("Sean", "OBrien", "Seán O'Brien"),
        ("Sean", "O Brien", "Seán O'Brien"),
        ("Sean", "O-Brian", "Seán O'Brien"),
        ("Lukasz", "Wojcik", "Łukasz Wójcik"),
        ("Maria", "Garcia", "Maria Garcia-Lopez"),
        ("Maria", "Lopez", "Maria Garcia-Lopez"),
        ("Maria", "Garcia Lopez", "Maria Garcia-Lopez"),
        ("Maria", "Garcialopez", "Maria Garcia-Lopez"),
        ("Maryann", "Delacruz", "Mary Ann De La Cruz"),
        ("Mary", "Cruz", "Mary Ann De La Cruz"),
        ("Mary Ann Sue", "De La Cruz", "Mary Ann De La Cruz"),
        ("Bobby", "Lee", "Robert Lee"),
        ("Bob", "Lee", "Robert Lee"),
        ("Will", "Smith", "William Smith"),
        ("Xi", "O", "Xi O"),
    ],
)
def test_a_person_is_found_first(first: str, last: str, means: str) -> None:
    assert found(first, last)[:1] == [means]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Daniel", "Smith"),
        ("Thomas", "Okafor"),
        ("X", "O"),
        ("Daniel", "O"),
        ("Da", "K"),
        ("Zz", "Okafor"),
        ("Daniel", "Daniel"),
    ],
)
def test_other_people_are_not(first: str, last: str) -> None:
    assert found(first, last) == []


def test_the_suffix_that_was_asked_for_goes_first() -> None:
    twins = RosterIndex.of(
        [entry("William", "Smith", suffix="Sr.", number="1"), entry("William", "Smith", suffix="Jr.", number="2")]
    )
    asked = full_name("William", "Smith Jr")
    assert [each.booking_number for each in twins.by_name(asked)] == ["2", "1"]


def test_at_most_ten_are_shown() -> None:
    many = RosterIndex.of(entry("John", "Smith", number=str(number)) for number in range(30))
    assert len(found("John", "Smith", many)) == 10


def test_a_booking_number_is_found_whole_or_not_at_all() -> None:
    assert ROSTER.by_number("2026 000123") is ROSTER.entries[0]
    assert ROSTER.by_number("2026-00012") is None


def test_namesakes_are_known_whatever_their_middle_names() -> None:
    roster = RosterIndex.of(
        [entry("John Q", "Smith", number="1"), entry("John", "Smith", number="2"), entry("Jane", "Smith")]
    )
    assert [roster.has_namesake(each) for each in roster.entries] == [True, True, False]


def typo(word: str, at: int, kind: str, letter: str) -> str:
    """Return ``word`` with one slip of the hand."""
    at %= len(word)
    if kind == "left out":
        return word[:at] + word[at + 1 :]
    if kind == "put in":
        return word[:at] + letter + word[at:]
    if kind == "swapped" and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + letter + word[at + 1 :]


SLIPS = st.sampled_from(["left out", "put in", "swapped", "wrong"])


@given(NAMES, NAMES, st.lists(st.tuples(NAMES, NAMES), max_size=5), st.data())
def test_a_typo_in_each_name_is_forgiven(
    first: str, last: str, others: list[tuple[str, str]], data: st.DataObject
) -> None:
    roster = RosterIndex.of([entry(*other) for other in others[:4]] + [entry(first, last)])
    slipped = [
        typo(word, data.draw(st.integers(0, 11)), data.draw(SLIPS), data.draw(st.sampled_from(LETTERS)))
        for word in (first, last)
    ]
    assume(all(len(word) >= 2 for word in slipped))
    # at most four others: whoever is meant is among the ten
    assert f"{first} {last}" in found(slipped[0], slipped[1], roster)


@given(NAMES, NAMES)
def test_swapped_names_are_found(first: str, last: str) -> None:
    assert found(last, first, RosterIndex.of([entry(first, last)])) == [f"{first} {last}"]


@settings(max_examples=200)
@given(st.text(max_size=30), st.text(max_size=30))
def test_nothing_that_is_typed_breaks_the_search(first: str, last: str) -> None:
    assert len(ROSTER.by_name(full_name(first, last))) <= 10


def test_ten_thousand_people_are_searched_in_a_moment() -> None:
    """The limit is generous for a busy machine; the usual time is under ten milliseconds."""
    syllables = ["an", "ber", "cor", "dal", "el", "far", "gis", "hol", "in", "jo", "ka", "lem", "mar", "nor", "os"]
    words = [one + two + three for one in syllables for two in syllables for three in syllables]
    roster = RosterIndex.of(
        entry(words[number * 7 % len(words)], words[number * 13 % len(words)], number=str(number))
        for number in range(10_000)
    )
    began = time.perf_counter()
    for number in range(20):
        found(words[number * 31], words[number * 17][:-1] + "x", roster)
    assert (time.perf_counter() - began) / 20 < 0.25
