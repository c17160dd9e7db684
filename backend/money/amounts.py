"""Amounts that a person may name, and between which bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from backend.errors import invalid
from backend.money.words import amount_words

CURRENCY: Final = "USD"
"""What prices, balances and codes are kept in."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most, both included, in minor units of :data:`CURRENCY`."""

    least_minor: int
    most_minor: int

    def check(self, field: str, amount_minor: int) -> None:
        """Refuse an amount that is out of bounds. Raises ``invalid`` (422) for ``field``."""
        if not self.least_minor <= amount_minor <= self.most_minor:
            least, most = amount_words(self.least_minor, CURRENCY), amount_words(self.most_minor, CURRENCY)
            raise invalid(field, f"Enter an amount from {least} to {most}.")
