"""How a price is split over what can pay it: always in one order, and the card pays the rest. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from backend.money.ledger import Fees, FeeSource, Line

Paying = Literal["facility", "free", "promo", "credit", "balance"]
ORDER: Final[tuple[Paying, ...]] = ("facility", "free", "promo", "credit", "balance")
"""Who pays first. What others give goes before what a visitor has, and what lapses before what stays."""

LEAST_BY_CARD: Final = 50
"""Minor units: the least that Stripe charges in dollars (its page on currencies, minimum charge amounts)."""
KEEPS_BACK: Final = frozenset({"promo", "credit", "balance"})
"""Sources that pay less where a card would be left with less than it can be charged; a free visit is free whole."""


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
    ordered = sorted(sources, key=lambda source: ORDER.index(source.fee_source))
    for source, amount in zip(ordered, _amounts(price.total_minor, ordered), strict=True):
        taken = _take(rest, amount)
        if taken.total_minor > 0:
            parts.append(Part(source.fee_source, source.label, taken, source.source_id))
            rest -= taken
    return Plan(tuple(parts), rest)


def _amounts(total_minor: int, sources: Sequence[Source]) -> list[int]:
    """Return what each source pays: all that it can, but for what leaves a card nothing or something to charge."""
    found, rest = [], total_minor
    for source in sources:
        found.append(min(max(0, source.most_minor), rest))
        rest -= found[-1]
    lacks = LEAST_BY_CARD - rest if 0 < rest < LEAST_BY_CARD <= total_minor else 0
    for position in reversed(range(len(found))):
        if sources[position].fee_source in KEEPS_BACK:
            kept = min(lacks, found[position])
            found[position] -= kept
            lacks -= kept
    return found


def _take(rest: Fees, most_minor: int) -> Fees:
    taken: dict[str, int] = {}
    lines: tuple[Line, ...] = tuple(rest.lines())
    for line in lines:
        taken[line] = min(rest.lines()[line], max(0, most_minor - sum(taken.values())))
    return Fees.of_lines(taken, rest.currency)
