"""Delivery of the outbox: runs beside the requests, takes one notice at a time, and keeps what became of it.

A notice is claimed in one transaction (its next try is put off, so that no other server takes it), sent without any,
and marked in a second. A crash in between sends it again under the same Message-ID, which mail readers show once.

States: ``waiting`` (also between two tries), ``sent`` (a mail server took it), ``failed``, and ``local``: this server
has no mail and one user, whose terminal shows it (codes in the answer that asked for them, the rest on its own page).
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from backend.db import Tx
from backend.keys import ServerKey
from backend.notices import repository
from backend.notices.kinds import DATA, CodeData
from backend.notices.messages import Message
from backend.notices.models import Notice
from backend.notices.service import OUTBOX, kind_of, written
from backend.notices.smtp import MailServer, NotTaken

if TYPE_CHECKING:
    from backend.context import Context

log = logging.getLogger(__name__)

LOOK_AGAIN: Final = 5.0
"""Seconds after which the outbox is looked at though nothing woke the delivery: for retries, and for other servers."""
CLAIM: Final = timedelta(minutes=2)
"""How long a claimed notice is left to whoever claimed it."""
FIRST_RETRY: Final = timedelta(seconds=30)
LONGEST_RETRY: Final = timedelta(hours=1)
WORTH_SENDING: Final = timedelta(days=3)
"""A notice that could not be sent for so long is given up: it would tell of what is long over."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice that this server is about to send."""

    id: str
    to_address: str
    attempts: int
    message: Message


async def deliver(context: Context) -> None:
    """Deliver what is due, again and again, until cancelled or the server stops."""
    hub = context.db.hub
    if context.mail is None and context.messages == "smtp":
        log.warning("no mail server is set (VISITDESK_SMTP_URL): messages wait in the outbox")
        return
    with hub.listen(OUTBOX) as moved:
        while not hub.closed:
            moved.clear()
            await deliver_due(context)
            try:
                async with asyncio.timeout(LOOK_AGAIN):
                    await moved.wait()
            except TimeoutError:
                continue


async def deliver_due(context: Context) -> int:
    """Deliver every notice that is due now; return how many were tried."""
    mail = context.mail
    if mail is None:
        if context.messages == "local":
            await context.db.write(repository.hand_over_locally)
        return 0
    tried = 0
    while (claimed := await context.db.write(lambda tx: claim(tx, context.key))) is not None:
        tried += 1
        await _send(context, mail, claimed)
    return tried


async def _send(context: Context, mail: MailServer, claimed: Claimed) -> None:
    try:
        await asyncio.to_thread(mail.send, claimed.id, claimed.to_address, claimed.message)
    except NotTaken as refused:
        said, for_good = str(refused), refused.for_good
        log.warning("notice %s, try %d: %s", claimed.id, claimed.attempts, said)
        await context.db.write(lambda tx: put_off(tx, claimed.id, said, for_good=for_good))
        return
    await context.db.write(lambda tx: mark_sent(tx, claimed.id))


def claim(tx: Tx, key: ServerKey) -> Claimed | None:
    """Take the next notice that is due; what is no longer worth sending is given up on the way."""
    while (notice := repository.next_due(tx)) is not None:
        too_late = _too_late(tx, notice)
        if too_late is None:
            notice.attempts += 1
            notice.due_at = tx.now + CLAIM
            tx.session.add(notice)
            return Claimed(notice.id, notice.to_address, notice.attempts, written(notice, key))
        notice.state, notice.last_error = "failed", too_late
        tx.session.add(notice)
        tx.session.flush()
    return None


def _too_late(tx: Tx, notice: Notice) -> str | None:
    data = DATA[kind_of(notice)].model_validate(notice.data)
    if isinstance(data, CodeData) and tx.now >= data.expires_at:
        return "its code had expired before it could be sent"
    return "given up after three days" if tx.now >= notice.created_at + WORTH_SENDING else None


def mark_sent(tx: Tx, notice_id: str) -> None:
    """Keep that a mail server has taken the notice."""
    notice = repository.notice(tx, notice_id)
    if notice is not None:
        notice.state, notice.sent_at, notice.last_error = "sent", tx.now, None
        tx.session.add(notice)


def put_off(tx: Tx, notice_id: str, why: str, *, for_good: bool) -> None:
    """Keep why a try failed, and when the next one is due: after 30 s, then twice as long each time, up to an hour."""
    notice = repository.notice(tx, notice_id)
    if notice is None:
        return
    notice.last_error = why
    if for_good:
        notice.state = "failed"
    else:
        notice.due_at = tx.now + min(FIRST_RETRY * 2 ** min(notice.attempts - 1, 16), LONGEST_RETRY)
    tx.session.add(notice)
