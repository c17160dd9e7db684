"""A world whose visits are priced by the minute, and what its video service reports."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.db import Database
from backend.security import SHELL, Actor
from backend.visits import connection_importer, unused_minutes
from backend.visits.connection_importer import Loaded
from backend.visits.unused_minutes import Counted
from tests import factories
from tests.backend.visits.world import TUESDAY_NINE, World, build, confirmed, row_of

HEADER = "reference,side,connected_at,disconnected_at\n"
MINUTE = timedelta(minutes=1)
TOTAL = 623
"""Thirty minutes at 19 cents are $5.70; 9.25 percent of it are 53 cents."""


def by_the_minute(db: Database, *, cents: int = 19, tax: int = 925) -> World:
    """Return a world where a minute costs 19 cents, with a tax of 9.25 percent."""
    world = build(db, fee=0)
    db.write_now(
        lambda tx: factories.price(tx, world.facility_id, unit="minute", session_fee_minor=cents, tax_basis_points=tax)
    )
    return world


def booked(world: World, starts_at: datetime = TUESDAY_NINE) -> str:
    """Return the id of a visit of thirty minutes that was paid by card."""
    return confirmed(world, starts_at, total=TOTAL)


def row(world: World, visit_id: str, side: str = "visitor", begins: float = 0, ends: float = 30, **other: str) -> str:
    """Return a line of a file: minutes after the visit's start."""
    visit = row_of(world, visit_id)
    said = {
        "reference": visit.reference,
        "connected_at": (visit.starts_at + begins * MINUTE).isoformat(),
        "disconnected_at": (visit.starts_at + ends * MINUTE).isoformat(),
        **other,
    }
    return f"{said['reference']},{side},{said['connected_at']},{said['disconnected_at']}\n"


def both(world: World, visit_id: str, begins: float = 0, ends: float = 30) -> str:
    """Return the lines of both sides."""
    return row(world, visit_id, "visitor", begins, ends) + row(world, visit_id, "individual", begins, ends)


def load(world: World, *lines: str, actor: Actor = SHELL) -> Loaded:
    """Load lines of a file."""
    read = list(connection_importer.read((HEADER + "".join(lines)).encode()))
    return world.db.write_now(lambda tx: connection_importer.load(tx, actor, read, lambda _done, _of: None))


def count(world: World, visit_id: str) -> Counted | None:
    """Count the minutes of a visit."""
    return world.db.write_now(lambda tx: unused_minutes.count(tx, SHELL, visit_id))
