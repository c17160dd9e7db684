"""A real terminal before a hostile server, through a real socket: nothing it says acts, whatever net is left."""

from __future__ import annotations

import asyncio
import re
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from backend_client import CurrentSignIn, Secret, SignIn
from tests.hostile import MARK, corpus
from tests.terminal import Terminal
from tests.tui.fake_server import FakeServer
from tests.tui.hostile.poison import Poison
from tests.tui.hostile.worlds import full_world
from tests.tui.screens.account_world import PROFILE
from tests.tui.support import SESSION

pytestmark = pytest.mark.terminal

ROOT = Path(__file__).resolve().parents[2]
STARTS = {
    "all nets": "",
    "the last net alone": "nets.without_clients_net(patch); nets.without_screens_net(patch)",
}
PROGRAM = """
import sys
import pytest
from tui.__main__ import main, scrub_environment
import os
scrub_environment(os.environ)
from tests.tui.hostile import nets
patch = pytest.MonkeyPatch()
{tear_down}
sys.exit(main())
"""
"""Visit Desk, with some of its nets torn down."""
OURS = re.compile(
    rb"\x1b\[(?:\d{1,3}(?:;\d{1,3}){0,11})?m"  # colours and attributes
    rb"|\x1b\[\d{0,3}(?:;\d{0,3})?H"  # where the next text goes
    rb"|\x1b\[\?(?:7|25|1004|1049|2004|2026|2048|1000|1002|1003|1006|1015|1016)[hl]"  # modes of a full-screen program
    rb"|\x1b\[\?(?:2026|2048)\$p"  # which of them it knows
    rb"|\x1b\[>?0?[cuq]|\x1b\[<u|\x1b\[>\d{1,2}u"  # which terminal it is, and its keys
    rb"|\x1b\[[0-3]?[JK]"
    rb"|\x1b\]22;default\x07"  # the shape of a mouse's pointer
)
"""Everything that the program's own driver sends besides text."""


@contextmanager
def answering(server: FakeServer) -> Iterator[str]:
    """Answer on a port of this machine as a scripted server does; give its address."""
    loop = asyncio.new_event_loop()
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            line, *lines = head.strip().split("\r\n")
            verb, path, _version = line.split(" ")
            headers = dict(each.split(": ", 1) for each in lines)
            length = int({name.lower(): value for name, value in headers.items()}.get("content-length", 0))
            content = await reader.readexactly(length)
            answer = await server(httpx.Request(verb, f"http://visitdesk{path}", headers=headers, content=content))
            kind = answer.headers.get("content-type", "application/json")
            start = f"HTTP/1.1 {answer.status_code} -\r\nContent-Type: {kind}\r\nContent-Length: {len(answer.content)}"
            writer.write(f"{start}\r\nConnection: close\r\n\r\n".encode() + answer.content)
            await writer.drain()
        finally:
            writer.close()

    async def ended() -> None:
        await asyncio.gather(*talks, return_exceptions=True)

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(loop.create_task(talk(reader, writer)))

    listening = loop.run_until_complete(asyncio.start_server(connected, "127.0.0.1", 0))
    host, port = listening.sockets[0].getsockname()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{port}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        listening.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(ended())
        loop.close()


@pytest.mark.parametrize("nets", STARTS)
def test_in_a_real_terminal_nothing_that_a_hostile_server_says_acts(nets: str, tmp_path: Path) -> None:
    server = full_world()
    server.write = Poison(deque(corpus()), len(corpus())).json
    server.answer("POST", "/v1/sign-in", SignIn(Secret("token"), SESSION, PROFILE))
    server.answer("GET", "/v1/sign-in", CurrentSignIn(SESSION, PROFILE))
    command = [sys.executable, "-c", PROGRAM.format(tear_down=STARTS[nets])]
    env = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    with answering(server) as address, Terminal([*command, "--server", address], env=env, cwd=tmp_path) as terminal:
        terminal.wait_for("E-mail")
        terminal.type("ana@example.org")
        terminal.press("enter")
        terminal.type("a long enough password")
        terminal.press("enter")
        terminal.wait_for("Video Connect")
        for key, sees in (
            ("1", "MY FACILITIES"),
            ("right", "ADD A NEW"),
            ("right", "TRANSACTION"),
            ("right", "VISITS"),
        ):
            terminal.press(key)
            terminal.wait_for(sees)
            terminal.wait_gone("One moment")
            assert terminal.screen_text().splitlines()[1].startswith("───"), terminal.screen_text()
            assert terminal.screen_text().splitlines()[22].startswith("───"), terminal.screen_text()
        terminal.press("ctrl+q")
        terminal.wait_exit()
        sent = terminal.raw()  # of a program that has ended: its last sequence is whole
    left = OURS.sub(b"", sent).decode()
    assert not re.findall(r"\x1b.{0,24}", left)
    assert MARK in left
    assert not [ascii(sign) for sign in set(left) - {"\r", "\n"} if ord(sign) < 32 or 127 <= ord(sign) < 160]
