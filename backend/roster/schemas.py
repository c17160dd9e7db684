"""Individuals on the wire."""

from __future__ import annotations

from backend.web import Schema


class Individual(Schema):
    """An individual as far as a visitor with access may know; ``birth_year`` only where two share a name."""

    id: str
    name: str
    booking_number: str
    birth_year: int | None
    note: str | None


class Individuals(Schema):
    """Who a search may mean, best first, at most 10."""

    items: list[Individual]
    next_cursor: str | None = None
