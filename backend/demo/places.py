"""The facilities of the demonstration. All are invented; some have the name of a real county, none its rules."""

from __future__ import annotations

from typing import Final

from backend.demo.places_east import DAVIDSON, EAST, SHELBY
from backend.demo.places_west import WEST

__all__ = ["DAVIDSON", "PLACES", "SHELBY"]

PLACES: Final = (*EAST, *WEST)
"""In eleven states and on four zones."""
