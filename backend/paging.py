"""Pages of a list: how many items, and the opaque cursor that says where the next page begins."""

from __future__ import annotations

import base64
import json
import re
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import Field

from backend.errors import invalid
from backend.types import EPOCH

Limit = Annotated[int, Field(ge=1, le=200)]
"""How many items a page has at most; 50 unless asked otherwise."""
Cursor = Annotated[str, Field(max_length=1000)]
_WHOLE: Final = re.compile("-?[0-9]{1,19}")
_MOST: Final = 2**63 - 1
"""What a column of whole numbers holds."""


def cursor_of(*parts: str) -> str:
    """Return the cursor behind the item that ``parts`` (its sort keys) name."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def parts_of(cursor: str, count: int) -> tuple[str, ...]:
    """Return the sort keys that a cursor was made of. Raises ``invalid`` (422) for one that was not made here."""
    try:
        said = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError) as error:
        raise _no_cursor() from error
    if not isinstance(said, list) or len(said) != count or not all(_is_text(part) for part in said):
        raise _no_cursor()
    return tuple(said)


def _is_text(part: object) -> bool:
    """Say whether a part is text that both databases take: no half of a character, no NUL."""
    return isinstance(part, str) and "\0" not in part and not any("\ud800" <= letter <= "\udfff" for letter in part)


def whole_of(part: str) -> int:
    """Return a sort key that is a whole number of at most 64 bits. Raises ``invalid`` (422) for anything else."""
    if not _WHOLE.fullmatch(part) or not -_MOST - 1 <= int(part) <= _MOST:
        raise _no_cursor()
    return int(part)


def instant_of(part: str) -> datetime:
    """Return a sort key that is an instant in microseconds since 1970 UTC. Raises ``invalid`` (422) otherwise."""
    try:
        return EPOCH + timedelta(microseconds=whole_of(part))
    except OverflowError as error:
        raise _no_cursor() from error


def _no_cursor() -> Exception:
    return invalid("cursor", "This place in the list is not known. Start again from the top.")
