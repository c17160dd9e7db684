"""The Unix socket: private, found again, never taken from another server, and only for its own user."""

from __future__ import annotations

import asyncio
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from backend.serve import protocol
from backend.serve.protocol import Connections, counted_protocol, may_come_in
from backend.serve.sockets import CannotListen, LocalSocket, peer_uid
from backend.settings import SettingsError, socket_path
from tui import embedded


@pytest.fixture
def folder() -> Iterator[Path]:
    """A directory with a short name, for sockets have 108 bytes."""
    with tempfile.TemporaryDirectory(prefix="vd-") as made:
        yield Path(made)


def test_the_kernel_says_whose_process_is_at_the_other_end() -> None:
    one, other = socket.socketpair(socket.AF_UNIX)
    with one, other:
        assert peer_uid(one) == os.geteuid()


def test_only_the_servers_own_user_may_come_in() -> None:
    assert may_come_in(os.geteuid())
    assert not may_come_in(os.geteuid() + 1)
    assert not may_come_in(None)


class Transport(asyncio.Transport):
    """A connection that remembers whether it was broken off."""

    def __init__(self, end: socket.socket) -> None:
        super().__init__({"socket": end})
        self.aborted = False

    def abort(self) -> None:
        self.aborted = True


async def connected(end: socket.socket, connections: Connections) -> Transport:
    # three arguments, as it has: what can be called without any, uvicorn calls, to see whether it makes an application
    async def app(_scope: object, _receive: object, _send: object) -> None: ...

    config = uvicorn.Config(app, interface="asgi3", ws="none", log_config=None)
    config.load()
    made = counted_protocol(connections)(config, uvicorn.server.ServerState(), {})
    transport = Transport(end)
    made.connection_made(transport)
    return transport


async def test_another_users_connection_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "peer_uid", lambda _socket: os.geteuid() + 1)
    one, other = socket.socketpair(socket.AF_UNIX)
    with one, other:
        assert (await connected(one, Connections())).aborted


async def test_the_users_own_connection_is_counted() -> None:
    connections = Connections()
    one, other = socket.socketpair(socket.AF_UNIX)
    with one, other:
        assert not (await connected(one, connections)).aborted
    assert connections.open == 1


def test_a_stale_socket_is_replaced_and_the_new_one_is_private(folder: Path) -> None:
    path = folder / "x.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    local = LocalSocket(path)
    with local.listener:
        assert path.stat().st_mode & 0o777 == 0o600
        local.remove()
    assert not path.exists()


def test_a_socket_that_somebody_listens_on_is_left_alone(folder: Path) -> None:
    local = LocalSocket(folder / "x.sock")
    with local.listener, pytest.raises(CannotListen, match="Another server"):
        LocalSocket(folder / "x.sock")


def test_something_that_is_no_socket_is_left_alone(folder: Path) -> None:
    (folder / "x.sock").write_text("precious")
    with pytest.raises(CannotListen, match="not a socket"):
        LocalSocket(folder / "x.sock")
    assert (folder / "x.sock").read_text() == "precious"


def test_the_socket_of_a_successor_is_not_removed(folder: Path) -> None:
    old = LocalSocket(folder / "x.sock")
    old.listener.close()
    new = LocalSocket(folder / "x.sock")
    with new.listener:
        old.remove()
        assert (folder / "x.sock").exists()


def test_a_path_that_is_too_long_is_said_to_be(folder: Path) -> None:
    with pytest.raises(CannotListen, match="Cannot listen"):
        LocalSocket(folder / ("x" * 200))


def test_terminal_and_server_compute_the_same_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for runtime in (str(folder), ""):
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
        data_dir = folder / "Ümlaut and space"
        assert embedded.socket_path(data_dir) == socket_path(data_dir, os.environ)


def test_a_socket_directory_that_others_can_enter_is_refused(folder: Path) -> None:
    (folder / "visitdesk").mkdir()
    (folder / "visitdesk").chmod(0o755)
    with pytest.raises(SettingsError, match="only this user"):
        socket_path(folder, {"XDG_RUNTIME_DIR": str(folder)})
