"""Codes that do not exist, counted for each client: who tries many of them waits."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from datetime import datetime, timedelta
from math import ceil
from typing import Final

AT_MOST: Final = 20
"""Wrong codes of one client within :data:`WITHIN`. A code has 30^10 readings, so that nobody finds one in this time."""
WITHIN: Final = timedelta(minutes=1)
CLIENTS: Final = 10_000
"""Clients that are remembered, so that no flood of them fills the memory; the oldest is forgotten first."""


class Guesses:
    """The wrong codes of the last minute, in this process. An address that many people share is one client."""

    def __init__(self) -> None:
        """Know of no wrong code yet."""
        self._wrong: OrderedDict[str, list[datetime]] = OrderedDict()

    def wait(self, host: str, now: datetime) -> int:
        """Return for how many seconds a client has to wait, 0 if it need not."""
        wrong = self._within(host, now)
        return max(1, ceil((wrong[0] + WITHIN - now).total_seconds())) if len(wrong) >= AT_MOST else 0

    def note(self, host: str, now: datetime) -> None:
        """Count a wrong code of a client."""
        wrong = [*self._within(host, now), now][-AT_MOST:]
        self._wrong[_client(host)] = wrong
        self._wrong.move_to_end(_client(host))
        if len(self._wrong) > CLIENTS:
            self._wrong.popitem(last=False)

    def _within(self, host: str, now: datetime) -> list[datetime]:
        return [at for at in self._wrong.get(_client(host), ()) if at > now - WITHIN]


def _client(host: str) -> str:
    """Return who counts as one client: an IPv4 address, or the IPv6 network (/64) that one subscriber has."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else host
