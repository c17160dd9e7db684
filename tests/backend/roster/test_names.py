"""Names as they are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.roster.names import (
    Field,
    field_of,
    fold,
    full_name,
    number_key,
    readings,
    same_name,
    same_person,
    same_suffix,
)


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("O'Brien", "obrien"),
        ("O’Brien", "obrien"),
        ("OBRIEN", "obrien"),
        ("Łukasz", "lukasz"),
        ("Søren", "soren"),
        ("Đặng", "dang"),
        ("Þór", "thor"),
        ("Weiß", "weiss"),
        ("José", "jose"),
        ("Jose\u0301", "jose"),
        ("İbrahim", "ibrahim"),
        ("Garcia-Lopez", "garcia lopez"),
        ("St. Clair", "st clair"),
        ("  de   la  Cruz ", "de la cruz"),
        ("ﬁnn", "finn"),
        ("Ａｄａ", "ada"),
    ],
)
def test_marks_apostrophes_hyphens_and_case_are_no_difference(written: str, compared: str) -> None:
    assert fold(written) == compared


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("written", "tokens", "suffix"),
    [
        ("Okafor Jr.", ("okafor",), "jr"),
        ("Okafor, Junior", ("okafor",), "jr"),
        ("Okafor III", ("okafor",), "iii"),
        ("Okafor 3rd", ("okafor",), "iii"),
        ("V", ("v",), None),
        ("Ivy", ("ivy",), None),
    ],
)
def test_a_suffix_stands_apart_unless_it_is_all_there_is(
    written: str, tokens: tuple[str, ...], suffix: str | None
) -> None:
    assert field_of(written) == (Field(tokens), suffix)


def test_a_suffix_given_in_a_field_of_its_own_goes_first() -> None:
    assert full_name("Daniel", "Okafor Jr", "Sr.").suffix == "sr"
    assert same_suffix(None) is None


def test_a_field_is_found_by_each_word_and_by_all_of_them() -> None:
    assert field_of("De La Cruz")[0].keys == ("de", "la", "cruz", "delacruz")
    assert field_of("Cruz")[0].keys == ("cruz",)
    assert field_of("")[0].keys == ()


def test_a_line_with_a_comma_is_read_family_name_first() -> None:
    (name,) = readings("Okafor, Daniel James")
    assert (name.given.tokens, name.family.tokens) == (("daniel", "james"), ("okafor",))


def test_a_comma_before_a_suffix_is_not_that_comma() -> None:
    names = readings("Daniel Okafor, Jr.")
    assert [(name.given.tokens, name.family.tokens, name.suffix) for name in names] == [
        (("daniel",), ("okafor",), "jr")
    ]


def test_a_line_without_a_comma_is_read_in_every_way() -> None:
    assert [name.family.joined for name in readings("Maria Garcia Lopez")] == ["lopez", "garcialopez"]
    assert readings("Prince")[0].family.tokens == ("prince",)


@pytest.mark.parametrize("said", ["2026-000123", "2026 000123", "2026000123", " 2026–000123 "])
def test_spaces_and_dashes_of_a_booking_number_are_no_difference(said: str) -> None:
    assert number_key(said) == "2026000123"


def test_other_differences_of_a_booking_number_are() -> None:
    assert number_key("A-12") == number_key("a12")
    assert number_key("A-12") != number_key("A-112")
    assert number_key("O12") != number_key("012")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jane Doe", "Doe, Jane"),
        ("Jane Doe", "doe jane"),
        ("Jane Marie Doe", "Jane Doe"),
        ("Doe, Jane M.", "Jane Doe"),
        ("Jane De La Cruz", "Jane Delacruz"),
        ("María Núñez", "Maria Nunez"),
        ("Pat O'Brien", "PAT OBRIEN"),
        ("John Doe Jr.", "John Doe"),
        ("John Doe Jr.", "John Doe Junior"),
    ],
)
def test_two_lines_may_mean_one_person(one: str, other: str) -> None:
    assert same_person(one, other)
    assert same_person(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jane Doe", "Jane Roe"),
        ("Jane Doe", "Joan Doe"),
        ("John Doe Jr.", "John Doe III"),
        ("Maria Delgado", "Maria Delgado Lopez"),
        ("Jane", "Jane Doe"),
    ],
)
def test_two_lines_mean_two_people(one: str, other: str) -> None:
    assert not same_person(one, other)


def test_the_same_name_is_the_same_to_the_letter_with_its_suffix() -> None:
    assert same_name("María Delgado", "maria  DELGADO")
    assert not same_name("Maria Delgado", "Maria Delgado Jr.")
