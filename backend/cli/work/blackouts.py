"""``blackout``: added, listed and removed from the shell."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from backend.cli.report import Progress, Report, count_of, table
from backend.context import Context
from backend.db import Tx
from backend.facilities.setting_values import VisitType
from backend.facilities.setup import one_called
from backend.security import SHELL
from backend.text import Day, Key, Line, ShortLine
from backend.visits import blackouts
from backend.visits.blackouts import Added, BlackoutView, NewBlackout, TouchedView

Minute = Annotated[int, Field(ge=0, le=1440)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewBlackout:
    """A blackout of one facility; dates and minutes after midnight are the facility's."""

    facility: Line
    first_date: Day
    last_date: Day
    reason: Line
    told: Line | None = None
    start_minute: Minute = 0
    end_minute: Minute = 1440
    visit_type: VisitType | None = None
    housing_unit: ShortLine | None = None

    @property
    def asked(self) -> NewBlackout:
        """What is asked for."""
        return NewBlackout(
            first_date=self.first_date,
            last_date=self.last_date,
            reason=self.reason,
            told=self.told,
            start_minute=self.start_minute,
            end_minute=self.end_minute,
            visit_type=self.visit_type,
            housing_unit=self.housing_unit,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AddBlackout(PreviewBlackout):
    """A blackout to add; without ``expected_visits`` whatever it touches."""

    expected_visits: int | None = None
    cancel_visits: bool = False


@dataclass(frozen=True, slots=True)
class ListBlackouts:
    """The blackouts of one facility."""

    facility: Line


@dataclass(frozen=True, slots=True)
class RemoveBlackout:
    """A blackout to remove."""

    blackout: Key


def preview(context: Context, asked: PreviewBlackout, _progress: Progress) -> Report:
    """Say what a blackout would touch, and change nothing."""

    def read(tx: Tx) -> tuple[str, ZoneInfo, TouchedView]:
        facility = one_called(tx, asked.facility)
        return facility.name, ZoneInfo(facility.zone or "UTC"), blackouts.preview(tx, SHELL, facility.id, asked.asked)

    name, zone, seen = context.db.read_now(read)
    touches = f"{count_of(seen.visits, 'visit')} and {count_of(seen.holds, 'time')} that somebody holds"
    lines = [f"{name}, {_when(asked)}: it would touch {touches}."]
    lines += [f"  {one.reference}  {_at(one.starts_at, zone)}  {one.visit_type}" for one in seen.first_visits]
    if seen.visits > len(seen.first_visits):
        lines.append(f"  … and {seen.visits - len(seen.first_visits)} more.")
    return Report(tuple(lines), _data(seen))


def add(context: Context, asked: AddBlackout, _progress: Progress) -> Report:
    """Add a blackout."""

    def work(tx: Tx) -> tuple[str, Added]:
        facility = one_called(tx, asked.facility)
        added = blackouts.add(
            tx,
            SHELL,
            facility.id,
            asked.asked,
            expected_visits=asked.expected_visits,
            treatment="cancel" if asked.cancel_visits else "flag",
        )
        return facility.name, added

    name, added = context.db.write_in_turn(work)
    made = added.blackout
    became = f"{count_of(added.cancelled, 'visit')} cancelled" if asked.cancel_visits else _flagged(made)
    lines = [f"{name}, {_when(asked)}: no visits. {became}. Its id is {made.id}."]
    if added.payment_ids:
        lines.append(f"What was paid for {count_of(len(added.payment_ids), 'visit')} is sent back by the server.")
    return Report(tuple(lines), {**_data(made), "cancelled": added.cancelled})


def list_(context: Context, asked: ListBlackouts, _progress: Progress) -> Report:
    """List the blackouts that are not over."""

    def read(tx: Tx) -> tuple[str, tuple[BlackoutView, ...]]:
        facility = one_called(tx, asked.facility)
        return facility.name, blackouts.listed(tx, SHELL, facility.id)

    name, found = context.db.read_now(read)
    if not found:
        return Report((f"No blackouts at {name}.",), [])
    rows = [
        (
            one.id,
            f"{one.first_date} to {one.last_date}",
            f"{_clock(one.start_minute)}-{_clock(one.end_minute)}",
            one.visit_type or "all",
            one.housing_unit or "all",
            str(one.flagged),
            one.reason,
        )
        for one in found
    ]
    headings = ("BLACKOUT", "DAYS", "HOURS", "TYPE", "UNIT", "FLAGGED", "REASON")
    return Report(table(rows, headings), [_data(one) for one in found])


def remove(context: Context, asked: RemoveBlackout, _progress: Progress) -> Report:
    """Remove a blackout."""
    gone = context.db.write_in_turn(lambda tx: blackouts.remove(tx, SHELL, asked.blackout))
    days = f"{gone.first_date} to {gone.last_date}"
    return Report(
        (f"Removed: visits of {days} can be scheduled again, as far as nothing else closes them.",), _data(gone)
    )


def _when(asked: PreviewBlackout) -> str:
    days = f"{asked.first_date}" if asked.first_date == asked.last_date else f"{asked.first_date} to {asked.last_date}"
    return f"{days}, {_clock(asked.start_minute)}-{_clock(asked.end_minute)}"


def _flagged(made: BlackoutView) -> str:
    return f"{count_of(made.flagged, 'visit')} flagged for a person to look at"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _at(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M} {local.tzname()}"


def _data(one: TouchedView | BlackoutView) -> dict[str, object]:
    """Return a view as JSON."""
    return {name: _plain(held) for name, held in asdict(one).items()}


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: _plain(held) for name, held in value.items()}
    if isinstance(value, tuple):
        return [_plain(held) for held in value]
    return value.isoformat() if isinstance(value, date) else value
