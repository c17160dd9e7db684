"""Makes strings of an answer harmless to a terminal, the moment they are read.

Whatever a server, a visitor or a roster file puts into a name may end on somebody's terminal. Characters that act
there (escape sequences, line breaks, bidirectional overrides) or hide there (zero-width, tags) are taken out of every
string of every answer. This is the second of three nets: the server refuses them at its edge, the screen drops them
once more.
"""

import re
import unicodedata
from typing import Final

_BREAKS: Final = "\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029"
_INVISIBLE: Final = (
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiners and fillers without a width
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f"  # zero width, marks and overrides of direction, isolates
    "\u2800\u3164\ufeff\uffa0\ufff9-\ufffc"  # blanks that look like nothing, byte order mark, annotations
    "\ufe00-\ufe0f\U000e0000-\U000e0fff"  # variation selectors, tags
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001343f"  # around other signs
    "\U0001d173-\U0001d17a\U0001bca0-\U0001bca3"  # musical and shorthand format controls
)
_LONE: Final = re.compile("[\ud800-\udfff]")
_BREAK: Final = re.compile(f"[{_BREAKS}]+")
_HIDDEN: Final = re.compile(f"[{_INVISIBLE}]")
_HIDDEN_EXCEPT_NEWLINE: Final = re.compile(f"(?!\n)[{_INVISIBLE}]")
_MAYBE_TOWER: Final = re.compile(r"[^\x00-\x7f\w]{5}")
_LINE_END: Final = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
LONGEST_LINE: Final = 4_000
"""Characters of one line: twice what the server takes of anything, and nothing that a page could not wrap."""
LONGEST_TEXT: Final = 200_000
"""Characters of a text of many lines: terms of sixty pages."""
MARKS: Final = 4
"""Marks that one letter keeps: more than a script puts on one are a tower over the lines above."""


def clean_line(text: str) -> str:
    """Return `text` as one line of visible characters: breaks become one space, what acts or hides is dropped.

    Half surrogates, which could not be printed at all, become U+FFFD. Marks piled on one letter beyond `MARKS` are
    dropped, and what is longer than `LONGEST_LINE` is cut.
    """
    text = _cut(text, LONGEST_LINE)
    if text.isascii() and text.isprintable():
        return text
    return _without_towers(_HIDDEN.sub("", _BREAK.sub(" ", _LONE.sub("\ufffd", text))))


def clean_lines(text: str) -> str:
    """Return `text` like `clean_line`, but keep its line breaks, each as a newline; tabs become a space."""
    text = _cut(text, LONGEST_TEXT)
    if text.isascii() and text.isprintable():
        return text
    plain = _LINE_END.sub("\n", _LONE.sub("\ufffd", text)).replace("\t", " ")
    return _without_towers(_HIDDEN_EXCEPT_NEWLINE.sub("", plain))


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _without_towers(text: str) -> str:
    if _MAYBE_TOWER.search(text) is None:
        return text
    kept: list[str] = []
    height = 0
    for sign in text:
        height = height + 1 if unicodedata.category(sign) in {"Mn", "Me"} else 0
        if height <= MARKS:
            kept.append(sign)
    return "".join(kept)
