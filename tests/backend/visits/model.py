"""A small model of booking: dictionaries that say what must be true, for the state machine to hold the server against.

Its rules are those of :func:`tests.backend.visits.world.build`: 24 hours' notice, a cut-off of 24 hours for moving and
for cancelling without a loss, holds of 10 minutes that are renewed once and never last beyond 20.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from tests.backend.visits.world import HALF_HOUR, TUESDAY_NINE

PLACES: Final = 2
STARTS: Final = tuple(TUESDAY_NINE + HALF_HOUR * number for number in range(3))
MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the model knows of one person's hold; it stays known after its end, until it is let go of or confirmed."""

    starts_at: datetime
    person: int
    first: datetime
    until: datetime
    hold_id: str
    renewed: bool = False


@dataclass(frozen=True, slots=True)
class Booked:
    """What the model knows of one visit that stands."""

    starts_at: datetime
    visitor: int
    person: int
    flags: frozenset[str] = frozenset()
    """The blackouts that want a person to look at it."""


@dataclass(slots=True)
class Model:
    """Everything that is known; visitors and persons are numbers, ``now`` is given to whatever depends on it."""

    kept: dict[int, Kept] = field(default_factory=dict)
    booked: dict[str, Booked] = field(default_factory=dict)
    closed: dict[str, datetime] = field(default_factory=dict)
    """The start that each blackout in force closes."""
    paid_for_nothing: int = 0
    """Visits that were cancelled too late for anything to come back."""

    def living(self, now: datetime) -> dict[int, Kept]:
        """Return the holds that have not ended: their end is exclusive."""
        return {visitor: kept for visitor, kept in self.kept.items() if now < kept.until}

    def may_hold(self, visitor: int, person: int, starts_at: datetime, now: datetime) -> bool:
        """Say whether a start can be held; what is held already is shown again, however short the notice is now."""
        own = self.living(now).get(visitor)
        if own is not None and (own.starts_at, own.person) == (starts_at, person):
            return not self._is_closed(starts_at)
        others = [(other, kept) for other, kept in self.living(now).items() if other != visitor]
        return self._is_free((visitor, person), starts_at, now, (*others, *self._visits()))

    def held(self, visitor: int, person: int, starts_at: datetime, now: datetime) -> tuple[datetime, datetime, bool]:
        """Return since when, until when, and whether renewed already, the hold is that is taken now."""
        own = self.living(now).get(visitor)
        if own is not None and (own.starts_at, own.person) == (starts_at, person):
            return own.first, own.until, own.renewed
        first = own.first if own else now
        return first, min(now + 10 * MINUTE, first + 20 * MINUTE), bool(own and own.renewed)

    def renewed(self, visitor: int, now: datetime) -> Kept | None:
        """Return the hold as it would be once renewed, None if it cannot be."""
        kept = self.kept[visitor]
        longer = min(kept.until + 10 * MINUTE, kept.first + 20 * MINUTE)
        if visitor not in self.living(now) or kept.renewed or longer == kept.until or self._is_closed(kept.starts_at):
            return None
        return replace(kept, until=longer, renewed=True)

    def may_confirm(self, visitor: int, now: datetime) -> bool:
        """Say whether a hold can be confirmed; one that has ended must be free, and have its notice, anew."""
        kept = self.kept[visitor]
        if visitor in self.living(now):
            return not self._is_closed(kept.starts_at)
        return self.may_hold(visitor, kept.person, kept.starts_at, now)

    def may_move(self, visit_id: str, to: datetime, now: datetime) -> bool:
        """Say whether a visit can be moved; what its own account holds does not stand in the way."""
        visit = self.booked[visit_id]
        if to == visit.starts_at or now >= visit.starts_at - DAY:
            return False
        held = [(visitor, kept) for visitor, kept in self.living(now).items() if visitor != visit.visitor]
        return self._is_free((visit.visitor, visit.person), to, now, (*held, *self._visits(but=visit_id)))

    def moved(self, visit_id: str, to: datetime, now: datetime) -> None:
        """Move a visit; its account's hold is let go of where it was in the way."""
        visit = self.booked[visit_id]
        own = self.living(now).get(visit.visitor)
        if own is not None and own.starts_at == to:
            del self.kept[visit.visitor]
        self.booked[visit_id] = replace(visit, starts_at=to, flags=frozenset())

    def comes_back(self, visit_id: str, now: datetime) -> int | None:
        """Return the cents that cancelling brings back, None if it is too late to cancel."""
        starts_at = self.booked[visit_id].starts_at
        if now >= starts_at:
            return None
        return 570 if now < starts_at - DAY else 0

    def touched(self, starts_at: datetime, now: datetime) -> list[str]:
        """Return the visits that a blackout of a start touches."""
        return [name for name, one in self.booked.items() if one.starts_at == starts_at and now < starts_at]

    def edges(self, now: datetime) -> list[datetime]:
        """Return the instants ahead at which something ends."""
        found = {kept.until for kept in self.kept.values()} | {start - DAY for start in STARTS} | set(STARTS)
        return sorted(edge for edge in found if edge > now)

    def _is_closed(self, starts_at: datetime) -> bool:
        return starts_at in self.closed.values()

    def _visits(self, but: str = "") -> list[tuple[int, Booked]]:
        return [(one.visitor, one) for name, one in self.booked.items() if name != but]

    def _is_free(
        self, who: tuple[int, int], starts_at: datetime, now: datetime, others: Iterable[tuple[int, Kept | Booked]]
    ) -> bool:
        there = [(visitor, one.person) for visitor, one in others if one.starts_at == starts_at]
        busy = any(who[0] == visitor or who[1] == person for visitor, person in there)
        return not busy and len(there) < PLACES and now <= starts_at - DAY and not self._is_closed(starts_at)
