"""Watching the disk: was what a call changed on it before its answer left?

The server runs under ``strace``, which notes every write to the log of SQLite, every wait for the disk, and every
answer on a socket, in the order in which they began and ended. A call is found in the log by what only it contains:
its idempotency key, and the ids that its answer names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

CALLS: Final = "pwrite64,write,writev,pwritev,sendto,sendmsg,fsync,fdatasync"
LONGEST: Final = 65_536
"""Characters of a write that are noted: more than a page of the database."""
Kind = Literal["log", "sync", "answer"]

_BEGUN: Final = re.compile(r"^(\d+) +(\w+)\((.*)$")
_ENDED: Final = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>")
_UNFINISHED: Final = "<unfinished ...>"
_LOG: Final = "sqlite3-wal>"


@dataclass(frozen=True, slots=True)
class Event:
    """One system call: the numbers of the lines in which it began and ended, and what was written."""

    kind: Kind
    began: int
    ended: int
    said: str


@dataclass(frozen=True, slots=True)
class Called:
    """One request that was answered with 2xx: its name, and what only it can have written (none: it only read)."""

    name: str
    marks: tuple[str, ...] = ()


def strace(trace: Path, program: Sequence[str]) -> tuple[str, ...]:
    """Return the command that runs ``program`` and notes what it writes in ``trace``."""
    options = ("-f", "-qq", "-yy", "-s", str(LONGEST), "-e", f"trace={CALLS}", "-e", "signal=none", "-o", str(trace))
    return ("strace", *options, *program)


def events(trace: Path) -> list[Event]:
    """Return what matters of a trace, in the order in which it began."""
    return sorted(_events(trace), key=lambda event: event.began)


def _events(trace: Path) -> Iterator[Event]:
    running: dict[str, tuple[Kind, int, str]] = {}
    with trace.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines):
            if begun := _BEGUN.match(line):
                thread, call, rest = begun.groups()
                kind = _kind(call, rest)
                if kind is None:
                    continue
                if _UNFINISHED in line:
                    running[thread] = (kind, number, rest)
                else:
                    yield Event(kind, number, number, rest)
            elif (ended := _ENDED.match(line)) and ended[1] in running:
                kind, began, rest = running.pop(ended[1])
                yield Event(kind, began, number, rest)


def _kind(call: str, rest: str) -> Kind | None:
    target = rest.partition(",")[0]
    if call in ("fsync", "fdatasync"):
        return "sync" if _LOG in rest else None
    if _LOG in target:
        return "log"
    return "answer" if '"HTTP/1.1 ' in rest else None


def too_early(found: Sequence[Event], calls: Sequence[Called]) -> list[str]:
    """Return the calls whose answer left before what they wrote was on the disk, a sentence each.

    ``calls`` are all requests that were made, one after another. Raises ValueError if there are not as many answers.
    """
    answers = [event for event in found if event.kind == "answer"]
    if len(answers) != len(calls):
        raise ValueError(f"{len(calls)} calls were made, and {len(answers)} answers left")
    return [
        f"{call.name}: answered before {mark} was on the disk"
        for call, answer in zip(calls, answers, strict=True)
        for mark in call.marks
        if not _on_disk(found, mark, answer)
    ]


def _on_disk(found: Sequence[Event], mark: str, answer: Event) -> bool:
    written = next((event for event in found if event.kind == "log" and mark in event.said), None)
    return written is not None and any(
        event.kind == "sync" and written.ended < event.began and event.ended < answer.began for event in found
    )
