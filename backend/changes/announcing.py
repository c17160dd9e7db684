"""What a transaction announces: collected while it works, and written right before its commit.

Numbering a change locks its stream until the commit. Every other lock is taken before, and streams by their names, so
that no two transactions wait for each other's stream, in whatever order they announce.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Final, NamedTuple

from backend.sql import Sql, Value
from backend.types import microseconds

Said = tuple[Sql, dict[str, Value]]
"""A statement and its values."""

MOST: Final = 32
"""Changes that are written together: a closed day may touch thousands."""


class Announcement(NamedTuple):
    """A change that is to get the next number of its stream."""

    stream: str
    kind: str
    subject_id: str
    at: datetime
    """UTC."""


def to_write(announced: Sequence[Announcement]) -> Iterator[tuple[Said, Said]]:
    """Yield the pairs of statements that write ``announced``: for each stream in the order of announcing."""
    by_stream = sorted(announced, key=lambda each: each.stream)
    for start in range(0, len(by_stream), MOST):
        together = by_stream[start : start + MOST]
        counts = Counter(each.stream for each in together)
        yield _numbers(counts), _changes(together, counts)


def _numbers(counts: Counter[str]) -> Said:
    said: dict[str, Value] = {}
    for number, (stream, count) in enumerate(counts.items()):
        said[f"stream{number}"], said[f"count{number}"] = stream, count
    return _next(len(counts)), said


def _changes(together: Sequence[Announcement], left: Counter[str]) -> Said:
    said: dict[str, Value] = {}
    for number, each in enumerate(together):
        left[each.stream] -= 1
        said[f"stream{number}"], said[f"left{number}"] = each.stream, left[each.stream]
        said[f"kind{number}"], said[f"subject{number}"] = each.kind, each.subject_id
        said[f"at{number}"] = microseconds(each.at)
    return _add(len(together)), said


@cache
def _next(streams: int) -> Sql:
    """Return the statement that gives out the next numbers of so many streams, and keeps the last one of each."""
    rows = ", ".join(f"(:stream{number}, :count{number})" for number in range(streams))
    return Sql(
        f"INSERT INTO stream_head (stream, seq) VALUES {rows}"  # noqa: S608  # names of values
        " ON CONFLICT (stream) DO UPDATE SET seq = stream_head.seq + excluded.seq RETURNING seq"
    )


@cache
def _add(changes: int) -> Sql:
    """Return the statement that adds so many changes, each as far from its stream's last as ``left`` says."""
    last = "(SELECT seq FROM stream_head WHERE stream = :stream{n})"
    row = f"(:stream{{n}}, {last} - :left{{n}}, :kind{{n}}, :subject{{n}}, :at{{n}})"
    rows = ", ".join(row.format(n=number) for number in range(changes))
    return Sql(f"INSERT INTO change (stream, seq, kind, subject_id, at) VALUES {rows} RETURNING seq")  # noqa: S608  # names of values
