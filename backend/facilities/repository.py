"""Queries over facilities, their dated settings and prices, and their terms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import func
from sqlmodel import col, select

from backend.db import Tx
from backend.facilities.models import Facility, Price, Setting, Terms, TermsAcceptance
from backend.sql import Row, Rows, Sql, Value

STATE_LETTERS = 2
_FACILITY: Final = Rows(Facility, "WHERE id = :id")
_KEY: Final = "hashtextextended('facility:' || CAST(:id AS text), 0)"
"""64 bits for a facility's lock; two that are given the same only wait for each other. Nothing else locks by number."""
_SHARE: Final = Sql(f"SELECT pg_advisory_xact_lock_shared({_KEY})")
_TAKE_ALONE: Final = Sql(
    f"WITH alone AS MATERIALIZED (SELECT pg_advisory_xact_lock({_KEY}))"  # noqa: S608  # names, never values
    " SELECT facility.id FROM alone CROSS JOIN facility WHERE facility.id = :id FOR UPDATE OF facility"
)
"""The row as well: what points at it without sharing it waits, too."""
_SETTINGS: Final = Rows(Setting, "WHERE facility_id IN (:facilities) AND effective_from <= :on ORDER BY effective_from")
_ALL_SETTINGS: Final = Rows(Setting, "WHERE facility_id = :facility ORDER BY effective_from")
_PRICES: Final = Rows(Price, "WHERE facility_id IN (:facilities) AND effective_from <= :on ORDER BY effective_from")
_LATEST_TERMS: Final = Rows(Terms, "WHERE facility_id = :facility AND visit_type = :type ORDER BY version DESC LIMIT 1")
_ACCEPTANCE: Final = Rows(TermsAcceptance, "WHERE account_id = :account AND terms_id = :terms")
_TYPES_WITH_TERMS: Final = Sql("SELECT DISTINCT facility_id, visit_type FROM terms WHERE facility_id IN (:facilities)")


def facility(tx: Tx, facility_id: str) -> Facility | None:
    """Return a facility to be read, or None."""
    found = tx.run_steady(_FACILITY.statement, {"id": facility_id})
    return _FACILITY.made_of(found)[0] if found else None


def facility_to_change(tx: Tx, facility_id: str) -> Facility | None:
    """Return a facility to be changed, or None."""
    return tx.session.get(Facility, facility_id)


def lock(tx: Tx, facility_id: str, *, shared: bool) -> None:
    """Lock a facility until the transaction ends: alone, or together with others that only share it.

    PostgreSQL keeps a queue: who asks for a share waits behind whoever waits to have it alone. Rows have no such queue.
    """
    tx.lock(_SHARE if shared else _TAKE_ALONE, {"id": facility_id})


def is_there_any(tx: Tx) -> bool:
    """Return whether there is a facility at all."""
    return tx.session.exec(select(Facility.id).limit(1)).first() is not None


def facilities_of_source(tx: Tx, source: str) -> Sequence[Facility]:
    """Return every facility that came from a list."""
    return tx.session.exec(select(Facility).where(Facility.source == source)).all()


def states(tx: Tx) -> Sequence[tuple[str, int]]:
    """Return each state's code with the number of its facilities."""
    query = select(Facility.state, func.count()).group_by(Facility.state)
    return tx.session.exec(query).all()


def facilities_in(tx: Tx, state: str, after: tuple[str, str] | None, limit: int) -> Sequence[Facility]:
    """Return facilities of a state by name, then id, behind ``after`` (name, id), at most ``limit``."""
    query = select(Facility).where(Facility.state == state)
    if after is not None:
        name, facility_id = after
        query = query.where(
            (col(Facility.name) > name) | ((col(Facility.name) == name) & (col(Facility.id) > facility_id))
        )
    return tx.session.exec(query.order_by(col(Facility.name), col(Facility.id)).limit(limit)).all()


