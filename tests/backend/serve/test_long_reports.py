"""A long report goes to whoever asked for it line by line: it waits for a slow reader, and ends with one that goes."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Mapping

from backend.serve.routes import WAITING, Say, _carried_out

MANY = 20 * WAITING


class Telling:
    """A command that says many lines, and notes how far it is."""

    def __init__(self) -> None:
        self.said = 0
        self.done = threading.Event()

    def __call__(self, _name: str, _order: Mapping[str, object], say: Say) -> None:
        for number in range(MANY):
            say({"lines": [str(number)]})
            self.said = number + 1
        self.done.set()


async def test_a_command_is_never_far_ahead_of_its_reader_who_gets_every_line() -> None:
    telling = Telling()
    read = 0
    async for line in _carried_out("report", {}, telling):
        assert json.loads(line) == {"lines": [str(read)]}
        read += 1
        assert telling.said <= read + WAITING
        await asyncio.sleep(0)
    assert read == MANY


async def test_a_command_is_finished_though_its_reader_goes() -> None:
    telling = Telling()
    lines = _carried_out("report", {}, telling)
    await anext(lines)
    await lines.aclose()
    assert await asyncio.to_thread(telling.done.wait, 30)
    assert telling.said == MANY
