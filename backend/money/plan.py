"""How a price is split over what can pay it: always in one order, and the card pays the rest. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from backend.money.ledger import Fees, FeeSource, Line

Paying = Literal["facility", "free", "promo", "credit", "balance"]
ORDER: Final[tuple[Paying, ...]] = ("facility", "free", "promo", "credit", "balance")
"""Who pays first. What others give goes before what a visitor has, and what lapses before what stays."""


@dataclass(frozen=True, slots=True)
class Source:
    """Something that can pay, and the most that it can pay of one visit, in minor units."""

    fee_source: Paying
    label: str
    most_minor: int
    source_id: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What one source pays of a price."""

    fee_source: FeeSource
    label: str
    fees: Fees
    source_id: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A price, split. Parts and card together are the price, line by line."""

    parts: tuple[Part, ...]
    card: Fees

    @property
    def total(self) -> Fees:
        """Everything together: the price."""
        return sum((part.fees for part in self.parts), self.card)

    def of(self, fee_source: Paying) -> Part | None:
        """Return what one source pays, None if it pays nothing."""
        return next((part for part in self.parts if part.fee_source == fee_source), None)


def split(price: Fees, sources: Sequence[Source]) -> Plan:
    """Split ``price`` over ``sources``, whatever order they come in; each fills the lines from the first one on."""
    parts, rest = [], price
    for source in sorted(sources, key=lambda source: ORDER.index(source.fee_source)):
        taken = _take(rest, source.most_minor)
        if taken.total_minor > 0:
            parts.append(Part(source.fee_source, source.label, taken, source.source_id))
            rest -= taken
    return Plan(tuple(parts), rest)


def _take(rest: Fees, most_minor: int) -> Fees:
    taken: dict[str, int] = {}
    lines: tuple[Line, ...] = tuple(rest.lines())
    for line in lines:
        taken[line] = min(rest.lines()[line], max(0, most_minor - sum(taken.values())))
    return Fees.of_lines(taken, rest.currency)
