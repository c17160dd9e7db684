"""Handing messages to a mail server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from backend.notices.messages import Message
from backend.settings import SettingsError

if TYPE_CHECKING:
    import smtplib
    from email.message import EmailMessage

TIMEOUT: Final = 10.0
"""Seconds that each step of the conversation may take."""


class NotTaken(Exception):
    """The mail server did not take a message. ``for_good`` says that it never will."""

    def __init__(self, why: str, *, for_good: bool) -> None:
        """Keep the reason; it names no recipient."""
        super().__init__(why)
        self.for_good = for_good


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server, and the address that messages come from."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    tls_from_the_start: bool = False

    def send(self, notice_id: str, to_address: str, message: Message) -> None:
        """Hand ``message`` over; returns once the server has taken it. Blocks: call it in a thread.

        The connection is encrypted where the server can do that, and always before a password is sent. Raises
        :class:`NotTaken`.
        """
        import smtplib  # here, as below: most servers that start never send a mail

        try:
            with self._connected() as connection:
                connection.send_message(self._mail(notice_id, to_address, message), self.sender, [to_address])
        except smtplib.SMTPRecipientsRefused as error:
            code = max((answer[0] for answer in error.recipients.values()), default=0)
            raise NotTaken(f"the mail server refused the recipient ({code})", for_good=code >= 500) from None
        except smtplib.SMTPResponseException as error:
            raise NotTaken(f"the mail server answered {error.smtp_code}", for_good=error.smtp_code >= 500) from None
        except smtplib.SMTPNotSupportedError:
            raise NotTaken("the mail server cannot do what this message needs", for_good=True) from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotTaken(f"the mail server cannot be reached: {type(error).__name__}", for_good=False) from error

    def _connected(self) -> smtplib.SMTP:
        import smtplib
        import ssl

        if self.tls_from_the_start:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT, context=ssl.create_default_context()
            )
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        try:
            connection.ehlo()
            if not self.tls_from_the_start and connection.has_extn("starttls"):
                connection.starttls(context=ssl.create_default_context())
                connection.ehlo()
                encrypted = True
            else:
                encrypted = self.tls_from_the_start
            if self.user:
                if not encrypted:
                    raise NotTaken("the mail server offers no encryption to sign in over", for_good=False)
                connection.login(self.user, self.password)
        except BaseException:
            connection.close()
            raise
        return connection

    def _mail(self, notice_id: str, to_address: str, message: Message) -> EmailMessage:
        from email.headerregistry import Address
        from email.message import EmailMessage

        mail = EmailMessage()
        mail["From"] = Address("Visit Desk", addr_spec=self.sender)
        mail["To"] = to_address
        mail["Subject"] = " ".join(message.subject.split())
        # the same notice sent twice, after a crash between sending and noting it, is one mail to the reader
        mail["Message-ID"] = f"<{notice_id}@{self.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        for attachment in message.attachments:
            main, _, sub = attachment.media_type.partition("/")
            mail.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.name)
        return mail


def mail_server(url: str, sender: str) -> MailServer | None:
    """Return the mail server of ``smtp://[user:password@]host[:port]`` or ``smtps://…``, None for an empty URL.

    Raises :class:`SettingsError`.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SettingsError("VISITDESK_SMTP_URL is not an address such as smtp://mail.example.org:587.") from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise SettingsError("VISITDESK_SMTP_URL must begin with smtp:// or smtps:// and name a host.")
    if "@" not in sender:
        raise SettingsError("VISITDESK_MAIL_FROM must be an e-mail address.")
    encrypted = parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname,
        port=port or (465 if encrypted else 25),
        sender=sender,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls_from_the_start=encrypted,
    )
