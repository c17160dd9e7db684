"""When each side of a visit was connected, from a CSV file of the video service.

A row that is there already stays, so the same file again changes nothing. A row that cannot be is left out, and told.
What the rows lead to is in :mod:`backend.visits.unused_minutes`; they are also the evidence in a dispute.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from sqlmodel import select

from backend.csv_rows import Broken, NotThisFile, read_rows
from backend.db import Tx
from backend.facilities.prices import MEASURED_TYPES
from backend.import_report import Line, Progress, Report
from backend.security import Action, Actor, Subject, authorize
from backend.visits import connections
from backend.visits.connections import SIDES, Side, Span
from backend.visits.models import Visit

REQUIRED: Final = ("reference", "side", "connected_at", "disconnected_at")
WITHOUT_ZONE: Final = "{name} is an instant with its zone, such as 2026-12-01T09:00:12-06:00"


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the file, checked."""

    line: int
    reference: str
    side: Side
    span: Span


@dataclass(slots=True)
class Loaded(Report):
    """What loading did, and the visits (ids) that the file has rows of, in their order."""

    visits: list[str] = field(default_factory=list)


def read(data: bytes) -> Iterator[Record | Line]:
    """Yield what each line says. Raises :class:`backend.csv_rows.NotThisFile` if it is another file."""
    for row in read_rows(data, REQUIRED):
        if isinstance(row, Broken):
            yield Line(row.line, "", row.reason)
            continue
        if unknown := [name for name in row.said if name not in REQUIRED]:
            raise NotThisFile(f"The file has columns that mean nothing here: {', '.join(unknown)}.")
        try:
            yield _parsed(row.line, row.said)
        except ValueError as error:
            yield Line(row.line, row.said["reference"], str(error))


def load(tx: Tx, actor: Actor, lines: Sequence[Record | Line], progress: Progress) -> Loaded:
    """Keep every connection of the file that can be; the others are skipped, each with why.

    Raises ``not_allowed`` (403).
    """
    report = Loaded()
    known: dict[str, _Known | None] = {}
    for number, line in enumerate(lines):
        progress(number, len(lines))
        if isinstance(line, Line):
            report.skipped.append(line)
            continue
        if line.reference not in known:
            known[line.reference] = _known(tx, actor, line.reference)
        _take(tx, line, known[line.reference], report)
    report.visits = [each.visit.id for each in known.values() if each is not None and each.is_measured]
    return report


@dataclass(frozen=True, slots=True)
class _Known:
    """A visit of the file, and when its sides were connected as far as is known."""

    visit: Visit
    spans: dict[Side, list[Span]]

    @property
    def is_measured(self) -> bool:
        return self.visit.status != "cancelled" and self.visit.visit_type in MEASURED_TYPES


def _known(tx: Tx, actor: Actor, reference: str) -> _Known | None:
    visit = tx.session.exec(select(Visit).where(Visit.reference == reference)).first()
    if visit is None:
        return None
    authorize(actor, Action.SET_UP, Subject(facility_id=visit.facility_id))
    return _Known(visit, connections.of_visit(tx, visit.id))


def _take(tx: Tx, record: Record, known: _Known | None, report: Loaded) -> None:
    if known is not None and known.is_measured and record.span in known.spans[record.side]:
        report.unchanged += 1
    elif (why := _why_not(tx, record, known)) is not None or known is None:
        report.skipped.append(Line(record.line, f"{record.reference}, {record.side}", why or ""))
    else:
        connections.add(tx, known.visit.id, record.side, record.span)
        known.spans[record.side].append(record.span)
        report.loaded += 1
        if known.visit.used_minutes is not None:
            sentence = "its minutes were counted before, so this changes nothing of what came back"
            report.attention.append(Line(record.line, f"{record.reference}, {record.side}", sentence))


def _why_not(tx: Tx, record: Record, known: _Known | None) -> str | None:
    if known is None:
        return "there is no visit with this reference"
    if not known.is_measured:
        cancelled = known.visit.status == "cancelled"
        return "this visit was cancelled" if cancelled else "this visit is in person, where nobody connects"
    visit, span = known.visit, record.span
    if span.ends > tx.now:
        return "this has not happened yet"
    if span.ends <= visit.starts_at or span.begins >= visit.ends_at:
        return f"this is outside of the visit, which is from {_told(visit.starts_at)} to {_told(visit.ends_at)}"
    if any(span.overlaps(other) for other in known.spans[record.side]):
        return "this overlaps with another connection of the same side"
    return None


def _told(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _parsed(line: int, cells: Mapping[str, str]) -> Record:
    side = next((side for side in SIDES if side == cells["side"].lower()), None)
    if side is None:
        raise ValueError("side is visitor or individual")
    span = Span(_instant("connected_at", cells), _instant("disconnected_at", cells))
    if span.begins > span.ends:
        raise ValueError("disconnected_at is before connected_at")
    return Record(line, cells["reference"].upper(), side, span)


def _instant(name: str, cells: Mapping[str, str]) -> datetime:
    try:
        instant = datetime.fromisoformat(cells[name])
        if instant.tzinfo is None:
            raise ValueError(name)
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(WITHOUT_ZONE.format(name=name)) from None
