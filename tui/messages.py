"""What is told to pages by the app.

Widgets have messages of their own; these are the ones that come from outside a page: something changed on the server,
a write was settled, the connection came or went.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from textual.message import Message


class Connection(Enum):
    """How the terminal stands with its server."""

    STARTING = "starting"
    READY = "ready"
    LOST = "lost"
    FAILED = "failed"


class Changed(Message):
    """Something this account may see has changed on the server.

    Attributes:
        kind: ``access``, ``visit``, ``payment``, ``hold``, ``draft`` or ``account``.
        subject_id: The id of what changed.
    """

    bubble = False

    def __init__(self, kind: str, subject_id: str) -> None:
        super().__init__()
        self.kind = kind
        self.subject_id = subject_id


class ConnectionChanged(Message):
    """The connection to the server came or went; the frame shows it, a page may read again."""

    bubble = False

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self.connection = connection


class Settled(Message):
    """A write has its answer. The page that asked delivers it to itself, on its own turn.

    Attributes:
        name: The write's name.
        deliver: Calls what the page wanted called, with the typed answer.
    """

    bubble = False

    def __init__(self, name: str, deliver: Callable[[], None]) -> None:
        super().__init__()
        self.name = name
        self.deliver = deliver
