"""Whether visits can be scheduled at a facility, and exactly what is missing where they cannot."""

from __future__ import annotations

from datetime import date

from backend.db import Tx
from backend.facilities import service
from backend.facilities.models import Facility
from backend.facilities.policy import VISIT_TYPES, local_today, policy_on
from backend.facilities.setting_values import VisitType
from backend.timetables import service as timetables

OFFERED = "the setting offered=true (facility set … --type {type} --setting offered=true)"
TERMS = "Terms and Conditions (facility terms … FILE --type {type})"
TIMETABLE = "a timetable (import timetables FILE)"


def readiness(tx: Tx, facility: Facility) -> tuple[str, ...]:
    """Return sentences for an operator: what can be scheduled, and what each visit type that was begun still needs."""
    today = local_today(facility, tx.now)
    missing = {each: _missing(tx, facility.id, each, today) for each in VISIT_TYPES}
    begun = {each: needs for each, needs in missing.items() if len(needs) < len((OFFERED, TERMS, TIMETABLE))}
    ready = [each for each, needs in begun.items() if not needs] if facility.zone else []
    said = []
    if ready:
        said.append("Visits can be scheduled now" + (f": {', '.join(ready)}." if len(ready) < len(begun) else "."))
    if facility.zone is None:
        said.append("Missing: its time zone (facility set … --zone America/Chicago).")
    if not begun:
        each_needs = "; ".join((OFFERED, TERMS, TIMETABLE)).format(type="TYPE")
        said.append(f"No visit can be scheduled yet. Each visit type needs: {each_needs}.")
    return (*said, *(f"Missing for {each}: {'; '.join(needs)}." for each, needs in begun.items() if needs))


def _missing(tx: Tx, facility_id: str, visit_type: VisitType, today: date) -> list[str]:
    there = {
        OFFERED: policy_on(tx, facility_id, visit_type, today).offered,
        TERMS: service.has_terms(tx, facility_id, visit_type),
        TIMETABLE: bool(timetables.rows_between(tx, facility_id, visit_type, today, date.max)),
    }
    return [step.format(type=visit_type) for step, done in there.items() if not done]
