"""Sign-in sessions: opening, checking, touching and revoking them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlmodel import col, update

from backend.accounts.models import SignInSession
from backend.db import Tx
from backend.kiosks import clocks, devices
from backend.kiosks.models import Kiosk
from backend.security import Actor, not_signed_in
from backend.sql import Sql
from backend.types import instant_of, microseconds, new_id

IDLE: Final = {"desktop": timedelta(hours=12), "ssh": timedelta(hours=1)}
ABSOLUTE: Final = {"desktop": timedelta(days=14), "ssh": timedelta(hours=12)}
"""At a kiosk the facility's settings count: :mod:`backend.kiosks.clocks`."""
TOUCH_EVERY: Final = 10
"""The last sign of life is written at most ten times within the idle time, so that reads stay reads."""
A_SECOND: Final = 1_000_000
"""Microseconds."""
_PRESENT: Final = Sql(
    "SELECT s.account_id, s.kind, s.device, s.last_seen_at, s.idle_seconds, s.absolute_ends_at,"
    " s.acting_for_account_id, s.kiosk_id, s.facility_id, s.revoked_at, a.role, a.disabled_at, p.facility_id"
    " FROM sign_in_session s JOIN account a ON a.id = s.account_id LEFT JOIN officer_post p ON p.account_id = a.id"
    " WHERE s.id = :id"
)
_SIGN_OF_LIFE: Final = Sql("UPDATE sign_in_session SET last_seen_at = :now WHERE id = :id AND last_seen_at < :now")


@dataclass(frozen=True, slots=True)
class Present:
    """Who is signed in, and whether the last sign of life is old enough for a new one to matter."""

    actor: Actor
    needs_sign_of_life: bool


def open_session(tx: Tx, account_id: str, kind: str, device: str, kiosk_id: str | None = None) -> SignInSession:
    """Open a sign-in session of ``kind`` (desktop, ssh or kiosk) for an account; one at a kiosk names its device.

    Raises ``kiosk_not_enrolled`` (403).
    """
    if kind == "kiosk":
        return _open_at(tx, account_id, devices.standing(tx, kiosk_id))
    session = SignInSession(
        id=new_id(tx.now),
        account_id=account_id,
        kind=kind,
        device=device,
        created_at=tx.now,
        last_seen_at=tx.now,
        idle_seconds=int(IDLE[kind].total_seconds()),
        absolute_ends_at=tx.now + ABSOLUTE[kind],
    )
    tx.session.add(session)
    tx.session.flush()
    return session


def _open_at(tx: Tx, account_id: str, kiosk: Kiosk) -> SignInSession:
    session = SignInSession(
        id=new_id(tx.now),
        account_id=account_id,
        kind="kiosk",
        device=kiosk.name,
        created_at=tx.now,
        last_seen_at=tx.now,
        idle_seconds=0,
        absolute_ends_at=tx.now,
        kiosk_id=kiosk.id,
        facility_id=kiosk.facility_id,
    )
    clocks.begin(tx, session, kiosk)
    return session


def present(tx: Tx, session_id: str, kiosk_id: str | None = None) -> Present:
    """Return who a sign-in session stands for. Raises ``not_signed_in`` (401) if it is over or unknown.

    One at a kiosk stands for nobody on any other device: ``kiosk_id`` is what the calling device has proved to be.
    """
    rows = tx.run(_PRESENT, {"id": session_id})
    if not rows:
        raise not_signed_in()
    account_id, kind, device, seen, idle_seconds, ends, acting_for, at_kiosk, bound_to, revoked, role, disabled, _ = (
        rows[0]
    )
    now, idle = microseconds(tx.now), idle_seconds * A_SECOND
    due = min(seen + idle, ends)
    if revoked is not None or disabled is not None or at_kiosk not in (None, kiosk_id):
        raise not_signed_in()
    # asked each time: a sign-in that was under way while its kiosk was taken out of service has not been ended with it
    if at_kiosk is not None and not devices.is_standing(tx, at_kiosk):
        raise not_signed_in()
    if now >= due and (at_kiosk is None or clocks.kept(tx, account_id, instant_of(due)) is None):
        raise not_signed_in()
    actor = Actor(
        role=role,
        channel="terminal",
        account_id=account_id,
        facility_ids=frozenset(facility_id for *_, facility_id in rows if facility_id is not None),
        sign_in_session_id=session_id,
        acting_for=acting_for,
        kind=kind,
        device=device,
        bound_to=bound_to,
    )
    # at a kiosk every second counts; elsewhere reads stay reads
    return Present(actor, needs_sign_of_life=now > seen if at_kiosk else now - seen >= idle / TOUCH_EVERY)


def actor_of(tx: Tx, session_id: str, kiosk_id: str | None = None) -> Actor:
    """Return who a sign-in session stands for. Raises ``not_signed_in`` (401) if it is over or unknown."""
    return present(tx, session_id, kiosk_id).actor


def sign_of_life(tx: Tx, session_id: str) -> None:
    """Note a sign of life of a sign-in session."""
    tx.run(_SIGN_OF_LIFE, {"id": session_id, "now": microseconds(tx.now)})


def revoke(tx: Tx, session_id: str) -> None:
    """End a sign-in session for good."""
    tx.session.exec(
        update(SignInSession)
        .where(col(SignInSession.id) == session_id, col(SignInSession.revoked_at).is_(None))
        .values(revoked_at=tx.now)
    )


def revoke_all(tx: Tx, account_id: str, *, but: str | None = None) -> None:
    """End every sign-in session of an account, but one."""
    tx.session.exec(
        update(SignInSession)
        .where(
            col(SignInSession.account_id) == account_id,
            col(SignInSession.revoked_at).is_(None),
            col(SignInSession.id) != (but or ""),
        )
        .values(revoked_at=tx.now)
    )
