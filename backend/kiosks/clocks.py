"""The clocks of a stay at a kiosk. The server decides; the terminal only shows.

A stay ends at the earlier of two instants (both exclusive): when nothing was heard for the idle time, and when the
question "More time?" has waited long enough. The question comes after each stretch, and can be answered so many times.
Neither cuts into a time that is held or a payment that is being checked: the stay then lasts until that is over, if it
was begun before the stay would have ended. Whatever a terminal claims, it gains no more than the longer idle time, the
stretches that are left, and one hold or payment.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlmodel import col, select

from backend.accounts.models import SignInSession
from backend.db import Tx
from backend.errors import Problem
from backend.facilities import service as facilities
from backend.facilities.kiosk_policy import KioskPolicy, kiosk_policy_on
from backend.facilities.policy import local_today
from backend.kiosks.models import Kiosk, KioskStay
from backend.money.service import KEEPS_PLACE
from backend.sql import Sql
from backend.types import instant_of, microseconds

Place = Literal["page", "form"]
"""Where somebody is: ``form`` stands for Terms, Payment and forms, which take longer to read and fill in."""
Notice = Literal["idle", "question", "ending"]
KeptFor = Literal["hold", "payment"]

_KEPT: Final = Sql(
    "SELECT h.held_until, p.created_at, p.ends_at FROM hold h"
    " LEFT JOIN payment p ON p.booking_id = h.id AND p.status = 'checking'"
    " WHERE h.account_id = :account AND h.first_held_at < :due"
    " UNION ALL SELECT CAST(NULL AS BIGINT), p.created_at, p.ends_at FROM payment p WHERE p.account_id = :account"
    " AND p.purpose = 'top_up' AND p.status = 'checking' AND p.created_at < :due"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a stay is not ended in, and until when (UTC, exclusive) at most."""

    why: KeptFor
    until: datetime


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of a stay, as they stand now. Count down on the seconds."""

    notice: Notice | None
    """What has to be on the screen now."""
    notice_in_seconds: int
    """When the next notice is due if nothing more is heard; 0 while there is one."""
    more_time_left: int
    """How often "More time?" can still be answered."""
    kept_for: KeptFor | None
    """Why the stay lasts longer than its clocks."""


def begin(tx: Tx, session: SignInSession, kiosk: Kiosk) -> None:
    """Set the clocks of a new sign-in session at ``kiosk``, by the settings of its facility."""
    facility = facilities.get(tx, kiosk.facility_id)
    policy = kiosk_policy_on(tx, facility.id, local_today(facility, tx.now))
    session.idle_seconds = policy.idle_seconds
    stay = _stay_of(session.id, policy, tx.now)
    session.absolute_ends_at = _ends(stay)
    tx.session.add(session)
    tx.session.flush()
    tx.session.add(stay)
    tx.session.flush()


def kept(tx: Tx, account_id: str, due: datetime) -> Kept | None:
    """Return what keeps a stay that was due to end at ``due``, if it is still under way now.

    It must have begun before ``due``: a hold that is taken elsewhere later brings no stay back.
    """
    return next((keeps for keeps in _begun_before(tx, account_id, due) if tx.now < keeps.until), None)


def _begun_before(tx: Tx, account_id: str, due: datetime) -> Iterator[Kept]:
    """Yield what was begun before ``due``, over by now or not; a payment before the time that it is for."""
    for held_until, paid_at, page_ends_at in tx.run(_KEPT, {"account": account_id, "due": microseconds(due)}):
        if paid_at is not None:
            until = instant_of(paid_at) + KEEPS_PLACE
            yield Kept("payment", until if page_ends_at is None else max(until, instant_of(page_ends_at)))
        if held_until is not None:
            yield Kept("hold", instant_of(held_until))


def due(session: SignInSession) -> datetime:
    """Return when (UTC, exclusive) a sign-in session ends by its clocks if nothing more is heard of it."""
    return min(session.last_seen_at + timedelta(seconds=session.idle_seconds), session.absolute_ends_at)


def ends(tx: Tx, session: SignInSession) -> datetime:
    """Return when (UTC, exclusive) a sign-in session ends as things stand: not within a hold or a payment."""
    by_clocks = due(session)
    keeps = kept(tx, session.account_id, by_clocks) if session.kiosk_id is not None else None
    return by_clocks if keeps is None else max(by_clocks, keeps.until)


def over_since(tx: Tx, session: SignInSession) -> datetime | None:
    """Return when (UTC) a stay was over by its clocks, with what it was kept for; None while it is not."""
    if tx.now < ends(tx, session):
        return None
    by_clocks = due(session)
    kept_until = [keeps.until for keeps in _begun_before(tx, session.account_id, by_clocks)]
    return min(tx.now, max(by_clocks, session.last_seen_at, *kept_until))


def view(tx: Tx, session: SignInSession) -> Clocks | None:
    """Return the clocks of a sign-in session at a kiosk; None for every other one."""
    stay = tx.session.get(KioskStay, session.id)
    if stay is None:
        return None
    warns_at = session.last_seen_at + timedelta(seconds=session.idle_seconds - stay.warning_seconds)
    notice: Notice | None = None
    if tx.now >= stay.asks_at:
        notice = "question" if stay.more_time_left else "ending"
    elif tx.now >= warns_at:
        notice = "idle"
    by_clocks = due(session)
    keeps = kept(tx, session.account_id, by_clocks)
    waits = (min(stay.asks_at, warns_at) - tx.now).total_seconds()
    return Clocks(
        notice=notice,
        notice_in_seconds=0 if notice else math.ceil(waits),
        more_time_left=stay.more_time_left,
        kept_for=keeps.why if keeps is not None and keeps.until > by_clocks else None,
    )


def note_presence(tx: Tx, session: SignInSession, place: Place) -> None:
    """A key was pressed, on a page of this kind. The caller has seen to it that the session stands."""
    stay = tx.session.get(KioskStay, session.id)
    session.last_seen_at = max(session.last_seen_at, tx.now)
    if stay is not None:
        session.idle_seconds = stay.form_idle_seconds if place == "form" else stay.idle_seconds
    tx.session.add(session)


def more_time(tx: Tx, session: SignInSession) -> None:
    """Answer the question "More time?": another stretch begins now. The caller has seen to it that the session stands.

    Raises ``more_time_not_asked`` (409) before the question is asked, and ``no_more_time`` (409) once it was answered
    as often as the facility allows.
    """
    stay = tx.session.get(KioskStay, session.id)
    if stay is None or tx.now < stay.asks_at:
        raise Problem("more_time_not_asked", 409, "There is time left.", "You will be asked when it is running out.")
    if stay.more_time_left == 0:
        raise Problem("no_more_time", 409, "Your time at this kiosk is over.", "Sign in again if you need more time.")
    stay.more_time_left -= 1
    stay.asks_at = tx.now + timedelta(seconds=stay.stretch_seconds)
    session.absolute_ends_at = _ends(stay)
    session.last_seen_at = max(session.last_seen_at, tx.now)
    tx.session.add(stay)
    tx.session.add(session)


def note_progress(tx: Tx, account_id: str) -> None:
    """Something went on for this account on the person's phone: that counts as being at the kiosk.

    A stay that is over stays over. One whose question "More time?" is waiting gets long enough to read what came of it;
    once that has waited long enough, only what was begun before still prolongs it, or one declined payment after
    another would do so for ever.
    """
    query = select(SignInSession).where(
        SignInSession.account_id == account_id,
        col(SignInSession.kiosk_id).is_not(None),
        col(SignInSession.revoked_at).is_(None),
    )
    for session in tx.session.exec(query).all():
        stay = tx.session.get(KioskStay, session.id)
        if stay is None or tx.now >= ends(tx, session):
            continue
        session.last_seen_at = max(session.last_seen_at, tx.now)
        if tx.now < _ends(stay) or kept(tx, account_id, _ends(stay)) is not None:
            to_read = tx.now + timedelta(seconds=stay.warning_seconds)
            session.absolute_ends_at = max(session.absolute_ends_at, to_read)
        tx.session.add(session)


def _stay_of(session_id: str, policy: KioskPolicy, now: datetime) -> KioskStay:
    return KioskStay(
        sign_in_session_id=session_id,
        idle_seconds=policy.idle_seconds,
        form_idle_seconds=max(policy.idle_seconds, policy.form_idle_seconds),
        warning_seconds=min(policy.warning_seconds, policy.idle_seconds // 2),
        stretch_seconds=policy.stretch_minutes * 60,
        question_seconds=policy.question_seconds,
        asks_at=now + timedelta(minutes=policy.stretch_minutes),
        more_time_left=policy.more_times,
    )


def _ends(stay: KioskStay) -> datetime:
    return stay.asks_at + timedelta(seconds=stay.question_seconds)
