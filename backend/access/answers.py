"""How long answers to access requests take at a facility."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import ceil
from statistics import median
from typing import Final

from backend.access import repository
from backend.db import Tx

LOOKED_BACK: Final = timedelta(days=90)
AT_MOST: Final = 50
AT_LEAST: Final = 3
"""Fewer answers say nothing about the next one."""


def typical_answer_hours(tx: Tx, facility_ids: Sequence[str]) -> Mapping[str, int]:
    """Return the median hours from request to decision, rounded up, of each facility that has decided enough.

    Counted are the newest 50 requests that officers decided within 90 days; what policy decided at once is not.
    """
    took: dict[str, list[float]] = {}
    for facility_id, asked, decided in repository.answered(tx, facility_ids, tx.now - LOOKED_BACK):
        took.setdefault(facility_id, []).append((decided - asked).total_seconds())
    return {
        facility_id: max(1, ceil(median(seconds[:AT_MOST]) / 3600))
        for facility_id, seconds in took.items()
        if len(seconds) >= AT_LEAST
    }
