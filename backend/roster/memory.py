"""The searchable rosters that this process holds ready, each until its facility's roster changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from backend.db import Tx
from backend.roster import repository
from backend.roster.index import Entry, RosterIndex
from backend.roster.models import Individual
from backend.roster.names import full_name, readings
from backend.roster.repository import SearchedName

HELD: Final = 64
"""Rosters of so many facilities are kept ready, those asked for last."""

_Held = OrderedDict[str, tuple[tuple[int, int], RosterIndex]]
_held: WeakKeyDictionary[Engine, _Held] = WeakKeyDictionary()
_lock = threading.Lock()


def index_of(tx: Tx, facility_id: str) -> RosterIndex:
    """Return the roster of a facility as this transaction sees it, ready to be searched."""
    bind = tx.session.get_bind()
    engine = bind.engine if isinstance(bind, Connection) else bind
    state = repository.state_of_roster(tx, facility_id)
    with _lock:
        held = _held.setdefault(engine, OrderedDict())
        known = held.get(facility_id)
        if known is not None and known[0] == state:
            held.move_to_end(facility_id)
            return known[1]
    index = RosterIndex.of(_entry(row) for row in repository.searched_names(tx, facility_id))
    with _lock:
        held[facility_id] = (state, index)
        while len(held) > HELD:
            held.popitem(last=False)
    return index


def shown_name(row: Individual | SearchedName) -> str:
    """Return an individual's name as it is shown: first, middle and last name, then the suffix."""
    parts = (row.first_name, row.middle_name, row.last_name, row.suffix)
    return " ".join(part for part in parts if part)


def _entry(row: SearchedName) -> Entry:
    legal = full_name(f"{row.first_name} {row.middle_name or ''}", row.last_name, row.suffix)
    aliases = row.aliases if isinstance(row.aliases, list) else []
    others = [name for alias in aliases if isinstance(alias, str) for name in readings(alias)]
    return Entry(row.id, row.booking_number, (legal, *others), shown_name(row))
