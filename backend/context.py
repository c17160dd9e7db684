"""What one server process is made of, handed to every request."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from backend.accounts.passwords import Passwords
from backend.db import Database
from backend.keys import ServerKey
from backend.money.pages.guesses import Guesses
from backend.money.processors.registry import Processors
from backend.notices.smtp import MailServer


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of a running server."""

    db: Database
    key: ServerKey
    processors: Processors
    passwords: Passwords = field(default_factory=Passwords)
    demonstration: bool = False
    messages: Literal["smtp", "local"] = "local"
    """``local``: no mail server is set and the server listens only on its user's own socket, so that messages are
    handed back to the terminal that caused them."""
    mail: MailServer | None = None
    """Where messages leave; without one, and with ``messages`` not ``local``, they wait in the outbox."""
    public_url: str = ""
    """Where phones reach this server, without a slash at its end, to pay on a page; empty where none do."""
    guesses: Guesses = field(default_factory=Guesses)
    """The codes of pages that clients asked for in vain."""
    local_socket: Path | None = None
    """The Unix socket that this server is reached on by its own user, if any."""
