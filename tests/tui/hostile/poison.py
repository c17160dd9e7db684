"""Deals hostile strings into the answers of a scripted server."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from itertools import cycle
from typing import Annotated, TypeVar, get_args, get_origin, get_type_hints

from backend_client import Secret
from backend_client._decode import decode
from tests.hostile import HUGE, corpus
from tests.tui.fake_server import Json, wire

T = TypeVar("T")

KEPT = frozenset({"version", "code", "type", "next_cursor", "step", "token"})
"""What programs compare or send back, beside ids: with other ones they find nothing, and show nothing."""
ZONES_AND_MONEY = frozenset({"zone", "time_zone", "currency"})
TOGETHER = 4
"""Strings in one field: a cell of a table shows the first of them, a paragraph all."""


class Poison:
    """Deals strings out for one screen: first new ones that no screen had, then those that others had, without end.

    Args:
        new: What no screen had yet; what is dealt of it is taken from it.
        portion: How many of the new ones this screen gets at most: the next ones want some too.
        senseless: Whether statuses, zones and currencies are hostile too, of which no page can make sense.
    """

    def __init__(self, new: deque[str], portion: int, *, senseless: bool = False) -> None:
        self._new = new
        self._portion = portion
        self._had = cycle(corpus()[-len(new) :])
        self._senseless = senseless

    def text(self) -> str:
        """Return the next strings as one text; a huge one stands alone."""
        taken = [self._next()]
        while len(taken) < TOGETHER and max(map(len, taken)) < HUGE:
            taken.append(self._next())
        return " ".join(taken)

    def line(self) -> str:
        """Return a line as the client would read it."""
        return decode(str, self.text())

    def _next(self) -> str:
        if not self._new or self._portion <= 0:
            return next(self._had)
        self._portion -= 1
        return self._new.popleft()

    def model(self, value: T) -> T:
        """Return a model as the client would read it, with hostile text in it."""
        return decode(type(value), self.json(value))

    def json(self, value: object, name: str = "") -> Json:  # noqa: PLR0911  # one line per kind of value
        """Write ``value``, made of models, with a hostile string wherever a string of free text stands."""
        if isinstance(value, Secret):
            return value.reveal()
        if isinstance(value, Enum):
            return self.text() if self._senseless else wire(value)
        if isinstance(value, str):
            return value if self._keeps(name) else self.text()
        if is_dataclass(value) and not isinstance(value, type):
            hints = get_type_hints(type(value), include_extras=True)
            return {
                item.name: self._field(getattr(value, item.name), hints[item.name], item.name) for item in fields(value)
            }
        if isinstance(value, dict):
            return {str(key): self.json(inner, str(key)) for key, inner in value.items()}
        if isinstance(value, Sequence):
            return [self.json(inner, name) for inner in value]
        return wire(value)

    def _field(self, value: object, hint: object, name: str) -> Json:
        lacks_text = value is None and str in _alternatives(hint)
        return self.text() if lacks_text and not self._keeps(name) else self.json(value, name)

    def _keeps(self, name: str) -> bool:
        if name in ZONES_AND_MONEY:
            return not self._senseless
        return name in KEPT or name == "id" or name.endswith("_id")


def _alternatives(hint: object) -> Iterator[object]:
    for inner in get_args(get_args(hint)[0] if get_origin(hint) is Annotated else hint):
        yield get_args(inner)[0] if get_origin(inner) is Annotated else inner
