"""What is typed is checked in plain words, as the server would."""

from __future__ import annotations

from datetime import date

import pytest

from tui import checks


@pytest.mark.parametrize("value", ["ana@example.org", " a.b+c@mail.example.co.uk "])
def test_addresses_that_could_work_pass(value: str) -> None:
    assert checks.email(value) == ""


@pytest.mark.parametrize("value", ["", "ana", "ana@", "ana@example", "a b@example.org", "@example.org"])
def test_addresses_that_could_not_are_told(value: str) -> None:
    assert "ana@example.org" in checks.email(value)


def test_an_address_of_somebody_else_is_not_called_yours() -> None:
    assert checks.email_of_another("maria@example.org") == ""
    assert checks.email_of_another("maria") == "Type the whole e-mail address, such as ana@example.org."


@pytest.mark.parametrize("value", ["3/14/1971", "03-14-1971", "1971-03-14", "3 14 1971"])
def test_dates_are_read_as_people_write_them(value: str) -> None:
    assert checks.as_date(value) == date(1971, 3, 14)
    assert checks.birth_date(value) == ""


@pytest.mark.parametrize("value", ["", "yesterday", "14/3/1971", "2/30/1971", "3/14", "3/14/71"])
def test_what_is_no_date_is_told(value: str) -> None:
    assert checks.birth_date(value)


def test_a_password_is_only_counted() -> None:
    assert checks.password("x" * 11) == "1 more character is needed."
    assert checks.password("") == "12 more characters are needed."
    assert checks.password("x" * 12) == ""


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (checks.state, "tn", "Tennessee"),
        (checks.postal_code, "38103-1234", "3810"),
        (checks.phone, "(901) 555-0142", "555-0142"),
        (checks.last_four, "a881", "88 1"),
        (checks.code, "1234 5678", "1234567"),
        (checks.name, "Ó", "123"),
        (checks.needed("Say it."), "x", "  "),
    ],
)
def test_every_check_passes_what_is_right_and_has_a_sentence_for_what_is_not(
    check: checks.Check, good: str, bad: str
) -> None:
    assert check(good) == ""
    assert check(bad).endswith(".")
