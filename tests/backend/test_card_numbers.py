"""What looks like a card number is refused where people write freely, and nothing else is taken for one."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from backend.accounts.addresses import Address
from backend.accounts.profile import Phone
from backend.card_numbers import holds_card_number
from backend.sentences import sentence_for
from backend.text import CARD_NUMBER, FullName, Line, NumberLine, Paragraphs, PersonText, ShortLine
from tests.luhn import is_luhn, numbers_in

VISA = "4242424242424242"


@pytest.mark.parametrize(
    "text",
    [
        VISA,
        "4242 4242 4242 4242",
        "4242-4242-4242-4242",
        "4242.4242.4242.4242",
        "4242\u00a04242\u00a04242\u00a04242",
        "4242 - 4242 - 4242 - 4242",
        "4242\n4242\n4242\n4242",
        "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
        "\uff14\uff12\uff14\uff12" * 4,
        "my card is 4242 4242 4242 4242, thanks",
        "card4242424242424242",
        "12 4242 4242 4242 4242 12/29 123",
        "378282246310005",
        "3782 822463 10005",
        "30569309025904",
        "3056 930902 5904",
        "4222222222222",
        "6304000000000000018",
    ],
)
def test_a_card_number_is_seen_however_it_is_written(text: str) -> None:
    assert holds_card_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4242424242424241",
        "1795446000000008",
        "0000000000000000",
        "424242424242",
        "42424242424242424242",
        "615 555 0142 615 555 0143",
        "415-555-0142 415-555-0143 415-555-0144",
        "Nov 24 2026, 9:00 to 9:30, booth 12, case 2026-CR-004242",
        "2026-11-24 2026-11-25 2026-11-26",
        "Amount 4242.42 of 4242.42",
    ],
)
def test_other_numbers_are_not_taken_for_one(text: str) -> None:
    assert not holds_card_number(text)


@settings(deadline=None, max_examples=100)
@given(st.integers(2, 9), st.integers(12, 18), st.integers(0, 10**17), st.sampled_from(["", " ", "-"]))
def test_every_number_with_its_check_digit_is_seen_and_found_by_the_search_too(
    first: int, length: int, rest: int, between: str
) -> None:
    body = f"{first}{rest:018d}"[:length]
    card = next(f"{body}{digit}" for digit in range(10) if is_luhn(f"{body}{digit}"))
    written = between.join(card[start : start + 4] for start in range(0, len(card), 4))
    assert holds_card_number(f"it is {written}.")
    assert card in list(numbers_in(f"it is {written}."))
    other = f"{body}{random.Random(rest).choice([d for d in range(10) if not is_luhn(f'{body}{d}')])}"
    assert not holds_card_number(other)


@pytest.mark.parametrize("kind", [Line, ShortLine, PersonText, FullName, Paragraphs, Address, Phone])
def test_every_kind_of_text_refuses_one_with_a_sentence(kind: Any) -> None:
    text = {Address: f"{VISA}@example.org", Phone: "3782 822463 10005"}.get(kind, f"Ana {VISA}")
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(text)
    assert sentence_for(refused.value.errors()[0]) == CARD_NUMBER


def test_a_long_number_may_stand_where_it_is_in_its_place() -> None:
    assert TypeAdapter(NumberLine).validate_python(VISA) == VISA
    assert TypeAdapter(Phone).validate_python("+4915123456782") == "+4915123456782"
