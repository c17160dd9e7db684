"""Clients that book as fast as they are answered, each over a connection of its own, in a process beside the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from backend_client import (
    Client,
    Conflict,
    Intent,
    MemoryVault,
    Money,
    Target,
    VisitType,
    Wanted,
)
from benchmarks.place import MINUTES, SLOTS, Place, slot

CONTESTED: Final = 10
"""One in so many bookings is of a place that all clients want, where only one can have each time."""
CARD: Final = "test_approved"


@dataclass(frozen=True, slots=True)
class Seat:
    """A visitor at a place, with the token of the sign-in."""

    place: Place
    visitor: int
    token: str


@dataclass(frozen=True, slots=True)
class Task:
    """What one client does: books at its own seats in turn, and now and then at the contested one."""

    own: tuple[Seat, ...]
    contested: Seat
    bookings: int
    first_slot: int


@dataclass(slots=True)
class Answered:
    """Seconds that each call took, and how many were told that the time is taken."""

    hold: list[float] = field(default_factory=list)
    confirm: list[float] = field(default_factory=list)
    refused: int = 0

    def add(self, other: Answered) -> None:
        """Take in what another client was answered."""
        self.hold += other.hold
        self.confirm += other.confirm
        self.refused += other.refused


def run(socket: Path, tasks: Sequence[Task]) -> tuple[Answered, float]:
    """Let every task's client book; return what they were answered, and the seconds that all of it took."""
    return asyncio.run(_run(socket, tasks))


async def _run(socket: Path, tasks: Sequence[Task]) -> tuple[Answered, float]:
    clients = [[await _client(socket, seat) for seat in (*task.own, task.contested)] for task in tasks]
    began = time.perf_counter()
    each = await asyncio.gather(*(_book(task, open_) for task, open_ in zip(tasks, clients, strict=True)))
    seconds = time.perf_counter() - began
    for client in (client for some in clients for client in some):
        await client.aclose()
    total = Answered()
    for one in each:
        total.add(one)
    return total, seconds


async def _client(socket: Path, seat: Seat) -> Client:
    target, vault = Target.at_socket(socket), MemoryVault()
    await vault.save(target.name, seat.token)
    client = Client(target, vault)
    await client.restore()
    await client.about.read()  # its connection is there before the clock runs
    return client


async def _book(task: Task, clients: Sequence[Client]) -> Answered:
    answered, now = Answered(), datetime.now(UTC)
    for number in range(task.bookings):
        is_contested = number % CONTESTED == CONTESTED - 1
        seat = task.contested if is_contested else task.own[number % len(task.own)]
        client = clients[-1] if is_contested else clients[number % len(task.own)]
        turn = number // CONTESTED if is_contested else number // len(task.own)
        await _book_one(client, seat, slot(now, (task.first_slot + turn) % SLOTS), answered)
    return answered


async def _book_one(client: Client, seat: Seat, starts_at: datetime, answered: Answered) -> None:
    visitor = seat.place.visitors[seat.visitor]
    wanted = Wanted(seat.place.facility_id, VisitType.REMOTE, visitor.individual_id, MINUTES)
    fee = seat.place.fee_minor
    began = time.perf_counter()
    try:
        hold = await client.holds.take(wanted, starts_at, intent=Intent.new())
    except Conflict:
        answered.refused += 1
        return
    held = time.perf_counter()
    await client.visits.confirm(
        hold.id,
        seat.place.terms_id,
        attendees=(),
        payment_method=CARD if fee else None,
        expected_total=Money(fee, "USD"),
        intent=Intent.new(),
    )
    answered.hold.append(held - began)
    answered.confirm.append(time.perf_counter() - held)
