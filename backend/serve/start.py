"""``visitdesk-server serve``: from the arguments to a running server, in the order that makes its start quick and safe.

The lock comes first, then the sockets, so that a terminal can connect while the rest is still being imported: its
request waits in the socket's queue, and nobody asks again and again. Only then come the web framework and the database.
"""

from __future__ import annotations

import gc
import ipaddress
import logging
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend.clock import SystemClock
from backend.serve.ownership import IN_USE, DirectoryInUse, Ownership
from backend.serve.sockets import CannotListen, LocalSocket, listen_on_tcp
from backend.settings import Settings, SettingsError, socket_path

log = logging.getLogger(__name__)

DEFAULT_PORT: Final = 8470
CANNOT_START: Final = 1
NEEDS_A_PROXY: Final = (
    "Visit Desk speaks plain HTTP, and others could read it on the way: let it listen on 127.0.0.1 behind a proxy that"
    " does TLS, or, if the proxy is on another machine of a network you trust, say --behind-proxy."
)


@dataclass(frozen=True, slots=True)
class Listening:
    """Where a server listens, and how long it lives."""

    socket: Path | None = None
    """None: the place that the terminal computes too."""
    host: str | None = None
    port: int | None = None
    behind_proxy: bool = False
    stop_when_unused: bool = False


def serve(settings: Settings, where: Listening) -> int:
    """Own the data directory and serve it until told to stop. Returns the exit code."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for quiet in ("uvicorn", "alembic"):
        logging.getLogger(quiet).setLevel(logging.WARNING)
    try:
        tcp_host = _tcp_host(where)
        ownership = Ownership(settings.data_dir)
    except SettingsError as error:
        log.error("%s", error)
        return CANNOT_START
    except DirectoryInUse as taken:
        owner = f"process {taken.owner.pid}" if taken.owner else "another process"
        log.error("%s is in use by %s; nothing was started", taken.data_dir, owner)
        return IN_USE
    try:
        return _own(settings, where, tcp_host, ownership)
    except (CannotListen, SettingsError) as error:
        log.error("%s", error)
        return CANNOT_START
    finally:
        ownership.release()


def _tcp_host(where: Listening) -> str | None:
    if where.host is None and where.port is None:
        return None
    host = where.host or "127.0.0.1"
    if where.behind_proxy or host == "localhost":
        return host
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise SettingsError(NEEDS_A_PROXY)
    return host


def _own(settings: Settings, where: Listening, tcp_host: str | None, ownership: Ownership) -> int:
    started = SystemClock().now()
    local = LocalSocket(where.socket or socket_path(settings.data_dir, os.environ))
    try:
        listeners = [local.listener]
        if tcp_host is not None:
            listeners.append(listen_on_tcp(tcp_host, DEFAULT_PORT if where.port is None else where.port))
        ownership.announce(local.path, started)
        # what is imported and built from here on is no garbage: collecting would only look at it again and again
        gc.disable()
        # pydantic would look through every installed package for plugins, which this server has none of
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
        from backend.serve.parts import open_context
        from backend.serve.process import Server

        context = open_context(settings, local_socket=local.path, serves_others=tcp_host is not None)
        server = Server(context, local, settings, stop_when_unused=where.stop_when_unused)
        gc.freeze()
        gc.enable()
        _say_where(listeners)
        server.run(sockets=listeners)
    finally:
        local.remove()
        local.listener.close()
    return 0


def _say_where(listeners: list[socket.socket]) -> None:
    for listener in listeners:
        name = listener.getsockname()
        place = name if isinstance(name, str) else f"http://{name[0]}:{name[1]}"
        sys.stdout.write(f"Visit Desk listens on {place}\n")
    sys.stdout.flush()
