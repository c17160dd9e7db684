"""What the change cursor says on the wire."""

from __future__ import annotations

from backend.changes.service import Kind, Seen
from backend.web import Schema


class ChangeSeen(Schema):
    """One change: its number in the stream, what kind of thing changed, and the id of that thing."""

    seq: int
    kind: Kind
    id: str


class Changes(Schema):
    """What changed, oldest first, and the cursor to ask after next time."""

    cursor: int
    items: tuple[ChangeSeen, ...]

    @classmethod
    def of(cls, seen: Seen) -> Changes:
        """Return what the server saw, as it is said on the wire."""
        return cls.model_validate(
            {
                "cursor": seen.cursor,
                "items": [{"seq": item.seq, "kind": item.kind, "id": item.subject_id} for item in seen.items],
            }
        )
