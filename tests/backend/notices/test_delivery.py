"""Delivery of the outbox, against a real SMTP server: each notice once, tried again, given up, never with a secret."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlmodel import select

from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database, Tx
from backend.notices.delivery import claim, deliver, deliver_due
from backend.notices.models import Notice
from backend.notices.service import post
from backend.notices.smtp import MailServer, mail_server
from backend.settings import SettingsError

VISIT: dict[str, object] = {
    "visit_id": "01JVISIT",
    "reference": "VD-7K3M9Q",
    "facility": "Shelby County Jail",
    "visit_type": "remote",
    "individual_name": "Daniel Okafor",
    "starts_at": "2026-11-24T15:00:00+00:00",
    "ends_at": "2026-11-24T15:30:00+00:00",
    "zone": "America/Chicago",
    "how": "Join by the link https://visits.example.org/join from 8:50 on.",
    "total_minor": 570,
}


class Mailbox:
    """What an SMTP server has taken; ``answers`` are given instead, one each, before it takes anything."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []
        self.came = asyncio.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # its name
        if self.answers:
            return self.answers.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.came.set()
        return "250 taken"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
async def mailing(context: Context, mailbox: Mailbox) -> AsyncIterator[Context]:
    """The parts of a server that mails to ``mailbox``."""
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(mailbox), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield dataclasses.replace(
        context, messages="smtp", mail=mail_server(f"smtp://127.0.0.1:{port}", "visits@example.org")
    )
    server.close()
    await server.wait_closed()


def the_notice(db: Database) -> Notice:
    return db.read_now(lambda tx: tx.session.exec(select(Notice)).one())


def a_denial(tx: Tx) -> str:
    data: dict[str, object] = {
        "facility": "Shelby County Jail",
        "individual_name": "Daniel Okafor",
        "status": "denied",
        "reason": "The ID could not be read.",
    }
    return post(tx, "access_decided", None, "maria@example.org", data)


async def test_a_notice_is_mailed_in_plain_words_and_kept_as_sent(mailing: Context, mailbox: Mailbox) -> None:
    mailing.db.write_now(a_denial)
    assert await deliver_due(mailing) == 1
    (mail,) = mailbox.mails
    assert mail["To"] == "maria@example.org"
    assert mail["From"] == "Visit Desk <visits@example.org>"
    assert mail["Subject"] == "Your access to Shelby County Jail was denied"
    assert "The facility says: The ID could not be read." in mail.get_content()
    assert the_notice(mailing.db).state == "sent"


async def test_what_was_sent_is_not_sent_again(mailing: Context, mailbox: Mailbox) -> None:
    mailing.db.write_now(a_denial)
    await deliver_due(mailing)
    assert await deliver_due(mailing) == 0
    assert len(mailbox.mails) == 1


async def test_a_confirmed_visit_comes_with_a_calendar_file(mailing: Context, mailbox: Mailbox) -> None:
    mailing.db.write_now(lambda tx: post(tx, "visit_confirmed", None, "maria@example.org", VISIT))
    await deliver_due(mailing)
    (mail,) = mailbox.mails
    assert mail["Subject"] == "Visit VD-7K3M9Q: Tuesday, November 24, 09:00 CST"
    text, calendar = mail.iter_parts()
    assert "Tuesday, November 24, 2026, 09:00 CST (America/Chicago) to 09:30" in text.get_content()
    assert "Paid: $5.70." in text.get_content()
    assert calendar.get_filename() == "visit-VD-7K3M9Q.ics"
    assert "DTSTART:20261124T150000Z" in calendar.get_content()


async def test_a_code_is_written_into_the_mail_and_nowhere_else(mailing: Context, mailbox: Mailbox) -> None:
    ends = (mailing.db.clock.now() + timedelta(minutes=15)).isoformat()
    code_id = "01JCODE"
    data: dict[str, object] = {"code_id": code_id, "expires_at": ends}
    mailing.db.write_now(lambda tx: post(tx, "create_account_code", None, "lena@example.org", data))
    await deliver_due(mailing)
    code = mailing.key.one_time_code(code_id)
    assert code in mailbox.mails[0].get_content()
    assert code not in str(the_notice(mailing.db).model_dump())


