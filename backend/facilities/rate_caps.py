"""US caps on the price of a video visit, as a dated table, and the cap that a facility falls under.

Figures: RULES section 7 (the Federal Communications Commission's caps on incarcerated people's communications
services, video, in force from 6 April 2026; 47 CFR part 64, subpart FF). A new order is a new table with its date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from backend.facilities.setting_values import VisitType

CAPPED_TYPES: Final[tuple[VisitType, ...]] = ("remote", "onsite_video")
"""Visits in person are no communications service: no cap holds for them."""

PRISON_KINDS: Final = frozenset({"prison"})
JAIL_KINDS: Final = frozenset({"jail", "detention", "juvenile", "immigration"})
"""47 CFR 64.6000 counts detention centres, juvenile and immigration ones included, among the jails."""


@dataclass(frozen=True, slots=True)
class CapTable:
    """The caps that an order sets from a date on. Amounts are US cents."""

    in_force_from: date
    prison_per_minute: int
    jail_per_minute: tuple[tuple[int, int], ...]
    """(average daily population from, cents a minute), largest population first."""
    transaction_fee: int
    source: str


CAP_TABLES: Final = (
    CapTable(
        in_force_from=date(2026, 4, 6),
        prison_per_minute=25,
        jail_per_minute=((1000, 19), (350, 19), (100, 21), (50, 25), (0, 44)),
        transaction_fee=0,
        source="FCC caps on video communications services, in force from 6 April 2026",
    ),
)
"""Oldest first."""


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that a facility may charge: US cents a minute, and cents a transaction."""

    per_minute: int
    transaction_fee: int
    source: str

    def session_fee(self, minutes: int) -> int:
        """Return the highest session fee, in cents, of a visit of so many minutes."""
        return self.per_minute * minutes


def kind_has_cap(kind: str) -> bool:
    """Say whether it is known under which caps facilities of ``kind`` fall; it is not for ``other`` and ``unknown``."""
    return kind in PRISON_KINDS | JAIL_KINDS


def cap_on(kind: str, population: int, on: date) -> Cap | None:
    """Return the cap in force on a date, None before the first one.

    ``kind`` is one with a cap (:func:`kind_has_cap`), ``population`` the average daily population.
    """
    begun = [table for table in CAP_TABLES if table.in_force_from <= on]
    return _cap_of(begun[-1], kind, population) if begun else None


def _cap_of(table: CapTable, kind: str, population: int) -> Cap:
    if kind in PRISON_KINDS:
        return Cap(table.prison_per_minute, table.transaction_fee, table.source)
    per_minute = next(cents for least, cents in table.jail_per_minute if population >= least)
    return Cap(per_minute, table.transaction_fee, table.source)
