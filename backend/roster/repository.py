"""Queries over rosters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, text
from sqlmodel import col, select

from backend.db import Tx
from backend.roster.models import Individual, RosterVersion
from backend.sql import Rows
from backend.types import JsonText

_INDIVIDUAL: Final = Rows(Individual, "WHERE id = :id")


def individual(tx: Tx, individual_id: str) -> Individual | None:
    """Return an individual to be read, or None."""
    found = tx.run_steady(_INDIVIDUAL.statement, {"id": individual_id})
    return _INDIVIDUAL.made_of(found)[0] if found else None


def individuals_by_id(tx: Tx, ids: Sequence[str]) -> dict[str, Individual]:
    """Return individuals by their ids."""
    query = select(Individual).where(col(Individual.id).in_(ids))
    return {row.id: row for row in tx.session.exec(query)}


def of_facility(tx: Tx, facility_id: str) -> Sequence[Individual]:
    """Return everybody who is or was on a facility's roster."""
    return tx.session.exec(select(Individual).where(Individual.facility_id == facility_id)).all()


@dataclass(frozen=True, slots=True)
class SearchedName:
    """What one individual is searched by."""

    id: str
    booking_number: str
    first_name: str
    middle_name: str | None
    last_name: str
    suffix: str | None
    aliases: object


def searched_names(tx: Tx, facility_id: str) -> list[SearchedName]:
    """Return what everybody on a facility's roster is searched by: columns only, for there may be 10,000."""
    query = (
        text(
            "SELECT id, booking_number, first_name, middle_name, last_name, suffix, aliases FROM individual"
            " WHERE facility_id = :facility"
        )
        .bindparams(facility=facility_id)
        .columns(aliases=JsonText)
    )
    return [SearchedName(*row) for row in tx.session.execute(query)]


def state_of_roster(tx: Tx, facility_id: str) -> tuple[int, int]:
    """Return what changes when a facility's roster changes: its version, and how many rows it has."""
    counted = select(func.count()).where(col(Individual.facility_id) == facility_id)
    version = tx.session.exec(select(RosterVersion.version).where(RosterVersion.facility_id == facility_id)).first()
    return version or 0, tx.session.exec(counted).one()


def next_version(tx: Tx, facility_id: str) -> None:
    """Count one change of a facility's roster; the row is locked until the transaction ends."""
    tx.session.execute(
        text(
            "INSERT INTO roster_version (facility_id, version) VALUES (:facility, 1)"
            " ON CONFLICT (facility_id) DO UPDATE SET version = roster_version.version + 1"
        ),
        {"facility": facility_id},
    )


def count_search(tx: Tx, account_id: str, minute: int) -> int:
    """Count one search of an account in a minute (since 1970 UTC) and return how many that makes; forget older ones."""
    tx.session.execute(
        text("DELETE FROM search_count WHERE account_id = :account AND minute < :minute"),
        {"account": account_id, "minute": minute},
    )
    counted: int = tx.session.execute(
        text(
            "INSERT INTO search_count (account_id, minute, searches) VALUES (:account, :minute, 1)"
            " ON CONFLICT (account_id, minute) DO UPDATE SET searches = search_count.searches + 1 RETURNING searches"
        ),
        {"account": account_id, "minute": minute},
    ).scalar_one()
    return counted
