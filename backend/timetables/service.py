"""What other nouns may ask of timetables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from backend.db import Tx
from backend.timetables import repository
from backend.timetables.models import TimetableRow


def rows_between(tx: Tx, facility_id: str, visit_type: str, first: date, last: date) -> Sequence[TimetableRow]:
    """Return the rows of a facility and visit type that hold on some day from ``first`` to ``last`` (local dates).

    Make starts of them with :func:`backend.timetables.derive.starts_on`.
    """
    return repository.rows_between(tx, facility_id, visit_type, first, last)
