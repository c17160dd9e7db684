"""The time zone at a place. The library behind it is large, so only the command that needs it loads it."""

from __future__ import annotations


def zone_at(longitude: float, latitude: float) -> str | None:
    """Return the IANA zone at a place, in degrees; None at sea."""
    from tzfpy import get_tz

    zone = get_tz(longitude, latitude)
    return zone if zone and not zone.startswith("Etc/") else None
