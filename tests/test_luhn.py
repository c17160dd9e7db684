"""The search for card numbers finds what it has to, and is not led astray by numbers of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.luhn import Found, in_files, in_picture, in_text, is_luhn, numbers_in

ROOT = Path(__file__).parent.parent
CARDS = ("4242424242424242", "5555555555554444", "378282246310005", "4222222222222", "6304000000000000018")


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("written", ["{}", "paid with {}.", "({})", '"{}"', "x={}&y=1", "\n{}\n", "4111 {}"])
def test_a_card_is_found_wherever_it_stands(card: str, written: str) -> None:
    assert is_luhn(card)
    assert card in list(numbers_in(written.format(card)))


@pytest.mark.parametrize(
    "written",
    ["4242 4242 4242 4242", "4242-4242-4242-4242", "4242.4242.4242.4242", "call 615 555 0142 4242 4242 4242 4242"],
)
def test_it_is_found_in_groups_too(written: str) -> None:
    assert "4242424242424242" in list(numbers_in(written))


@pytest.mark.parametrize(
    "ours",
    [
        "1795446000000008",  # an instant in microseconds whose last digit happens to be right
        "01M4242424242424242QXZ8KD7",  # an id
        "a4242424242424242",
        "+4915123456782",  # a telephone number
        "0.4242424242424242",
        "42424242-4242-4242-4242-424242424242",  # a key
        "2026-11-24T15:00:00.424242+00:00",
        "4242424242424241",  # another last digit
        "424242424242",
        "42424242424242424242",
    ],
)
def test_numbers_of_ours_are_told_apart(ours: str) -> None:
    assert list(numbers_in(ours)) == []


def test_no_recorded_screen_shows_one_and_a_planted_one_is_found(tmp_path: Path) -> None:
    pictures = [*ROOT.glob("docs/pictures/*.svg"), *ROOT.glob("tests/**/__snapshots__/**/*.svg")]
    assert len(pictures) > 20
    assert [found for picture in pictures for found in in_picture(picture)] == []
    planted = tmp_path / "planted.svg"
    shown = pictures[0].read_text(encoding="utf-8")
    planted.write_text(shown.replace("</text>", "&#160;4242&#160;4242&#160;4242&#160;4242</text>", 1), encoding="utf-8")
    assert in_picture(planted) == [Found(str(planted), "4242424242424242")]


def test_no_page_of_the_documentation_has_one() -> None:
    assert in_files([*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md")]) == []
    assert in_text("here", "nothing") == []
