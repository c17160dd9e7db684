"""The states and territories of the US: their codes, names and time zones.

Names and codes: US Postal Service, Publication 28, appendix B. Zones: the IANA time zone database.
"""

from __future__ import annotations

from typing import Final

_EASTERN: Final = "America/New_York"
_CENTRAL: Final = "America/Chicago"
_MOUNTAIN: Final = "America/Denver"
_PACIFIC: Final = "America/Los_Angeles"

_STATES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "AL": ("Alabama", (_CENTRAL,)),
    "AK": (
        "Alaska",
        (
            "America/Anchorage",
            "America/Adak",
            "America/Juneau",
            "America/Metlakatla",
            "America/Nome",
            "America/Sitka",
            "America/Yakutat",
        ),
    ),
    "AZ": ("Arizona", ("America/Phoenix", _MOUNTAIN)),
    "AR": ("Arkansas", (_CENTRAL,)),
    "CA": ("California", (_PACIFIC,)),
    "CO": ("Colorado", (_MOUNTAIN,)),
    "CT": ("Connecticut", (_EASTERN,)),
    "DE": ("Delaware", (_EASTERN,)),
    "DC": ("District of Columbia", (_EASTERN,)),
    "FL": ("Florida", (_EASTERN, _CENTRAL)),
    "GA": ("Georgia", (_EASTERN,)),
    "HI": ("Hawaii", ("Pacific/Honolulu",)),
    "ID": ("Idaho", ("America/Boise", _PACIFIC)),
    "IL": ("Illinois", (_CENTRAL,)),
    "IN": (
        "Indiana",
        (
            _CENTRAL,
            "America/Indiana/Indianapolis",
            "America/Indiana/Knox",
            "America/Indiana/Marengo",
            "America/Indiana/Petersburg",
            "America/Indiana/Tell_City",
            "America/Indiana/Vevay",
            "America/Indiana/Vincennes",
            "America/Indiana/Winamac",
            "America/Kentucky/Louisville",
        ),
    ),
    "IA": ("Iowa", (_CENTRAL,)),
    "KS": ("Kansas", (_CENTRAL, _MOUNTAIN)),
    "KY": ("Kentucky", (_EASTERN, _CENTRAL, "America/Kentucky/Louisville", "America/Kentucky/Monticello")),
    "LA": ("Louisiana", (_CENTRAL,)),
    "ME": ("Maine", (_EASTERN,)),
    "MD": ("Maryland", (_EASTERN,)),
    "MA": ("Massachusetts", (_EASTERN,)),
    "MI": ("Michigan", ("America/Detroit", "America/Menominee")),
    "MN": ("Minnesota", (_CENTRAL,)),
    "MS": ("Mississippi", (_CENTRAL,)),
    "MO": ("Missouri", (_CENTRAL,)),
    "MT": ("Montana", (_MOUNTAIN,)),
    "NE": ("Nebraska", (_CENTRAL, _MOUNTAIN)),
    "NV": ("Nevada", (_PACIFIC, _MOUNTAIN, "America/Boise")),
    "NH": ("New Hampshire", (_EASTERN,)),
    "NJ": ("New Jersey", (_EASTERN,)),
    "NM": ("New Mexico", (_MOUNTAIN,)),
    "NY": ("New York", (_EASTERN,)),
    "NC": ("North Carolina", (_EASTERN,)),
    "ND": (
        "North Dakota",
        (
            _CENTRAL,
            _MOUNTAIN,
            "America/North_Dakota/Beulah",
            "America/North_Dakota/Center",
            "America/North_Dakota/New_Salem",
        ),
    ),
    "OH": ("Ohio", (_EASTERN,)),
    "OK": ("Oklahoma", (_CENTRAL,)),
    "OR": ("Oregon", (_PACIFIC, "America/Boise")),
    "PA": ("Pennsylvania", (_EASTERN,)),
    "PR": ("Puerto Rico", ("America/Puerto_Rico",)),
    "RI": ("Rhode Island", (_EASTERN,)),
    "SC": ("South Carolina", (_EASTERN,)),
    "SD": ("South Dakota", (_CENTRAL, _MOUNTAIN)),
    "TN": ("Tennessee", (_CENTRAL, _EASTERN)),
    "TX": ("Texas", (_CENTRAL, _MOUNTAIN)),
    "UT": ("Utah", (_MOUNTAIN,)),
    "VT": ("Vermont", (_EASTERN,)),
    "VA": ("Virginia", (_EASTERN,)),
    "WA": ("Washington", (_PACIFIC,)),
    "WV": ("West Virginia", (_EASTERN,)),
    "WI": ("Wisconsin", (_CENTRAL,)),
    "WY": ("Wyoming", (_MOUNTAIN,)),
    "AS": ("American Samoa", ("Pacific/Pago_Pago",)),
    "GU": ("Guam", ("Pacific/Guam",)),
    "MP": ("Northern Mariana Islands", ("Pacific/Saipan",)),
    "VI": ("US Virgin Islands", ("America/St_Thomas",)),
}
_CODES: Final = {name.casefold(): code for code, (name, _zone) in _STATES.items()}


def state_name(code: str) -> str:
    """Return the name of a state; its code where it is none of the US."""
    return _STATES.get(code, (code, ()))[0]


def state_code(name_or_code: str) -> str | None:
    """Return the two-letter code of a state by its name or code, in any case; None for anything else."""
    said = " ".join(name_or_code.split())
    return said.upper() if said.upper() in _STATES else _CODES.get(said.casefold())


def zones_of(code: str) -> tuple[str, ...]:
    """Return the IANA zones that parts of a state keep; none for what is no state."""
    return _STATES.get(code, ("", ()))[1]


def only_zone(code: str) -> str | None:
    """Return the IANA zone of a state that keeps one zone throughout, None of any other."""
    zones = zones_of(code)
    return zones[0] if len(zones) == 1 else None
