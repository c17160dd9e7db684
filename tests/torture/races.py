"""Races over HTTP: many terminals at once, each with a connection of its own, against one running server.

Each race plays on people and starts that no other race uses, and returns what happened in plain words. Whether the
promise held is said by the rows: :func:`held` counts them.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import text

from backend.db import Database
from tests.backend.caller import Caller
from tests.torture.audit import findings
from tests.torture.stage import FEE, ZONE, Person, Stage

TIMES: Final = 10
PATIENCE: Final = 60.0
Connect = Callable[[], httpx.AsyncBaseTransport]
"""Makes a way to the server; each terminal has its own."""


def over_socket(path: Path) -> Connect:
    """Return ways to a server on a Unix socket."""
    return lambda: httpx.AsyncHTTPTransport(uds=str(path), verify=False)


@dataclass(slots=True)
class Told:
    """What happened, and what is wrong with it."""

    lines: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def count(self, db: Database, what: str, query: str, expected: int, **asked: object) -> None:
        """Count rows, say how many, and note it if there should be another number of them."""
        number = db.read_now(lambda tx: tx.session.execute(text(query), asked).scalar_one())
        self.lines.append(f"rows: {what}: {number}")
        if number != expected:
            self.wrong.append(f"{what}: {number}, and not {expected}")


@asynccontextmanager
async def terminals(connect: Connect, tokens: Sequence[str]) -> AsyncIterator[list[Caller]]:
    """Open a terminal a token, each with a connection that is already open."""
    async with AsyncExitStack() as opened:
        found = []
        for token in tokens:
            client = httpx.AsyncClient(transport=connect(), base_url="http://visitdesk", timeout=PATIENCE)
            found.append(Caller(await opened.enter_async_context(client), token))
        await asyncio.gather(*(one.get("/v1/health") for one in found))
        yield found


async def book(terminal: Caller, stage: Stage, person: Person, number: int) -> httpx.Response:
    """Hold a start and confirm it; return the refusal, or the answer to the confirmation."""
    held = await terminal.post("/v1/holds", stage.holding(person, number))
    if held.status_code != 201:
        return held
    return await terminal.post("/v1/visits", stage.confirming(held.json()["id"]))


async def last_place(connect: Connect, db: Database, stage: Stage, people: Sequence[Person], number: int) -> Told:
    """Let everybody ask for the last place of one start at the same time."""
    told = Told()
    early, crowd = people[: stage.places - 1], people[stage.places - 1 :]
    async with terminals(connect, [person.tokens[0] for person in people]) as all_of_them:
        for terminal, person in zip(all_of_them, early, strict=False):
            answer = await book(terminal, stage, person, number)
            if answer.status_code != 201:
                raise AssertionError(answer.text)
        asking = zip(all_of_them[len(early) :], crowd, strict=True)
        answers = await asyncio.gather(*(book(one, stage, person, number) for one, person in asking))
    booked = [answer for answer in answers if answer.status_code == 201]
    refused = [answer for answer in answers if answer.status_code == 409]
    told.lines.append(f"{len(crowd)} asked for the last place at {words(stage.starts[number])}.")
    told.lines.append(f"{len(booked)} booked{_reference(booked)}.")
    told.lines += _refusals(refused)
    others = Counter(answer.status_code for answer in answers if answer.status_code not in (201, 409))
    told.wrong += [f"{count} were answered {status}" for status, count in others.items()]
    if any(not answer.json().get("nearest") for answer in refused):
        told.wrong.append("somebody was refused without being told the next times")
    here = "WHERE facility_id = :facility AND starts_at = :at AND status = 'confirmed'"
    asked = {"facility": stage.facility_id, "at": _microseconds(stage.starts[number])}
    told.count(db, "visits at that time", f"SELECT COUNT(*) FROM visit {here}", stage.places, **asked)
    told.count(
        db,
        "accounts that were charged for it",
        f"SELECT COUNT(DISTINCT account_id) FROM ledger_entry WHERE kind = 'charge' AND booking_id IN"
        f" (SELECT id FROM visit {here})",
        stage.places,
        **asked,
    )
    if len(booked) != 1:
        told.wrong.append(f"{len(booked)} were told that the last place is theirs")
    return told


async def same_confirm(connect: Connect, db: Database, stage: Stage, person: Person, number: int) -> Told:
    """Send one confirmation ten times at once, under its one key."""
    told = Told()
    async with terminals(connect, [person.tokens[0]] * TIMES) as all_of_them:
        held = await all_of_them[0].post("/v1/holds", stage.holding(person, number))
        key, body = secrets.token_hex(16), stage.confirming(_hold_of(held, told))
        answers = await asyncio.gather(*(one.post("/v1/visits", body, key=key) for one in all_of_them))
    visits = {answer.json()["visit"]["reference"] for answer in answers if answer.status_code == 201}
    told.lines.append(f"The same confirmation was sent {TIMES} times at once.")
    told.lines.append(f"Every answer names the same visit: {', '.join(sorted(visits))}.")
    strange = [answer for answer in answers if answer.status_code not in (201, 202)]
    told.wrong += [f"one was answered {answer.status_code}: {answer.json().get('title')}" for answer in strange]
    if len(visits) > 1:
        told.wrong.append(f"the answers name {len(visits)} visits")
    of = {"account": person.account_id}
    told.count(db, "visits", "SELECT COUNT(*) FROM visit WHERE account_id = :account", 1, **of)
    told.count(db, "payments", "SELECT COUNT(*) FROM payment WHERE account_id = :account", 1, **of)
    charges = "SELECT COUNT(*) FROM ledger_entry WHERE account_id = :account AND kind = 'charge'"
    told.count(db, "charges", charges, 1, **of)
    cents = (
        "SELECT COALESCE(SUM(t.amount_minor), 0) FROM transfer t JOIN ledger_entry e ON e.id = t.entry_id"
        " WHERE e.account_id = :account"
    )
    told.count(db, "cents charged", cents, FEE, **of)
    return told


async def two_screens(connect: Connect, db: Database, stage: Stage, person: Person, number: int) -> Told:
    """Let one account hold two times on two screens at once, again and again, then confirm what each screen shows."""
    told = Told()
    answers: list[httpx.Response] = []
    async with terminals(connect, person.tokens) as screens:
        for _ in range(TIMES):
            answers = await asyncio.gather(
                *(one.post("/v1/holds", stage.holding(person, number + at)) for at, one in enumerate(screens))
            )
        told.count(
            db,
            "holds after two screens held two times at once",
            "SELECT COUNT(*) FROM hold WHERE account_id = :account",
            1,
            account=person.account_id,
        )
        told.count(
            db,
            "bookings for which time of this account is kept",
            "SELECT COUNT(DISTINCT booking_id) FROM account_taken WHERE account_id = :account",
            1,
            account=person.account_id,
        )
        confirmed = await asyncio.gather(
            *(
                one.post("/v1/visits", stage.confirming(_hold_of(answer, told)))
                for one, answer in zip(screens, answers, strict=True)
            )
        )
    told.lines.insert(0, f"Two screens of one account held two different times at once, {TIMES} times over.")
    said = [answer.json()["title"] for answer in confirmed if answer.status_code != 201]
    told.lines.append(f"Both confirmed what they saw: {len(confirmed) - len(said)} booked; {'; '.join(said)}")
    if len(said) != 1:
        told.wrong.append(f"{len(confirmed) - len(said)} screens were told that they booked")
    visits = "SELECT COUNT(*) FROM visit WHERE account_id = :account"
    told.count(db, "visits", visits, 1, account=person.account_id)
    return told


async def all_races(connect: Connect, db: Database, stage: Stage) -> dict[str, Told]:
    """Run every race, one after another; people 0 and 1 play the smaller ones."""
    first, second, *crowd = stage.people
    return {
        "The last place": await last_place(connect, db, stage, crowd, 0),
        "The same confirmation ten times": await same_confirm(connect, db, stage, first, 3),
        "Two screens of one account": await two_screens(connect, db, stage, second, 6),
    }


def held(db: Database, stage: Stage) -> list[str]:
    """Return what is wrong in the rows after all races."""
    return findings(db, stage.places)


async def until_settled(connect: Connect, db: Database, patience: float = PATIENCE) -> None:
    """Wait until the server has settled every payment; the health check is the breath between two looks.

    Raises TimeoutError after ``patience`` seconds.
    """
    open_ones = text("SELECT COUNT(*) FROM payment WHERE status IN ('checking', 'returning')")
    async with terminals(connect, [""]) as (one,), asyncio.timeout(patience):
        while await asyncio.to_thread(db.read_now, lambda tx: tx.session.execute(open_ones).scalar_one()):
            await one.get("/v1/health")


def words(instant: datetime) -> str:
    """Return an instant as the stage's people read it."""
    local = instant.astimezone(ZoneInfo(ZONE))
    return f"{local:%a %b} {local.day}, {local:%H:%M}"


def _hold_of(answer: httpx.Response, told: Told) -> str:
    """Return the id of a hold that should have been given, and note it if it was not."""
    if answer.status_code == 201:
        return str(answer.json()["id"])
    told.wrong.append(f"a free time was refused with {answer.status_code}: {answer.json()['title']}")
    return "no hold"


def _reference(booked: Sequence[httpx.Response]) -> str:
    found = [answer.json()["visit"]["reference"] for answer in booked if answer.json().get("visit")]
    return f" ({', '.join(found)})" if found else ""


def _refusals(refused: Sequence[httpx.Response]) -> list[str]:
    said = Counter(
        (answer.json()["title"], ", ".join(words(datetime.fromisoformat(at)) for at in answer.json()["nearest"]))
        for answer in refused
    )
    lines = [f"{len(refused)} were told the next times:"]
    return lines + [f"  {count:3} x  {title} Next: {nearest}" for (title, nearest), count in said.most_common(4)]


def _microseconds(instant: datetime) -> int:
    return int(instant.timestamp()) * 1_000_000
