"""Over real sockets: the Unix socket of a local server, and servers that are dead, half dead or something else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from backend_client import (
    BadAnswer,
    Client,
    Intent,
    MemoryVault,
    Target,
    TimedOut,
    Unreachable,
    Unsettled,
    VisitDeskError,
)
from backend_client._pace import Pace
from backend_client._pipeline import _trusting
from tests.backend_client.conftest import ABOUT

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
QUICK = Pace(answer=0.2, connect=0.2, attempts=2, first_pause=0.0)
BODY = json.dumps(ABOUT).encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


@pytest.fixture
def socket_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A path short enough for a socket (108 bytes)."""
    return tmp_path_factory.mktemp("s") / "s.sock"


@asynccontextmanager
async def a_server(path: Path, behaviour: Behaviour) -> AsyncIterator[list[bytes]]:
    """Listen on the socket at `path`; yield the request heads as they come."""
    heads: list[bytes] = []

    async def each(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            await behaviour(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_unix_server(each, path)
    async with server:
        yield heads
        server.close()


@asynccontextmanager
async def a_client(path: Path, pace: Pace | None = None) -> AsyncIterator[Client]:
    async with Client(Target.at_socket(path), MemoryVault(), pace=pace) as client:
        yield client


async def answers(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD % len(BODY) + BODY)
    await writer.drain()


async def says_nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def hangs_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def stops_in_the_middle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD % len(BODY) + BODY[:20])
    await writer.drain()


async def is_no_web_server(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.example.test ESMTP\r\n")
    await writer.drain()


async def drips(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD % 10**12)
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0)


async def test_a_local_server_is_reached_on_its_socket_whatever_proxy_is_set(
    socket_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://proxy.invalid:3128")
    async with a_server(socket_path, answers) as heads, a_client(socket_path) as client:
        assert (await client.about.read()).version == "0.1.0"
    assert heads[0].startswith(b"GET /v1/about HTTP/1.1\r\n")


async def test_an_idle_connection_that_the_server_closed_is_opened_again(socket_path: Path) -> None:
    async with a_server(socket_path, answers) as heads, a_client(socket_path) as client:
        for _ in range(3):
            await client.about.read()
    assert len(heads) >= 3


async def test_nobody_on_the_socket_is_unreachable(socket_path: Path) -> None:
    async with a_client(socket_path, QUICK) as client:
        with pytest.raises(Unreachable):
            await client.about.read()


async def test_a_path_too_long_for_a_socket_is_unreachable(tmp_path: Path) -> None:
    async with a_client(tmp_path / ("x" * 200), QUICK) as client:
        with pytest.raises(Unreachable):
            await client.about.read()


@pytest.mark.parametrize("behaviour", [says_nothing, hangs_up, stops_in_the_middle, is_no_web_server, drips])
async def test_a_half_dead_server_times_out_for_a_read_and_leaves_a_write_unsettled(
    socket_path: Path, behaviour: Behaviour
) -> None:
    async with a_server(socket_path, behaviour) as heads, a_client(socket_path, QUICK) as client:
        with pytest.raises(TimedOut):
            await client.about.read()
        with pytest.raises(Unsettled):
            await client.holds.release("H1", intent=Intent.new())
    assert len(heads) == 4


async def test_a_server_that_comes_back_is_found_again(socket_path: Path) -> None:
    patient = Pace(answer=5, connect=5, attempts=50, first_pause=0.02, longest_pause=0.05)
    async with a_client(socket_path, patient) as client:
        asked = asyncio.create_task(client.about.read())
        await asyncio.sleep(0)
        async with a_server(socket_path, answers):
            assert (await asked).demonstration


async def test_a_head_that_never_ends_is_given_up(socket_path: Path) -> None:
    async def endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-More: " + b"x" * 1000 + b"\r\n")
            await writer.drain()

    async with a_server(socket_path, endless), a_client(socket_path, QUICK) as client:
        with pytest.raises(VisitDeskError):
            await client.about.read()


async def test_an_answer_of_many_megabytes_is_not_read_to_its_end(socket_path: Path) -> None:
    sent = 0

    async def floods(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(HEAD % 10**12)
        while True:
            writer.write(b" " * 65536)
            await writer.drain()
            sent += 65536

    pace = Pace(answer=20)
    async with a_server(socket_path, floods), a_client(socket_path, pace) as client:
        with pytest.raises(BadAnswer, match="too long"):
            await client.about.read()
    assert sent < 3 * pace.answer_bytes


def test_a_server_is_checked_against_the_public_authorities_and_those_of_this_machine() -> None:
    context = _trusting()
    assert context.check_hostname
    assert context.verify_mode.name == "CERT_REQUIRED"
    assert context.get_ca_certs()
