"""HTTP on one connection, as uvicorn does it, with two things of our own.

A connection on the Unix socket is taken only from the user whose server this is, and its requests are marked as local;
and every connection is counted, which is how the server knows whether anybody still uses it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from backend.serve.sockets import peer_uid

log = logging.getLogger(__name__)


class Connections:
    """How many connections are open; tells ``changed`` the number whenever it changes."""

    def __init__(self) -> None:
        """Start with none, and nobody to tell."""
        self.open = 0
        self.changed: Callable[[int], None] | None = None

    def add(self, number: int) -> None:
        """Count ``number`` more, or fewer."""
        self.open += number
        if self.changed is not None:
            self.changed(self.open)


def counted_protocol(connections: Connections) -> type[HttpToolsProtocol]:
    """Return the protocol whose connections are counted in ``connections``."""

    class Counted(HttpToolsProtocol):
        """One connection, counted, and let in only if its user may be."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
            super().connection_made(transport)
            connections.add(1)
            peer = transport.get_extra_info("socket")
            if peer.family != socket.AF_UNIX:
                return
            if not may_come_in(peer_uid(peer)):
                log.warning("refused a connection of another user on the local socket")
                transport.abort()
                return
            # the server's own word, which no header can forge: routes read it from the request's state
            self.app_state = {**self.app_state, "local": True}

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            connections.add(-1)

    return Counted


def may_come_in(uid: int | None) -> bool:
    """Return whether the user ``uid`` may use the local socket: only the server's own user."""
    return uid == os.geteuid()
