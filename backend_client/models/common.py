"""Shapes that several nouns share: money, reasons, pages, secrets, and what all enums of the wire have in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Generic, Self, TypeVar, final

T = TypeVar("T")

MANY_LINES = "many_lines"
"""Marks, inside `Annotated`, a string that may hold newlines."""

Lines = Annotated[str, MANY_LINES]
"""A text of several lines (terms, messages). Every other string of an answer is one line."""


class WireEnum(StrEnum):
    """An enum of the wire. A value that this client does not know yet becomes a member-like string, never an error.

    Such a value compares equal to its string, has `known == False`, and is none of the named members: give every table
    that is keyed by a wire enum a default.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        unknown = str.__new__(cls, value)
        unknown._name_ = "UNKNOWN"
        unknown._value_ = value
        return unknown

    @property
    def known(self) -> bool:
        """Whether this value is one of the named members."""
        return self.value in type(self)._value2member_map_


class VisitType(WireEnum):
    """How a visit takes place."""

    REMOTE = "remote"
    ONSITE_VIDEO = "onsite_video"
    IN_PERSON = "in_person"


@final
@dataclass(frozen=True)
class Money:
    """An amount in integer minor units (`minor` 570 of `USD` is $5.70).

    It has no arithmetic: only the server adds up.
    """

    minor: int
    currency: str


@dataclass(frozen=True)
class Reason:
    """One broken rule: its stable code, a sentence for a person, and facility-local dates.

    `first_passes_on` is the first date of a visit that it lets pass; `can_be_asked_from` is the date from which on this
    can be asked for, where only waiting helps. `overridable` says whether this account may override it; None for those
    who may override nothing.
    """

    code: str
    sentence: str
    first_passes_on: date | None = None
    overridable: bool | None = None
    can_be_asked_from: date | None = None


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field of a form: the field's name on the wire, and a sentence."""

    field: str
    sentence: str


@dataclass(frozen=True)
class FacilityRef:
    """A facility in few words. `zone` is an IANA name, None for a facility that still needs one."""

    id: str
    name: str
    state: str
    city: str | None = None
    zone: str | None = None


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list. Ask for the next with `next_cursor`; None says that this is the last."""

    items: tuple[T, ...]
    next_cursor: str | None = None


@final
class Secret:
    """A token or password that shows itself only to `reveal()`: never in a repr, a log or a traceback."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Keep `value`."""
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself: for a header, a body or a vault, never for a screen."""
        return self._value

    def __repr__(self) -> str:
        """Say that there is a secret, and nothing of it."""
        return "Secret(…)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        """Compare by content."""
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        """Hash by content."""
        return hash(self._value)

    def __reduce__(self) -> str:
        """Refuse to be pickled: a secret is not to be written anywhere but a vault."""
        raise TypeError("a secret is not pickled")
