"""Names and addresses that a list keeps in capitals, as people write them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

SMALL: Final = frozenset({"and", "at", "by", "du", "for", "in", "of", "on", "or", "the", "to"})
ABBREVIATIONS: Final = frozenset(
    {"bldg", "blvd", "bvd", "cntr", "cnty", "cpl", "cpt", "crk", "ct", "ctr", "dr", "ft"}
) | {
    *("frwy", "fwy", "hts", "hwy", "jr", "ln", "lt", "mr", "mrs", "ms", "mt", "mtn", "pkwy", "pl", "pvt", "rd", "rt"),
    *("sgt", "spgs", "sq", "sr", "st", "str", "tpk", "trl", "twp"),
}
"""Words without a vowel that are no acronyms."""
ACRONYMS: Final = frozenset(
    {"AL", "AZ", "BIA", "BOP", "CAPP", "CCA", "CI", "CIW", "DCCO", "DEC", "DOC", "FCI", "IA"}
) | {
    *("ICE", "ID", "IHSC", "IL", "ISP", "LCU", "MCCO", "MIPP", "NA", "NE", "NECC", "OCC", "OH", "OKC", "OSP", "PACT"),
    *("PO", "SCI", "SE", "STU", "TCIX", "UDC", "US", "USA", "USP", "YA"),
}
"""Words with a vowel that are said letter by letter, or are written so in these lists."""
_VOWELS: Final = frozenset("AEIOUY")
_ROMAN: Final = re.compile(r"(?=[IVX])X{0,3}(IX|IV|V?I{0,3})")
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ORDINAL: Final = re.compile(r"\d+(ST|ND|RD|TH)")


def sensible_case(text: str) -> str:
    """Return ``text`` with capitals where people put them; text that is not all in capitals is left as it is.

    ``MCALESTER FEDERAL CORRECTIONAL INSTITUTION II`` becomes ``McAlester Federal Correctional Institution II``.
    """
    if text != text.upper():
        return text
    words = list(_WORD.finditer(text))
    before = {found.start(): earlier[0] for earlier, found in pairwise(words)}
    last = words[-1].start() if words else 0
    return _WORD.sub(lambda found: _word(found[0], before.get(found.start()), is_last=found.start() == last), text)


def _word(word: str, before: str | None, *, is_last: bool) -> str:
    """Return one word as it is written behind the word ``before`` it."""
    if before is not None and not is_last and word.lower() in SMALL:
        return word.lower()
    if word == "A" and before is not None and before.lower() in SMALL:
        return "a"  # elsewhere a lone A is somebody's initial
    if _ORDINAL.fullmatch(word):
        return word.lower()
    if word[0].isdecimal() or word in ACRONYMS or _is_initials(word) or _ROMAN.fullmatch(word):
        return word
    if "'" in word or "’" in word:
        return "".join(_capital(part) for part in re.split("(['’])", word))
    return _mc(word)


def _is_initials(word: str) -> bool:
    """Say whether a word can only be said letter by letter: short, no vowel, no known abbreviation."""
    return 2 <= len(word) <= 5 and word.isalpha() and not _VOWELS & set(word) and word.lower() not in ABBREVIATIONS


def _mc(word: str) -> str:
    if len(word) > 4 and word.startswith("MC"):
        return f"Mc{word[2:].capitalize()}"
    return word.capitalize()


def _capital(part: str) -> str:
    """Return one part of a word with an apostrophe: ``O'BRIEN`` has two capitals, ``WOMEN'S`` has one."""
    return part.lower() if len(part) == 1 and part in {"S", "T"} else _mc(part)
