"""Kiosks as devices: making one, enrolling it with a one-time code, and taking its right away.

What a device proves itself with is derived from the server's key and the kiosk's id: the database holds nothing that
could stand for a kiosk. The code that enrols one has 80 random bits, so that nobody needs to count tries; only its
digest is kept, until it is used or an hour has gone.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from backend.audit import service as audit
from backend.db import Tx
from backend.errors import Problem, not_found
from backend.facilities import service as facilities
from backend.facilities.models import Facility
from backend.keys import ServerKey
from backend.kiosks.models import Kiosk
from backend.security import Action, Actor, authorize
from backend.sql import Sql
from backend.types import microseconds, new_id

CODE_LIVES: Final = timedelta(hours=1)
CODE_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH: Final = 16
LOOKS_LIKE: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
"""Letters that a code does not have, by the digit that was meant."""
_END_SIGN_INS: Final = Sql(
    "UPDATE sign_in_session SET revoked_at = :now WHERE kiosk_id = :kiosk AND revoked_at IS NULL"
)
_STANDING: Final = Sql("SELECT id FROM kiosk WHERE id = :kiosk AND enrolled_at IS NOT NULL AND revoked_at IS NULL")


@dataclass(frozen=True, slots=True)
class CodeMade:
    """A code that enrols a kiosk once, in groups of four; it is kept nowhere."""

    kiosk: Kiosk
    code: str


def make(tx: Tx, actor: Actor, key: ServerKey, facility_id: str, name: str) -> CodeMade:
    """Make a kiosk of a facility, and the code that enrols it within an hour.

    One that was made before under this name and never enrolled gets a new code. Raises ``not_found`` (404) and
    ``kiosk_exists`` (409).
    """
    authorize(actor, Action.SET_UP)
    facilities.get(tx, facility_id)
    kiosk = standing_called(tx, facility_id, name)
    if kiosk is not None and kiosk.enrolled_at is not None:
        raise _exists(name)
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    if kiosk is None:
        kiosk = Kiosk(id=new_id(tx.now), facility_id=facility_id, name=name, made_at=tx.now, code_expires_at=tx.now)
    kiosk.code_digest, kiosk.code_expires_at = _digest(key, code), tx.now + CODE_LIVES
    try:
        with tx.session.begin_nested():
            tx.session.add(kiosk)
    except IntegrityError:
        raise _exists(name) from None
    _trace(tx, actor, kiosk, "kiosk code issued")
    return CodeMade(kiosk, "-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4)))


def enrol(tx: Tx, actor: Actor, key: ServerKey, code: str) -> Kiosk:
    """Use up the code of a kiosk and return it. Raises ``kiosk_code_wrong`` (400), for one that is over as well."""
    given = "".join(code.split()).replace("-", "").upper().translate(LOOKS_LIKE)
    query = select(Kiosk).where(Kiosk.code_digest == _digest(key, given)).with_for_update()
    kiosk = tx.session.exec(query).first()
    if kiosk is None or kiosk.revoked_at is not None or tx.now >= kiosk.code_expires_at:
        raise Problem(
            "kiosk_code_wrong",
            400,
            "This code enrols no kiosk.",
            "A code works once, within an hour. Make a new one: visitdesk-server kiosk enrol FACILITY NAME",
        )
    kiosk.code_digest, kiosk.enrolled_at = None, tx.now
    tx.session.add(kiosk)
    _trace(tx, actor, kiosk, "kiosk enrolled")
    return kiosk


def is_standing(tx: Tx, kiosk_id: str) -> bool:
    """Say whether a kiosk may serve: it is enrolled and not revoked."""
    return bool(tx.run(_STANDING, {"kiosk": kiosk_id}))


def standing(tx: Tx, kiosk_id: str | None) -> Kiosk:
    """Return the kiosk that a device proved to be. Raises ``kiosk_not_enrolled`` (403)."""
    kiosk = tx.session.get(Kiosk, kiosk_id) if kiosk_id is not None else None
    if kiosk is None or kiosk.enrolled_at is None or kiosk.revoked_at is not None:
        raise Problem(
            "kiosk_not_enrolled",
            403,
            "This kiosk is not in service.",
            "Ask at the desk. Whoever runs it can enrol it: visitdesk-server kiosk enrol FACILITY NAME",
        )
    return kiosk


def bound_to(tx: Tx, kiosk_id: str | None) -> Facility | None:
    """Return the only facility that the calling device may show: None for one that is no kiosk."""
    return None if kiosk_id is None else facilities.get(tx, standing(tx, kiosk_id).facility_id)


def reader_of(tx: Tx, kiosk_id: str | None) -> str | None:
    """Return what the processor calls the card reader beside the calling kiosk, None where none is, or no kiosk."""
    return None if kiosk_id is None else standing(tx, kiosk_id).reader


def standing_called(tx: Tx, facility_id: str, name: str) -> Kiosk | None:
    """Return a facility's kiosk of this name that is not revoked, enrolled or not."""
    query = select(Kiosk).where(Kiosk.facility_id == facility_id, Kiosk.name == name, col(Kiosk.revoked_at).is_(None))
    return tx.session.exec(query).first()


def listed(tx: Tx, actor: Actor, facility_id: str | None = None) -> Sequence[Kiosk]:
    """Return the kiosks of a facility, or of all, by name; revoked ones last."""
    authorize(actor, Action.SET_UP)
    query = select(Kiosk).order_by(col(Kiosk.revoked_at).is_not(None), col(Kiosk.name), col(Kiosk.made_at))
    return tx.session.exec(query if facility_id is None else query.where(Kiosk.facility_id == facility_id)).all()


def revoke(tx: Tx, actor: Actor, facility_id: str, name: str, why: str | None) -> Kiosk:
    """Take a kiosk's right away for good, and sign out whoever is signed in there. Raises ``not_found`` (404)."""
    authorize(actor, Action.SET_UP)
    kiosk = standing_called(tx, facility_id, name)
    if kiosk is None:
        raise not_found("The kiosk")
    kiosk.revoked_at, kiosk.code_digest = tx.now, None
    tx.session.add(kiosk)
    tx.run(_END_SIGN_INS, {"kiosk": kiosk.id, "now": microseconds(tx.now)})
    _trace(tx, actor, kiosk, "kiosk revoked", why)
    return kiosk


def set_reader(tx: Tx, actor: Actor, facility_id: str, name: str, reader: str | None) -> Kiosk:
    """Note which card reader stands beside a kiosk, as the processor calls it. Raises ``not_found`` (404)."""
    authorize(actor, Action.SET_UP)
    kiosk = standing_called(tx, facility_id, name)
    if kiosk is None:
        raise not_found("The kiosk")
    kiosk.reader = reader
    tx.session.add(kiosk)
    _trace(tx, actor, kiosk, "kiosk reader set" if reader else "kiosk reader taken away", reader=reader)
    return kiosk


def _exists(name: str) -> Problem:
    return Problem(
        "kiosk_exists", 409, f"There is a kiosk {name} here already.", "Revoke it first, or take a new name."
    )


def _digest(key: ServerKey, code: str) -> str:
    return key.digest("kiosk code", code)


def _trace(
    tx: Tx, actor: Actor, kiosk: Kiosk, action: str, why: str | None = None, *, reader: str | None = None
) -> None:
    what: dict[str, object] = {"name": kiosk.name, **({"reader": reader} if reader else {})}
    chain = audit.facility_chain(kiosk.facility_id)
    audit.record(tx, actor, chain, action=action, subject=f"kiosk:{kiosk.id}", what=what, why=why)
