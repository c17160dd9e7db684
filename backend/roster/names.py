"""Names as they are compared: folded to plain small letters, in tokens, with the suffix apart. Pure functions.

``O'Brien``, ``OBRIEN`` and ``O’Brien`` are one; so are ``Łukasz`` and ``Lukasz``, and ``Garcia-Lopez`` and
``Garcia Lopez``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv", "v", "junior", "senior", "2nd", "3rd", "4th"})
_SAME_SUFFIX: Final = {"junior": "jr", "senior": "sr", "2nd": "ii", "3rd": "iii", "4th": "iv"}
REMEMBERED: Final = 8192
"""Names repeat within a roster: so many are folded only once."""
_LETTERS: Final = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "ŧ": "t",
        "ŋ": "n",
        "ĸ": "k",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ß": "ss",
        "ə": "e",
    }
)
"""Letters that Unicode does not take apart into a plain letter and a mark."""
_APOSTROPHES: Final = re.compile("['’‘ʼʻ`´ʹ′＇.]")
_APART: Final = re.compile(r"[^\w]+|_+")
_NUMBER_APART: Final = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a name, folded: its tokens, and all of them as one word."""

    tokens: tuple[str, ...]

    @property
    def joined(self) -> str:
        """The tokens without spaces: ``De La Cruz`` and ``Delacruz`` are one."""
        return "".join(self.tokens)

    @property
    def letters(self) -> int:
        """How many letters and digits the field has."""
        return len(self.joined)

    @property
    def keys(self) -> tuple[str, ...]:
        """What the field is found by: each token, and the whole."""
        return tuple(dict.fromkeys((*self.tokens, self.joined))) if self.tokens else ()


@dataclass(frozen=True, slots=True)
class FullName:
    """One name that a person has: given names, family names, and the suffix if there is one."""

    given: Field
    family: Field
    suffix: str | None = None


@lru_cache(maxsize=REMEMBERED)
def fold(text: str) -> str:
    """Return ``text`` in plain small letters: no marks, no apostrophes or full stops, other signs as spaces."""
    plain = _APOSTROPHES.sub("", text).casefold()
    if not plain.isascii():
        bare = unicodedata.normalize("NFKD", plain.translate(_LETTERS))
        kept = "".join(each for each in bare if not unicodedata.combining(each))
        plain = _APOSTROPHES.sub("", kept).casefold().translate(_LETTERS)
    return " ".join(_APART.sub(" ", plain).split())


def field_of(text: str) -> tuple[Field, str | None]:
    """Return one field of a name as it is compared, and the suffix that stood at its end, if any."""
    tokens = fold(text).split()
    suffix = None
    if len(tokens) > 1 and tokens[-1] in SUFFIXES:
        suffix = same_suffix(tokens.pop())
    return Field(tuple(tokens)), suffix


def same_suffix(text: str | None) -> str | None:
    """Return a suffix as it is compared: ``Junior`` and ``Jr.`` are one."""
    said = fold(text or "").replace(" ", "")
    return _SAME_SUFFIX.get(said, said) or None


def full_name(first: str, last: str, suffix: str | None = None) -> FullName:
    """Return a name given in two fields as it is compared; a suffix in the last field counts as one."""
    given, beside_given = field_of(first)
    family, beside_family = field_of(last)
    return FullName(given, family, same_suffix(suffix) or beside_family or beside_given)


def readings(text: str) -> tuple[FullName, ...]:
    """Return every way to read one line as a name: ``Last, First``, or any number of given names before the family's.

    One word alone is read as a family name without given names.
    """
    last, comma, first = text.partition(",")
    if comma and same_suffix(first) not in SUFFIXES:
        return (full_name(first, last),)
    field, suffix = field_of(text.replace(",", " "))
    tokens = field.tokens
    if len(tokens) < 2:
        return (FullName(Field(()), field, suffix),)
    return tuple(FullName(Field(tokens[:cut]), Field(tokens[cut:]), suffix) for cut in range(len(tokens) - 1, 0, -1))


def number_key(text: str) -> str:
    """Return a booking number as it is compared: case, spaces and dashes are forgiven, nothing else."""
    return _NUMBER_APART.sub("", unicodedata.normalize("NFKC", text).casefold())


def same_person(one: str, other: str) -> bool:
    """Say whether two names on one line each may be of one person: as they are compared, in whichever order.

    Middle names are not compared, for they are often left out; a suffix only where both have one.
    """
    first, first_suffix = _ways(one)
    second, second_suffix = _ways(other)
    if first_suffix is not None and second_suffix is not None and first_suffix != second_suffix:
        return False
    return not first.isdisjoint(second)


def same_name(one: str, other: str) -> bool:
    """Say whether two names on one line each are the same to the letter, as they are compared, suffix included."""
    return fold(one) == fold(other)


@lru_cache(maxsize=REMEMBERED)
def _ways(text: str) -> tuple[frozenset[frozenset[str]], str | None]:
    """Return the pairs of given and family name that a line may mean, and its suffix."""
    found = readings(text)
    tokens = [token for part in (found[0].given, found[0].family) for token in part.tokens]
    pairs = {frozenset((name.given.joined, name.family.joined)) for name in found}
    if len(tokens) > 2:
        given, family = found[0].given.tokens, found[0].family.tokens
        pairs.add(frozenset((tokens[0], tokens[-1])))
        if "," in text and given and family:
            pairs.add(frozenset((given[0], "".join(family))))
    return frozenset(pairs), found[0].suffix
