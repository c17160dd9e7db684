"""From models to what JSON and query strings hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, TypeAlias, overload

from backend_client.models.common import Secret

if TYPE_CHECKING:
    from backend_client.models.common import Money
    from backend_client.models.visits import Attendee, Override

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"
"""What may stand in a body. No floats: nothing on this wire is one."""

Sendable: TypeAlias = (
    "bool | int | str | date | datetime | Secret | Money | Attendee | Override | Sequence[Sendable] | None"
)
"""What a resource may put into a field of a body."""


@overload
def encode(value: Mapping[str, Sendable]) -> dict[str, Json]: ...
@overload
def encode(value: Sendable) -> Json: ...
def encode(value: Sendable | Mapping[str, Sendable]) -> Json:  # noqa: PLR0911  # one line per kind of value
    """Return `value` as the wire writes it: instants as RFC 3339 UTC with Z, dates as YYYY-MM-DD, enums as their value.

    Raises ValueError for a naive instant.
    """
    if isinstance(value, Mapping):
        return {name: encode(inner) for name, inner in value.items()}
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Sequence):
        return [encode(inner) for inner in value]
    return {field.name: encode(getattr(value, field.name)) for field in fields(value)}


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
