"""The form that the SDK sends: ``a[b][0]=c`` and the like, and reading values out of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import parse_qsl

Value: TypeAlias = "str | list[Value] | dict[str, Value]"


def decoded(form: str) -> dict[str, Value]:
    """Return a form as what it says: nested, with a list wherever all keys are numbers."""
    root: dict[str, Value] = {}
    for name, text in parse_qsl(form, keep_blank_values=True):
        first, *inner = (step.rstrip("]") for step in name.split("["))
        here, last = root, first
        for step in inner:
            deeper = here.setdefault(last, {})
            if not isinstance(deeper, dict):
                raise ValueError(f"{name} is a value and holds values")
            here, last = deeper, step or str(len(deeper))
        here[last] = text
    return {name: _with_lists(value) for name, value in root.items()}


def _with_lists(value: Value) -> Value:
    if not isinstance(value, dict):
        return value
    inner = {name: _with_lists(one) for name, one in value.items()}
    return list(inner.values()) if inner and all(name.isdigit() for name in inner) else inner


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of a request, once they are known to be legal."""

    values: dict[str, Value] = field(default_factory=dict)

    def text(self, name: str, default: str | None = None) -> str | None:
        """Return a value; an empty one is as none."""
        value = self.values.get(name)
        return value if isinstance(value, str) and value else default

    def needed(self, name: str) -> str:
        """Return a value that the types say is always there."""
        value = self.text(name)
        if value is None:
            raise KeyError(name)
        return value

    def whole(self, name: str) -> int | None:
        """Return a whole number."""
        value = self.text(name)
        return None if value is None else int(value)

    def flag(self, name: str) -> bool:
        """Say whether something is asked for."""
        return self.text(name) == "true"

    def inner(self, name: str) -> Asked:
        """Return the values inside a value."""
        value = self.values.get(name)
        return Asked(value) if isinstance(value, dict) else Asked()

    def each(self, name: str) -> list[Asked]:
        """Return the values inside each of a list."""
        value = self.values.get(name)
        return [Asked(one) for one in value if isinstance(one, dict)] if isinstance(value, list) else []

    def texts(self, name: str) -> list[str]:
        """Return a list of values."""
        value = self.values.get(name)
        return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []

    def metadata(self) -> dict[str, str]:
        """Return what the sender wrote on the thing."""
        return {name: one for name, one in self.inner("metadata").values.items() if isinstance(one, str)}

    def has(self, names: Iterable[str]) -> bool:
        """Say whether any of the names is there."""
        return any(name in self.values for name in names)
