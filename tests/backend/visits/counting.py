"""Counting rows, because answers alone can lie."""

from __future__ import annotations

from sqlalchemy import text

from backend.db import Database


def count(db: Database, table: str, where: str = "TRUE") -> int:
    number: int = db.read_now(
        lambda tx: tx.session.execute(text(f"SELECT COUNT(*) FROM {table} WHERE {where}")).scalar_one()
    )
    return number


def most_at_once(db: Database, table: str, resource: str) -> int:
    """Return the largest number of rows that one resource has in one quantum."""
    number: int | None = db.read_now(
        lambda tx: tx.session.execute(
            text(f"SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM {table} GROUP BY {resource}, quantum) AS counted")
        ).scalar_one()
    )
    return number or 0
