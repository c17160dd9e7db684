"""Pages of a list: how many items, and the opaque cursor that says where the next page begins."""

from __future__ import annotations

import base64
import json
from typing import Annotated

from pydantic import Field

from backend.errors import invalid

Limit = Annotated[int, Field(ge=1, le=200)]
"""How many items a page has at most; 50 unless asked otherwise."""
Cursor = Annotated[str, Field(max_length=1000)]


def cursor_of(*parts: str) -> str:
    """Return the cursor behind the item that ``parts`` (its sort keys) name."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def parts_of(cursor: str, count: int) -> tuple[str, ...]:
    """Return the sort keys that a cursor was made of. Raises ``invalid`` (422) for one that was not made here."""
    try:
        said = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError) as error:
        raise _no_cursor() from error
    if not isinstance(said, list) or len(said) != count or not all(isinstance(part, str) for part in said):
        raise _no_cursor()
    return tuple(said)


def _no_cursor() -> Exception:
    return invalid("cursor", "This place in the list is not known. Start again from the top.")
