"""A text that nothing may show: keys of others, by which money moves."""

from __future__ import annotations

import hmac
from typing import Final

HIDDEN: Final = "(hidden)"


class Secret:
    """Text that shows as nothing wherever it is printed, logged, formatted or pickled; only :meth:`reveal` gives it.

    A crash that prints the variables of every frame prints this object's ``repr``.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        """Keep ``text``; empty where nothing is set."""
        self._text = text

    def reveal(self) -> str:
        """Return the text, to be handed on at once and kept in no variable."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash(HIDDEN)

    def __repr__(self) -> str:
        return HIDDEN if self._text else "(not set)"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a secret is not copied into what is kept")


NOT_SET: Final = Secret()
