"""Sign-in sessions: opening, checking, touching and revoking them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlmodel import col, select, update

from backend.accounts.models import Account, OfficerPost, SignInSession
from backend.db import Tx
from backend.security import Actor, Role, not_signed_in
from backend.types import new_id

IDLE: Final = {"desktop": timedelta(hours=12), "ssh": timedelta(hours=1), "kiosk": timedelta(seconds=120)}
ABSOLUTE: Final = {"desktop": timedelta(days=14), "ssh": timedelta(hours=12), "kiosk": timedelta(minutes=15)}
TOUCH_EVERY: Final = 10
"""The last sign of life is written at most ten times within the idle time, so that reads stay reads."""


def open_session(tx: Tx, account_id: str, kind: str, device: str) -> SignInSession:
    """Open a sign-in session of ``kind`` (desktop, ssh or kiosk) for an account."""
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


def ends_at(session: SignInSession) -> datetime:
    """Return the instant (UTC, exclusive) at which the session ends if nothing more is heard of it."""
    return min(session.last_seen_at + timedelta(seconds=session.idle_seconds), session.absolute_ends_at)


def actor_of(tx: Tx, session_id: str) -> Actor:
    """Return who a sign-in session stands for. Raises ``not_signed_in`` (401) if it is over or unknown."""
    session = tx.session.get(SignInSession, session_id)
    if session is None or session.revoked_at is not None or tx.now >= ends_at(session):
        raise not_signed_in()
    account = tx.session.get_one(Account, session.account_id)
    if account.disabled_at is not None:
        raise not_signed_in()
    posts = tx.session.exec(select(OfficerPost.facility_id).where(OfficerPost.account_id == account.id)).all()
    role: dict[str, Role] = {"visitor": "visitor", "officer": "officer", "support": "support", "operator": "operator"}
    return Actor(
        role=role[account.role],
        channel="terminal",
        account_id=account.id,
        facility_ids=frozenset(posts),
        sign_in_session_id=session.id,
        acting_for=session.acting_for_account_id,
        kind=session.kind,
        device=session.device,
    )


def sign_of_life(tx: Tx, session_id: str, *, is_due_only: bool = False) -> bool:
    """Note a sign of life of a sign-in session, if the last one is old enough to matter.

    Returns whether it is; with ``is_due_only`` nothing is written, as a reading transaction may not.
    """
    session = tx.session.get(SignInSession, session_id)
    if session is None or tx.now - session.last_seen_at < timedelta(seconds=session.idle_seconds / TOUCH_EVERY):
        return False
    if not is_due_only:
        session.last_seen_at = tx.now
        tx.session.add(session)
    return True


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
