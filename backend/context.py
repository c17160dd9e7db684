"""What one server process is made of, handed to every request."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from backend.accounts.passwords import Passwords
from backend.db import Database
from backend.keys import ServerKey
from backend.money.processors.base import Processor
from backend.notices.smtp import MailServer


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of a running server."""

    db: Database
    key: ServerKey
    processor: Processor
    passwords: Passwords = field(default_factory=Passwords)
    demonstration: bool = False
    messages: Literal["smtp", "local"] = "local"
    """``local``: no mail server is set and the server listens only on its user's own socket, so that messages are
    handed back to the terminal that caused them."""
    mail: MailServer | None = None
    """Where messages leave; without one, and with ``messages`` not ``local``, they wait in the outbox."""
    local_socket: Path | None = None
    """The Unix socket that this server is reached on by its own user, if any."""
