"""An answer means that it is on disk: seen from outside, by `strace`, which Debian has (`make test-system`)."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from backend.db import Database
from backend.serve.ownership import owner_of
from tests.backend.caller import Caller
from tests.backend.running import SERVER, Installation
from tests.torture.flushing import Called, Event, events, strace, too_early
from tests.torture.plants import PLANTS
from tests.torture.races import over_socket, terminals
from tests.torture.stage import FEE, Person, Stage, prepare

BACK = {"expected_back": {"minor": FEE, "currency": "USD"}}


class Refused(Exception):
    """A call was refused."""


class Journal:
    """Somebody who makes one call after another and notes what each can have written."""

    def __init__(self, terminal: Caller) -> None:
        self._terminal = terminal
        self.calls = [Called("health")]  # the terminal was opened with it

    async def call(self, method: str, path: str, body: object = None, *, marks: Sequence[str] = ()) -> dict[str, str]:
        """Make one call; ``marks`` names the fields of the answer that only it can have written."""
        key = f"flush-{len(self.calls):04}-{os.urandom(8).hex()}"
        answer = await self._terminal.send(method, path, body, key=key)
        if not answer.is_success:
            self.calls.append(Called(f"{method} {path}"))
            raise Refused(answer.text)
        said: dict[str, str] = answer.json() if answer.content else {}
        inner = said.get("visit") or said
        assert isinstance(inner, dict)
        self.calls.append(Called(f"{method} {path}", (key, *(inner[mark] for mark in marks))))
        return inner


async def make_calls(socket: Path, stage: Stage) -> list[Called]:
    """Make calls of each kind that matters, over one connection, up to the first that is refused."""
    async with terminals(over_socket(socket), [stage.people[0].tokens[0]]) as (terminal,):
        journal = Journal(terminal)
        with suppress(Refused):
            await book_and_cancel(journal, stage, stage.people[0])
    return journal.calls


async def book_and_cancel(journal: Journal, stage: Stage, person: Person) -> None:
    held = await journal.call("POST", "/v1/holds", stage.holding(person), marks=["id"])
    await journal.call("POST", f"/v1/holds/{held['id']}/renewal", {})
    await journal.call("DELETE", f"/v1/holds/{held['id']}")
    await journal.call("PUT", "/v1/draft", {"facility_id": stage.facility_id, "step": "date"})
    for number in range(3):
        held = await journal.call("POST", "/v1/holds", stage.holding(person, number), marks=["id"])
        confirming = stage.confirming(held["id"])
        visit = await journal.call("POST", "/v1/visits", confirming, marks=["reference"])
        await journal.call("POST", f"/v1/visits/{visit['id']}/cancellation", BACK)


def watch(program: Sequence[str], trace: Path) -> list[str]:
    """Run a server under strace, make the calls, and return what was answered too early.

    A server with a fault in it may refuse a call: what came before is looked at all the same.
    """
    with Installation() as installation:
        url = f"sqlite:///{installation.data_dir / 'visitdesk.sqlite3'}"
        stage = prepare(url, installation.data_dir, people=1, places=1)
        running = installation.serve(program=strace(trace, program))
        owner = owner_of(installation.data_dir)
        assert owner is not None
        try:
            calls = asyncio.run(make_calls(running.socket, stage))
        finally:
            os.kill(owner.pid, signal.SIGTERM)  # strace ends with it, and would not end it
            running.wait()
    return too_early(events(trace), calls)


@pytest.mark.system
def test_what_a_call_changed_is_on_disk_before_its_answer_leaves(tmp_path: Path) -> None:
    assert watch(SERVER, tmp_path / "trace") == []


@pytest.mark.system
@pytest.mark.parametrize("fault", ["no-sync", "answer-first"])
def test_a_server_that_does_not_wait_for_the_disk_is_found_out(tmp_path: Path, fault: str) -> None:
    program = (*SERVER[:-1], "tests.torture.planted", PLANTS[fault].name)

    found = watch(program, tmp_path / "trace")

    assert {name for name, _, _ in (one.partition(":") for one in found)} >= {"POST /v1/holds", "PUT /v1/draft"}


def test_on_postgresql_waiting_for_the_disk_is_left_as_the_database_has_it(postgres_url: str) -> None:
    db = Database(postgres_url)
    query = text("SELECT name FROM pg_settings WHERE name LIKE '%sync%' AND source IN ('session', 'client', 'user')")

    changed = db.write_now(lambda tx: tx.session.execute(query).scalars().all())
    db.close()

    assert changed == []


def lines(*kinds: str) -> list[Event]:
    """Events one after another, such as ``log:key``."""
    parts = [kind.partition(":") for kind in kinds]
    found = zip(range(len(parts)), parts, strict=True)
    return [Event(kind, number, number, said) for number, (kind, _, said) in found]  # type: ignore[arg-type]  # as named


@pytest.mark.parametrize(
    ("order", "in_time"),
    [
        (("log:key", "sync", "answer"), True),
        (("log:key", "answer", "sync"), False),
        (("sync", "log:key", "answer"), False),
        (("answer", "log:key", "sync"), False),
        (("log:another", "sync", "answer"), False),
    ],
)
def test_only_a_wait_for_the_disk_between_write_and_answer_counts(order: tuple[str, ...], *, in_time: bool) -> None:
    assert (too_early(lines(*order), [Called("call", ("key",))]) == []) is in_time


def test_a_trace_is_read_across_threads(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    trace.write_text(
        '11 pwrite64(5</d/visitdesk.sqlite3-wal>, "\\0key", 4, 0) = 4\n'
        "11 fdatasync(5</d/visitdesk.sqlite3-wal> <unfinished ...>\n"
        '12 sendto(9<UNIX-STREAM:[1]>, "HTTP/1.1 200 OK", 15, 0, NULL, 0) = 15\n'
        "11 <... fdatasync resumed>) = 0\n"
        "11 fsync(7</d/other>) = 0\n"
    )

    found = events(trace)

    assert [(event.kind, event.began, event.ended) for event in found] == [
        ("log", 0, 0),
        ("sync", 1, 3),
        ("answer", 2, 2),
    ]
    assert too_early(found, [Called("call", ("key",))]) != []
