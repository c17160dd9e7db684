"""Numbers that could be of a payment card: they are refused wherever people write freely, for they must not be kept.

Cards are only ever entered on the processor's page or reader. Somebody may still type one into a wrong field.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

LENGTHS: Final = range(13, 20)
"""ISO/IEC 7812-1 allows 19 digits; no card in use has fewer than 13."""
_GROUPS: Final = re.compile(r"\d+(?: {1,3}\d+)*")
_GROUPED: Final = frozenset({(4, 6, 5), (4, 6, 4), (4, 4, 5), (6, 13)})
"""How digits stand on cards where they are not all in fours: American Express, Diners Club, Visa of 13, Maestro."""


def holds_card_number(text: str) -> bool:
    """Say whether ``text`` holds digits that could be a card's number: in one piece, in fours, or one by one.

    Its check digit is right (ISO/IEC 7812-1, annex B), and it begins as those of payment cards do, with 2 to 9. Of
    other numbers of that length, one in ten is taken for one. Telephone numbers side by side are not grouped that way.
    """
    if sum(map(str.isdecimal, text)) < LENGTHS.start:
        return False
    return any(_is_card(digits) for found in _GROUPS.findall(_plain(text)) for digits in _joined(found.split()))


def passes_luhn(digits: str) -> bool:
    """Say whether the check digit at the end of ``digits`` (ASCII) is right."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(doubled)) % 10 == 0


def _plain(text: str) -> str:
    """Return digits of every script as ASCII, what stands between the digits of a card as a space, else a comma."""
    return "".join(map(_sign, text))


def _sign(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    between = character.isspace() or character in "._·•" or unicodedata.category(character) == "Pd"
    return " " if between else ","


def _joined(groups: list[str]) -> Iterator[str]:
    """Yield what groups of digits that follow on each other make, where cards are written like that."""
    for first in range(len(groups)):
        for last in range(first + 1, min(first + LENGTHS.stop, len(groups) + 1)):
            chosen = groups[first:last]
            if _as_on_a_card(tuple(map(len, chosen))):
                yield "".join(chosen)


def _as_on_a_card(sizes: tuple[int, ...]) -> bool:
    if len(sizes) == 1 or sizes in _GROUPED:
        return True
    return all(size == 1 for size in sizes) or (all(size == 4 for size in sizes[:-1]) and sizes[-1] <= 4)


def _is_card(digits: str) -> bool:
    return len(digits) in LENGTHS and digits[0] > "1" and passes_luhn(digits)
