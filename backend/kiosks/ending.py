"""Putting away what was a person's at a kiosk, when the stay ends: the hold, the draft, the token.

A stay ends by comparison with the clock, whether or not this runs; here only what it leaves behind is put away, every
few seconds, and whoever waits for news at the kiosk is told.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlmodel import col, select

from backend.accounts.models import SignInSession
from backend.audit import service as audit
from backend.changes import service as changes
from backend.db import Tx
from backend.drafts import service as drafts
from backend.kiosks import clocks
from backend.kiosks.models import KioskStay
from backend.security import Actor
from backend.visits import holds

if TYPE_CHECKING:
    from backend.context import Context

EVERY: Final = 2.0
"""Seconds between two looks."""


async def end_stays(context: Context) -> None:
    """Put away what every stay that is over has left, round after round, until cancelled."""
    while True:
        await end_once(context)
        await asyncio.sleep(EVERY)


async def end_once(context: Context) -> int:
    """Put away what the stays that are over now have left; return how many they were."""
    over = await context.db.read(over_now)
    for session_id in over:
        await context.db.write(partial(put_away, session_id=session_id))
    return len(over)


def over_now(tx: Tx) -> list[str]:
    """Return the sign-in sessions at kiosks that are over, and of which something may have to be put away."""
    query = (
        select(SignInSession)
        .join(KioskStay, col(KioskStay.sign_in_session_id) == col(SignInSession.id))
        .where(col(KioskStay.over_at).is_(None))
    )
    return [session.id for session in tx.session.exec(query).all() if _over_since(tx, session) is not None]


def put_away(tx: Tx, session_id: str) -> None:
    """Put away what a stay at a kiosk has left, once it is over; nothing happens to what is not, or to no stay.

    What goes is what the person did there: the time that this session holds, and the draft written during the stay.
    What the same account holds on another device stands, and so does a draft written after it.
    """
    stay = tx.session.get(KioskStay, session_id)
    session = tx.session.get(SignInSession, session_id)
    if stay is None or session is None or stay.over_at is not None:
        return
    ended_at = _over_since(tx, session)
    if ended_at is None:
        return
    actor = Actor(
        role="visitor",
        channel="server",
        account_id=session.account_id,
        sign_in_session_id=session.id,
        kind=session.kind,
        device=session.device,
    )
    holds.let_go(tx, actor)
    drafts.discard_written(tx, actor, since=session.created_at, until=ended_at)
    stay.over_at = tx.now
    tx.session.add(stay)
    if session.revoked_at is None:
        session.revoked_at = ended_at
        tx.session.add(session)
        chain, subject = audit.account_chain(session.account_id), f"account:{session.account_id}"
        what: dict[str, object] = {"sign_in_session": session.id, "kiosk": session.kiosk_id}
        audit.record(tx, actor, chain, action="time at kiosk over", subject=subject, what=what)
        changes.announce(tx, changes.account_stream(session.account_id), "account", session.account_id)


def _over_since(tx: Tx, session: SignInSession) -> datetime | None:
    """Return when (UTC) a sign-in session ended, None if it is under way."""
    return clocks.over_since(tx, session) if session.revoked_at is None else session.revoked_at
