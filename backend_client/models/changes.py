"""What changed on the server since a cursor."""

from __future__ import annotations

from dataclasses import dataclass

from backend_client.models.common import WireEnum


class ChangeKind(WireEnum):
    """The noun that changed."""

    ACCESS = "access"
    BLACKOUT = "blackout"
    VISIT = "visit"
    PAYMENT = "payment"
    HOLD = "hold"
    DRAFT = "draft"
    RESTRICTION = "restriction"
    ACCOUNT = "account"
    DISPUTE = "dispute"


@dataclass(frozen=True)
class Change:
    """One change: its place in the stream, what kind of thing, and the thing's id. Read the thing again to see it."""

    seq: int
    kind: ChangeKind
    id: str


@dataclass(frozen=True)
class Changes:
    """Changes in order, and the cursor to ask after next."""

    cursor: int
    items: tuple[Change, ...]
