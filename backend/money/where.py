"""Which entries of an account's ledger are meant: paid on which days, about whom, where, and from what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import text

from backend.db import Tx
from backend.types import microseconds

Source = Literal["card", "balance", "credit", "free", "promo", "facility", "none", "cash"]
"""What paid: RULES section 7; ``cash`` fills a balance."""


@dataclass(frozen=True, slots=True)
class Span:
    """Instants (UTC, end exclusive) at which entries of one zone count; an open end is None."""

    zone: str
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Where:
    """Which of an account's entries count. None leaves all in, an empty tuple leaves none."""

    spans: tuple[Span, ...] | None = None
    names: tuple[str, ...] | None = None
    facilities: tuple[str, ...] | None = None
    source: Source | None = None
    as_of: datetime | None = None
    """Nothing that was entered after this instant."""

    def clauses(self, said: dict[str, object]) -> list[str]:
        """Return the conditions on the entry ``e``, and put their values into ``said``."""
        found = _within(self.spans, said)
        if self.as_of is not None:
            said["as_of"] = microseconds(self.as_of)
            found.append("e.entered_at <= :as_of")
        if self.source is not None:
            said["source"] = self.source
            found.append("e.fee_source = :source")
        for column, name, values in (
            ("individual_name", "name", self.names),
            ("facility_id", "facility", self.facilities),
        ):
            if values is not None:
                marks = [f":{name}{number}" for number in range(len(values))]
                said.update(zip((mark[1:] for mark in marks), values, strict=True))
                found.append(f"e.{column} IN ({', '.join(marks) or 'NULL'})")
        return found


EVERYTHING: Final = Where()


def zones(tx: Tx, account_id: str, since: datetime | None, until: datetime | None) -> Sequence[str]:
    """Return the different zones of an account's entries between two instants (end exclusive)."""
    said: dict[str, object] = {"account": account_id}
    where = ["account_id = :account", *_range("entered_at", "wide", since, until, said)]
    rows = tx.session.execute(
        text(f"SELECT DISTINCT zone FROM ledger_entry WHERE {' AND '.join(where)}"),  # noqa: S608  # constants
        said,
    )
    return [str(zone) for (zone,) in rows]


def people(tx: Tx, account_id: str) -> Sequence[str]:
    """Return the different names that an account's entries have."""
    rows = tx.session.execute(
        text("SELECT DISTINCT individual_name FROM ledger_entry WHERE account_id = :account"), {"account": account_id}
    )
    return [str(name) for (name,) in rows]


def facilities(tx: Tx, account_id: str) -> Mapping[str, str]:
    """Return the names of the facilities of an account's entries, by their ids."""
    rows = tx.session.execute(
        text(
            "SELECT f.id, f.name FROM facility f WHERE f.id IN"
            " (SELECT DISTINCT facility_id FROM ledger_entry WHERE account_id = :account)"
        ),
        {"account": account_id},
    )
    return {str(facility_id): str(name) for facility_id, name in rows}


def _within(spans: Sequence[Span] | None, said: dict[str, object]) -> list[str]:
    """Return the conditions of days: one range of instants for the index, then each zone's own."""
    if spans is None:
        return []
    choices = []
    for number, span in enumerate(spans):
        said[f"zone{number}"] = span.zone
        parts = [f"e.zone = :zone{number}", *_range("e.entered_at", str(number), span.since, span.until, said)]
        choices.append(" AND ".join(parts))
    begins, ends = [span.since for span in spans], [span.until for span in spans]
    since = min((begin for begin in begins if begin), default=None) if all(begins) else None
    until = max((end for end in ends if end), default=None) if all(ends) else None
    return [*_range("e.entered_at", "all", since, until, said), f"({' OR '.join(choices) or '1 = 0'})"]


def _range(
    column: str, name: str, since: datetime | None, until: datetime | None, said: dict[str, object]
) -> list[str]:
    found = []
    if since is not None:
        said[f"since_{name}"] = microseconds(since)
        found.append(f"{column} >= :since_{name}")
    if until is not None:
        said[f"until_{name}"] = microseconds(until)
        found.append(f"{column} < :until_{name}")
    return found