def settings_on(tx: Tx, facility_ids: Sequence[str], on: date) -> Sequence[Setting]:
    """Return every setting of the facilities that began by ``on``, oldest first, so that the last one holds."""
    if not facility_ids:
        return ()
    said: dict[str, Value] = {"on": on.isoformat()}
    return _SETTINGS.made_of(tx.run(_SETTINGS.statement.for_each("facilities", facility_ids, said), said))


def settings_as_kept(tx: Tx, facility_id: str) -> tuple[Row, ...]:
    """Return every setting of a facility, oldest first, as it is kept: for :func:`settings_of`, and to be compared."""
    return tuple(tx.run_steady(_ALL_SETTINGS.statement, {"facility": facility_id}))


def settings_of(rows: Sequence[Row]) -> Sequence[Setting]:
    """Return the settings that :func:`settings_as_kept` found."""
    return _ALL_SETTINGS.made_of(rows)


def prices_on(tx: Tx, facility_ids: Sequence[str], on: date) -> Sequence[Price]:
    """Return every price of the facilities that began by ``on``, oldest first."""
    if not facility_ids:
        return ()
    said: dict[str, Value] = {"on": on.isoformat()}
    return _PRICES.made_of(tx.run(_PRICES.statement.for_each("facilities", facility_ids, said), said))


def prices(tx: Tx, facility_id: str) -> Sequence[Price]:
    """Return every price of a facility, past and to come, oldest first."""
    query = select(Price).where(Price.facility_id == facility_id).order_by(col(Price.effective_from))
    return tx.session.exec(query).all()


def priced(tx: Tx) -> Sequence[Facility]:
    """Return every facility that has a price, by name."""
    with_price = select(Price.facility_id)
    return tx.session.exec(select(Facility).where(col(Facility.id).in_(with_price)).order_by(col(Facility.name))).all()


def latest_terms(tx: Tx, facility_id: str, visit_type: str) -> Terms | None:
    """Return the newest terms of a facility and visit type, or None where none were published."""
    return tx.first(_LATEST_TERMS, {"facility": facility_id, "type": visit_type})


def terms(tx: Tx, terms_id: str) -> Terms | None:
    """Return one version of terms, or None."""
    return tx.session.get(Terms, terms_id)


def acceptance(tx: Tx, account_id: str, terms_id: str) -> TermsAcceptance | None:
    """Return an account's acceptance of one version of terms, or None."""
    return tx.first(_ACCEPTANCE, {"account": account_id, "terms": terms_id})


def types_with_terms(tx: Tx, facility_ids: Sequence[str]) -> frozenset[tuple[str, str]]:
    """Return (facility, visit type) for everything that has Terms and Conditions."""
    if not facility_ids:
        return frozenset()
    said: dict[str, Value] = {}
    rows = tx.run(_TYPES_WITH_TERMS.for_each("facilities", facility_ids, said), said)
    return frozenset((facility_id, visit_type) for facility_id, visit_type in rows)


def in_state(tx: Tx, state: str) -> Sequence[Facility]:
    """Return every facility of a state."""
    return tx.session.exec(select(Facility).where(Facility.state == state)).all()


def called(tx: Tx, said: str) -> Sequence[Facility]:
    """Return the facilities that somebody may mean by an id, a number in a list, a name, or ``Name, ST``."""
    by_id = tx.session.get(Facility, said)
    if by_id is not None:
        return [by_id]
    by_number = tx.session.exec(select(Facility).where(Facility.external_id == said)).all()
    if by_number:
        return by_number
    name, _, state = said.rpartition(",")
    if not name or len(state.strip()) != STATE_LETTERS:
        name, state = said, ""
    query = select(Facility).where(func.lower(col(Facility.name)) == name.strip().lower())
    if state:
        query = query.where(Facility.state == state.strip().upper())
    return tx.session.exec(query.order_by(col(Facility.state), col(Facility.id))).all()