async def test_a_mail_server_in_trouble_is_asked_again_later_and_later(
    mailing: Context, mailbox: Mailbox, clock: SteppedClock
) -> None:
    mailing.db.write_now(a_denial)
    mailbox.answers = ["451 later, please", "451 later, please"]
    assert await deliver_due(mailing) == 1
    assert the_notice(mailing.db).last_error == "the mail server answered 451"
    clock.step(timedelta(seconds=30, microseconds=-1))
    assert await deliver_due(mailing) == 0
    clock.step(timedelta(microseconds=1))
    assert await deliver_due(mailing) == 1
    clock.step(timedelta(seconds=59))
    assert await deliver_due(mailing) == 0
    clock.step(timedelta(seconds=1))
    assert await deliver_due(mailing) == 1
    sent = the_notice(mailing.db)
    assert (sent.state, sent.attempts, sent.last_error) == ("sent", 3, None)
    assert len(mailbox.mails) == 1


async def test_what_a_mail_server_refuses_for_good_has_failed(mailing: Context, mailbox: Mailbox) -> None:
    mailing.db.write_now(a_denial)
    mailbox.answers = ["554 never"]
    await deliver_due(mailing)
    failed = the_notice(mailing.db)
    assert (failed.state, failed.last_error) == ("failed", "the mail server answered 554")


async def test_a_mail_server_that_is_not_there_is_asked_again(context: Context, clock: SteppedClock) -> None:
    nobody = dataclasses.replace(context, messages="smtp", mail=mail_server("smtp://127.0.0.1:1", "a@example.org"))
    context.db.write_now(a_denial)
    await deliver_due(nobody)
    waiting = the_notice(context.db)
    assert (waiting.state, waiting.due_at - clock.now()) == ("waiting", timedelta(seconds=30))
    assert waiting.last_error == "the mail server cannot be reached: ConnectionRefusedError"


async def test_a_code_that_expired_meanwhile_is_not_sent(
    mailing: Context, mailbox: Mailbox, clock: SteppedClock
) -> None:
    data: dict[str, object] = {"code_id": "01JCODE", "expires_at": clock.now().isoformat()}
    mailing.db.write_now(lambda tx: post(tx, "reset_password_code", None, "lena@example.org", data))
    assert await deliver_due(mailing) == 0
    assert the_notice(mailing.db).state == "failed"
    assert mailbox.mails == []


async def test_a_notice_of_three_days_ago_is_given_up(mailing: Context, mailbox: Mailbox, clock: SteppedClock) -> None:
    mailing.db.write_now(a_denial)
    clock.step(timedelta(days=3))
    assert await deliver_due(mailing) == 0
    assert the_notice(mailing.db).state == "failed"


async def test_a_claimed_notice_is_left_to_whoever_claimed_it_for_two_minutes(
    mailing: Context, mailbox: Mailbox, clock: SteppedClock
) -> None:
    """A server that died between claiming and sending loses nothing."""
    notice_id = mailing.db.write_now(a_denial)
    by_another_server = mailing.db.write_now(lambda tx: claim(tx, mailing.key))
    assert by_another_server is not None
    assert await deliver_due(mailing) == 0
    clock.step(timedelta(minutes=2))
    assert await deliver_due(mailing) == 1
    assert mailbox.mails[0]["Message-ID"] == f"<{notice_id}@example.org>"


async def test_without_mail_a_notice_is_kept_as_handed_over_at_the_terminal(context: Context) -> None:
    context.db.write_now(a_denial)
    await deliver_due(context)
    assert the_notice(context.db).state == "local"


async def test_a_server_for_others_without_a_mail_server_lets_messages_wait(context: Context) -> None:
    context.db.write_now(a_denial)
    await deliver_due(dataclasses.replace(context, messages="smtp"))
    assert the_notice(context.db).state == "waiting"


async def test_the_delivery_is_woken_by_the_commit_of_a_notice(mailing: Context, mailbox: Mailbox) -> None:
    running = asyncio.create_task(deliver(mailing))
    while not mailing.db.hub.is_awaited("outbox"):  # noqa: ASYNC110  # nothing tells that it began to wait
        await asyncio.sleep(0)
    await mailing.db.write(a_denial)
    async with asyncio.timeout(4):
        await mailbox.came.wait()
    mailing.db.hub.close()
    async with asyncio.timeout(4):
        await running


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://host:port"])
def test_an_address_of_no_mail_server_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(SettingsError, match="VISITDESK_SMTP_URL"):
        mail_server(url, "visits@example.org")


def test_a_mail_servers_address_is_read_in_full() -> None:
    server = mail_server("smtps://desk:p%40ss@mail.example.org", "visits@example.org")
    assert server == MailServer("mail.example.org", 465, "visits@example.org", "desk", "p@ss", tls_from_the_start=True)
    assert "p@ss" not in repr(server)
