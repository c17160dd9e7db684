"""``restriction``: made, listed and ended from the shell."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from backend.cli.report import Progress, Report, count_of, table
from backend.context import Context
from backend.db import Tx
from backend.facilities.models import Facility
from backend.facilities.setting_values import VisitType
from backend.facilities.setup import one_called
from backend.restrictions.service import Kind
from backend.security import SHELL
from backend.text import Day, FullName, Key, Line, NumberLine
from backend.visits import restricting
from backend.visits.restricting import AskedRestriction, RestrictionView

Minute = Annotated[int, Field(ge=0, le=1440)]


@dataclass(frozen=True, slots=True)
class AddRestriction:
    """A restriction to make at one facility."""

    facility: Line
    kind: Kind
    reason: Line
    individual: NumberLine | None = None
    other_individual: NumberLine | None = None
    visitor_email: Line | None = None
    person_name: FullName | None = None
    person_birth_date: Day | None = None
    visit_type: VisitType | None = None
    first_date: Day | None = None
    last_date: Day | None = None
    start_minute: Minute = 0
    end_minute: Minute = 1440

    @property
    def asked(self) -> AskedRestriction:
        """What is asked for."""
        return AskedRestriction(**{one.name: getattr(self, one.name) for one in fields(AskedRestriction)})


@dataclass(frozen=True, slots=True)
class ListRestrictions:
    """The restrictions of one facility, with those that are over or without."""

    facility: Line
    ended: bool = False


@dataclass(frozen=True, slots=True)
class EndRestriction:
    """A restriction to end."""

    restriction: Key


def add(context: Context, asked: AddRestriction, _progress: Progress) -> Report:
    """Make a restriction."""
    made = context.db.write_in_turn(
        lambda tx: restricting.make(tx, SHELL, one_called(tx, asked.facility).id, asked.asked)
    )
    return Report((f"Restriction {made.id} holds. {_flagged(made)}",), _data(made))


def list_(context: Context, asked: ListRestrictions, _progress: Progress) -> Report:
    """List restrictions, the newest first."""

    def read(tx: Tx) -> tuple[Facility, tuple[RestrictionView, ...]]:
        facility = one_called(tx, asked.facility)
        return facility, restricting.listed(tx, SHELL, facility.id, with_ended=asked.ended)

    facility, found = context.db.read_now(read)
    if not found:
        return Report((f"No restrictions at {facility.name}.",), [])
    rows = [
        (
            one.id,
            one.kind,
            _about(one),
            one.first_date.isoformat(),
            "ended" if one.ended_at else one.last_date.isoformat() if one.last_date else "open",
            f"{_clock(one.start_minute)}-{_clock(one.end_minute)}",
            str(one.flagged_visits),
            one.reason,
        )
        for one in found
    ]
    headings = ("RESTRICTION", "KIND", "ABOUT", "FROM", "TO", "HOURS", "FLAGGED", "REASON")
    return Report(table(rows, headings), [_data(one) for one in found])


def end(context: Context, asked: EndRestriction, _progress: Progress) -> Report:
    """End a restriction."""
    ended = context.db.write_in_turn(lambda tx: restricting.end(tx, SHELL, asked.restriction))
    flags = count_of(ended.flagged_visits, "flag")
    return Report((f"Restriction {ended.id} is ended. {flags} taken off visits.",), _data(ended))


def _flagged(one: RestrictionView) -> str:
    if one.flagged_visits == 0:
        return "It touches no visit."
    needs = "needs" if one.flagged_visits == 1 else "need"
    return f"{count_of(one.flagged_visits, 'future visit')} {needs} review: look at the facility's visits."


def _about(one: RestrictionView) -> str:
    individuals = [each.name for each in (one.individual, one.other_individual) if each]
    return " / ".join([*individuals, *(each for each in (one.visitor_name, one.person_name) if each)])


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _data(one: RestrictionView) -> dict[str, object]:
    return {
        name: value.isoformat() if isinstance(value, date | datetime) else value for name, value in asdict(one).items()
    }
