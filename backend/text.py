"""Text that comes in: refused where it could act on a terminal or hide in one, trimmed, and limited in length.

Every string of every request passes :func:`first_unfit` at the server's edge; the types here say how long a field may
be and whether it may have several lines. What is wrong is said in sentences that name no character code. Nowhere where
people write freely may the number of a card stand.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints
from pydantic_core import PydanticCustomError

from backend.card_numbers import holds_card_number

UNFIT: Final = "This contains characters that cannot be seen. Type it instead of pasting it."
CARD_NUMBER: Final = (
    "This looks like a card number, so it was not kept. Take it out; a card is only entered where it is asked for."
)
_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Controls (C0, C1), formats (bidirectional marks, zero-width, tags), lone surrogates, separators of lines."""
_INVISIBLE: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
"""Letters and marks without a shape: joiners, fillers, variation selectors."""
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SPACES: Final = re.compile(r"[^\S\n]+")


def sentence_error(sentence: str) -> PydanticCustomError:
    """Return the error by which a validator says ``sentence`` to the person."""
    return PydanticCustomError("sentence", "{sentence}", {"sentence": sentence})


def is_fit(text: str, *, line_ends: bool = True) -> bool:
    """Return whether ``text`` holds only characters that show what they are (and line ends, where they may be)."""
    if text.isascii() and text.isprintable():
        return True
    return all(
        (character == "\n" and line_ends)
        or (unicodedata.category(character) not in _REFUSED_CATEGORIES and character not in _INVISIBLE)
        for character in text
    )


def first_unfit(value: object, where: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    """Return the path of the first string in a JSON value (keys too) that is not :func:`is_fit`, or None."""
    if isinstance(value, str):
        return None if is_fit(value) else where
    if isinstance(value, dict):
        for key, held in value.items():
            if not is_fit(key):
                return where
            if (found := first_unfit(held, (*where, key))) is not None:
                return found
    if isinstance(value, list):
        for position, held in enumerate(value):
            if (found := first_unfit(held, (*where, str(position)))) is not None:
                return found
    return None


def _refuse_card_number(text: str) -> str:
    if holds_card_number(text):
        raise sentence_error(CARD_NUMBER)
    return text


def _one_line(text: str) -> str:
    if not is_fit(text, line_ends=False):
        raise sentence_error("This has more than one line." if is_fit(text) else UNFIT)
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def _many_lines(text: str) -> str:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if not is_fit(plain):
        raise sentence_error(UNFIT)
    return "\n".join(_SPACES.sub(" ", line).strip() for line in unicodedata.normalize("NFC", plain).split("\n")).strip()


def _with_a_letter(text: str) -> str:
    if not any(character.isalpha() for character in text):
        raise sentence_error("Enter a name, with letters.")
    return text


def _trim(value: object) -> object:
    return _one_line(value) if isinstance(value, str) else value


def _trim_lines(value: object) -> object:
    return _many_lines(value) if isinstance(value, str) else value


NoCardNumber = AfterValidator(_refuse_card_number)
"""Refuses what looks like the number of a card."""
Line = Annotated[str, Field(min_length=1, max_length=200), BeforeValidator(_trim), NoCardNumber]
"""One line of 1 to 200 characters, trimmed, with single spaces."""
ShortLine = Annotated[str, Field(min_length=1, max_length=80), BeforeValidator(_trim), NoCardNumber]
"""One line of 1 to 80 characters."""
NumberLine = Annotated[str, Field(min_length=1, max_length=80), BeforeValidator(_trim)]
"""One line of 1 to 80 characters in which a long number is in its place: a booking number, a telephone number."""
PersonText = Annotated[ShortLine, AfterValidator(_with_a_letter)]
"""A name of a person, or a part of one: up to 80 characters, at least one of them a letter."""
FullName = Annotated[Line, AfterValidator(_with_a_letter)]
"""A whole name: up to 200 characters, at least one of them a letter."""
Paragraphs = Annotated[str, Field(min_length=1, max_length=2000), BeforeValidator(_trim_lines), NoCardNumber]
"""Text of several lines, up to 2,000 characters."""
Key = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_:.\-]+$")]
"""An identifier, a cursor or a code: letters, digits and ``_ : . -``; one that names nothing is *not found*."""
NewPassword = Annotated[SecretStr, Field(min_length=12, max_length=128)]
"""A password being chosen: 12 to 128 characters, nothing else is asked of it."""
GivenPassword = Annotated[SecretStr, Field(max_length=1024)]
"""A password being checked."""


def _as_day(value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value.strip()):
        return value.strip()
    raise sentence_error("Enter a real date as year, month and day, such as 1988-04-12.")


Day = Annotated[date, BeforeValidator(_as_day)]
"""A calendar date, written ``YYYY-MM-DD`` and in no other way."""
