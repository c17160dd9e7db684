"""Looking for card numbers where none may be: digits of 13 to 19 whose check digit is right (ISO/IEC 7812-1, annex B).

Numbers of ours are told apart by how they stand, never by a list of them:

- ids (ULIDs), digests and keys are words of letters and digits, and UUIDs are groups of such: digits that a letter or a
  digit stands beside are a part of a word;
- instants are whole microseconds (16 digits) or milliseconds (13) since 1970, which begin with 1 until the year 2033;
  no payment card begins with 0 or 1 (the first digit names the industry, and theirs are 2 to 9);
- a telephone number with its country begins with a plus sign;
- a fraction stands behind a point that stands behind a digit;
- dates with times, ratios and addresses of machines have other signs between their digits than the one space, hyphen or
  dot of a card.

It is written apart from what the server refuses by, so that a fault of that does not hide itself.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SHORTEST: Final = 13
LONGEST: Final = 19
_UUID: Final = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)
_RUN: Final = re.compile(r"[0-9A-Za-z_+.]*[0-9][0-9A-Za-z_+.]*(?:[ -][0-9A-Za-z_+.]*[0-9][0-9A-Za-z_+.]*)*")
"""Words with digits, one space or hyphen apart."""
_DOTTED: Final = re.compile(r"[0-9]{4}(?:\.[0-9]{1,4}){3,4}")
_TAG: Final = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Found:
    """A number that looks like a card's, and where it stands."""

    where: str
    digits: str


def is_luhn(digits: str) -> bool:
    """Say whether the last of ``digits`` is the check digit of the others."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def numbers_in(text: str) -> Iterator[str]:
    """Yield every number of 13 to 19 digits in ``text`` that could be a card's, without what stands between them."""
    for run in _RUN.findall(_UUID.sub("", text)):
        words = [
            word.replace(".", "") if _DOTTED.fullmatch(word) else word.rstrip(".") for word in re.split("[ -]", run)
        ]
        for first in range(len(words)):
            digits = ""
            for word in words[first:]:
                digits += word
                if not (word.isascii() and word.isdigit()) or len(digits) > LONGEST:
                    break
                if len(digits) >= SHORTEST and digits[0] > "1" and is_luhn(digits):
                    yield digits


def in_text(where: str, text: str) -> list[Found]:
    """Return what is found in a text."""
    return [Found(where, digits) for digits in dict.fromkeys(numbers_in(text))]


def in_picture(path: Path) -> list[Found]:
    """Return what is found in the words of a recorded screen (SVG): what is drawn, not how."""
    drawn = _TAG.sub(lambda tag: "\n" if tag[1] else "", path.read_text(encoding="utf-8"))
    return in_text(str(path), drawn.replace("&#160;", " "))


def in_database(path: Path) -> list[Found]:
    """Return what is found in every value of every row of every table of a SQLite file."""
    found = []
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in connection.execute(f'SELECT * FROM "{table}"'):  # its own tables
                found += [one for value in row for one in in_text(table, _as_text(value))]
    return found


def in_files(paths: Iterable[Path]) -> list[Found]:
    """Return what is found in text files."""
    return [one for path in paths for one in in_text(str(path), path.read_text(encoding="utf-8", errors="replace"))]


def _as_text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
