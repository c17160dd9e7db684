"""Queries over restrictions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlmodel import col, or_, select

from backend.db import Tx
from backend.restrictions.models import Restriction
from backend.sql import Rows

_IN_FORCE: Final = "WHERE facility_id = :facility AND ended_at IS NULL AND (last_date IS NULL OR last_date >= :day)"
_OF_PERSONS: Final = Rows(Restriction, f"{_IN_FORCE} AND kind IN ('ban', 'no_contact') ORDER BY made_at, id")
_OF_A_VISIT: Final = Rows(
    Restriction,
    f"{_IN_FORCE} AND kind <> 'keep_apart' AND (kind = 'ban' OR individual_id = :individual) ORDER BY made_at, id",
)


def restriction(tx: Tx, restriction_id: str) -> Restriction | None:
    """Return a restriction, ended or not, or None."""
    return tx.session.get(Restriction, restriction_id)


def restriction_to_end(tx: Tx, restriction_id: str) -> Restriction | None:
    """Return a restriction as it is now, with its row locked until the transaction ends, or None."""
    query = select(Restriction).where(Restriction.id == restriction_id)
    return tx.session.exec(query.with_for_update().execution_options(populate_existing=True)).first()


def keep(tx: Tx, restriction: Restriction) -> None:
    """Keep a new restriction, or a changed one."""
    tx.session.add(restriction)
    tx.session.flush()


def of_facility(tx: Tx, facility_id: str, *, with_ended: bool, on: date) -> Sequence[Restriction]:
    """Return a facility's restrictions, the newest first; without those that are ended or over on ``on``, or with."""
    query = select(Restriction).where(Restriction.facility_id == facility_id)
    if not with_ended:
        query = query.where(
            col(Restriction.ended_at).is_(None),
            or_(col(Restriction.last_date).is_(None), col(Restriction.last_date) >= on),
        )
    return tx.session.exec(query.order_by(col(Restriction.made_at).desc(), col(Restriction.id).desc())).all()


def in_force(tx: Tx, facility_id: str, individual_id: str | None, on: date) -> Sequence[Restriction]:
    """Return what is not ended, nor over on ``on``, and may touch a visit with the individual: theirs, and all bans.

    Without an individual: every ban and every no contact order of the facility. Pairs that are kept apart are no part
    of it: the time that they take decides. The rows are only read.
    """
    said = {"facility": facility_id, "individual": individual_id, "day": on.isoformat()}
    return tx.all(_OF_PERSONS if individual_id is None else _OF_A_VISIT, said)


def pair(tx: Tx, one: str, other: str) -> Restriction | None:
    """Return the restriction in force that keeps the two individuals apart, or None."""
    query = select(Restriction).where(
        Restriction.kind == "keep_apart",
        col(Restriction.ended_at).is_(None),
        Restriction.individual_id == min(one, other),
        Restriction.other_individual_id == max(one, other),
    )
    return tx.session.exec(query).first()
