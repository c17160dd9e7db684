"""What a server says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend_client.models.common import WireEnum


class Installation(WireEnum):
    """Whether the server holds any facility yet."""

    EMPTY = "empty"
    READY = "ready"


class MessagesBy(WireEnum):
    """How messages reach people: by e-mail, or (a server of one OS user, without mail) back in the answer itself."""

    SMTP = "smtp"
    LOCAL = "local"


@dataclass(frozen=True)
class About:
    """The server's version, its kind, and its time (aware UTC)."""

    version: str
    demonstration: bool
    installation: Installation
    server_time: datetime
    messages: MessagesBy
