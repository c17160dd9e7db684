"""Public holidays of a state.

They come from the ``holidays`` library, which knows the states and territories of the United States; elsewhere the
federal ones count. Where a holiday falls on a weekend, the weekday on which it is observed is one too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

COUNTRY: Final = "US"
KEPT: Final = 512
"""Years of states that are kept in memory, some fifteen dates each."""


def holiday_on(state: str, day: date) -> str | None:
    """Return the English name of the public holiday that ``day`` is in a state (two letters), None if it is none."""
    return _of_year(state, day.year).get(day)


@lru_cache(maxsize=KEPT)
def _of_year(state: str, year: int) -> Mapping[date, str]:
    # its import takes longer than a request may: only who has to know of holidays waits for it, once
    import holidays

    known = state in holidays.country_holidays(COUNTRY).subdivisions
    found = holidays.country_holidays(COUNTRY, subdiv=state if known else None, years=year)
    return {day: found.get_list(day)[0] for day in found}
