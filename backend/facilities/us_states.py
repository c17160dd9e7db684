"""The states and territories of the US: codes, names, and the zone of those that keep only one.

Names and codes: US Postal Service, Publication 28, appendix B. Zones: the IANA time zone database; a state of which
any part keeps another zone has none here.
"""

from __future__ import annotations

from typing import Final

_EASTERN: Final = "America/New_York"
_CENTRAL: Final = "America/Chicago"
_MOUNTAIN: Final = "America/Denver"
_PACIFIC: Final = "America/Los_Angeles"

_STATES: Final[dict[str, tuple[str, str | None]]] = {
    "AL": ("Alabama", _CENTRAL),
    "AK": ("Alaska", None),
    "AZ": ("Arizona", None),
    "AR": ("Arkansas", _CENTRAL),
    "CA": ("California", _PACIFIC),
    "CO": ("Colorado", _MOUNTAIN),
    "CT": ("Connecticut", _EASTERN),
    "DE": ("Delaware", _EASTERN),
    "DC": ("District of Columbia", _EASTERN),
    "FL": ("Florida", None),
    "GA": ("Georgia", _EASTERN),
    "HI": ("Hawaii", "Pacific/Honolulu"),
    "ID": ("Idaho", None),
    "IL": ("Illinois", _CENTRAL),
    "IN": ("Indiana", None),
    "IA": ("Iowa", _CENTRAL),
    "KS": ("Kansas", None),
    "KY": ("Kentucky", None),
    "LA": ("Louisiana", _CENTRAL),
    "ME": ("Maine", _EASTERN),
    "MD": ("Maryland", _EASTERN),
    "MA": ("Massachusetts", _EASTERN),
    "MI": ("Michigan", None),
    "MN": ("Minnesota", _CENTRAL),
    "MS": ("Mississippi", _CENTRAL),
    "MO": ("Missouri", _CENTRAL),
    "MT": ("Montana", _MOUNTAIN),
    "NE": ("Nebraska", None),
    "NV": ("Nevada", None),
    "NH": ("New Hampshire", _EASTERN),
    "NJ": ("New Jersey", _EASTERN),
    "NM": ("New Mexico", _MOUNTAIN),
    "NY": ("New York", _EASTERN),
    "NC": ("North Carolina", _EASTERN),
    "ND": ("North Dakota", None),
    "OH": ("Ohio", _EASTERN),
    "OK": ("Oklahoma", _CENTRAL),
    "OR": ("Oregon", None),
    "PA": ("Pennsylvania", _EASTERN),
    "PR": ("Puerto Rico", "America/Puerto_Rico"),
    "RI": ("Rhode Island", _EASTERN),
    "SC": ("South Carolina", _EASTERN),
    "SD": ("South Dakota", None),
    "TN": ("Tennessee", None),
    "TX": ("Texas", None),
    "UT": ("Utah", _MOUNTAIN),
    "VT": ("Vermont", _EASTERN),
    "VA": ("Virginia", _EASTERN),
    "WA": ("Washington", _PACIFIC),
    "WV": ("West Virginia", _EASTERN),
    "WI": ("Wisconsin", _CENTRAL),
    "WY": ("Wyoming", _MOUNTAIN),
    "AS": ("American Samoa", "Pacific/Pago_Pago"),
    "GU": ("Guam", "Pacific/Guam"),
    "MP": ("Northern Mariana Islands", "Pacific/Saipan"),
    "VI": ("US Virgin Islands", "America/St_Thomas"),
}
_CODES: Final = {name.casefold(): code for code, (name, _zone) in _STATES.items()}


def state_name(code: str) -> str:
    """Return the name of a state; its code where it is none of the US."""
    return _STATES.get(code, (code, None))[0]


def state_code(name_or_code: str) -> str | None:
    """Return the two-letter code of a state by its name or code, in any case; None for anything else."""
    said = " ".join(name_or_code.split())
    return said.upper() if said.upper() in _STATES else _CODES.get(said.casefold())


def only_zone(code: str) -> str | None:
    """Return the IANA zone of a state that keeps one zone throughout, None of any other."""
    return _STATES.get(code, ("", None))[1]
