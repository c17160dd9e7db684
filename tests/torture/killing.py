"""A server that is killed in the middle, again and again, while people book: what was answered has to be there.

Several people book, move, cancel and let go as fast as they can. The process ends by SIGKILL at a random moment; who
got an answer wrote down what it said. The next server starts on the same data directory. In the end the rows are held
against all that was ever answered.
"""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import httpx
from sqlalchemy import text

from backend.db import Database, Tx
from tests.backend.caller import Caller
from tests.backend.running import SERVER, Installation, Running
from tests.torture.audit import findings
from tests.torture.plants import Plant
from tests.torture.races import over_socket, terminals, until_settled
from tests.torture.stage import FEE, Person, Stage, prepare

PEOPLE: Final = 6
PLACES: Final = 2
MOST_ANSWERS: Final = 40
"""A round ends after 5 to so many answers, so that a slow machine tries as much as a quick one."""
TOO_MANY: Final = 10
"""Answers for each success, where a round ends without enough of them."""
LONGEST_BREATH: Final = 0.02
"""Seconds, at most, between that answer and the end: long enough for others to be in the middle of something."""
SETTLES_WITHIN: Final = 15.0
"""Seconds; a payment that is approved later has its outcome after four."""
METHODS: Final = ("test_approved", "test_approved", "test_approved_later", "test_declined")
BACK: Final = {"expected_back": {"minor": FEE, "currency": "USD"}}


@dataclass(slots=True)
class Promised:
    """What the server has said in answers of 2xx."""

    visits: dict[str, str] = field(default_factory=dict)
    """Reference by id."""
    asked_to_cancel: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    holds: dict[str, str] = field(default_factory=dict)
    """The last thing heard of an account's hold: its id, while nothing was asked of it since."""
    keys: set[str] = field(default_factory=set)
    """Calls that were answered with success."""
    answers: int = 0
    """Since the last server was started, refusals too."""
    successes: int = 0
    """Since the last server was started."""

    def note_answer(self, key: str, *, success: bool) -> None:
        """Count an answer."""
        self.answers += 1
        if success:
            self.successes += 1
            self.keys.add(key)


class Visitor:
    """Somebody who books and cancels until the line is cut."""

    def __init__(
        self,
        terminal: Caller,
        stage: Stage,
        person: Person,
        promised: Promised,
        *,
        chance: random.Random,
        answered: Callable[[], None],
    ) -> None:
        """``answered`` is told of each answer."""
        self._terminal = terminal
        self._stage = stage
        self._person = person
        self._promised = promised
        self._random = chance
        self._answered = answered

    async def go_on(self) -> None:
        """Do one thing after another until the server is gone."""
        try:
            while True:
                await self._book()
        except httpx.TransportError:
            return

    async def _book(self) -> None:
        number = self._random.randrange(len(self._stage.starts))
        held = await self._send("/v1/holds", self._stage.holding(self._person, number))
        if held.status_code != 201:
            return
        hold_id = str(held.json()["id"])
        self._promised.holds[self._person.account_id] = hold_id
        if self._random.random() < 0.2:
            return
        body = self._stage.confirming(hold_id, self._random.choice(METHODS))
        confirmed = await self._send("/v1/visits", body)
        visit = confirmed.json().get("visit") if confirmed.is_success else None
        if visit is None:
            return
        self._promised.visits[visit["id"]] = visit["reference"]
        if self._random.random() < 0.7:
            self._promised.asked_to_cancel.add(visit["id"])
            done = await self._send(f"/v1/visits/{visit['id']}/cancellation", BACK)
            if done.is_success:
                self._promised.cancelled.add(visit["id"])

    async def _send(self, path: str, body: object) -> httpx.Response:
        key = secrets.token_hex(16)
        self._promised.holds.pop(self._person.account_id, None)
        answer = await self._terminal.post(path, body, key=key)
        if answer.status_code >= 500:
            raise AssertionError(answer.text)
        self._promised.note_answer(key, success=answer.is_success)
        self._answered()
        return answer


@dataclass(frozen=True, slots=True)
class Installed:
    """A stage on a data directory, and how a server on it is started."""

    installation: Installation
    stage: Stage
    url: str
    environ: dict[str, str]
    program: tuple[str, ...]

    def start(self) -> Running:
        """Start a server and wait until it listens."""
        return self.installation.serve(environ=self.environ, program=self.program)

    def look(self, what: Callable[[Database], list[str]]) -> list[str]:
        """Look at the rows, past any server."""
        db = Database(self.url)
        try:
            return what(db)
        finally:
            db.close()


def kill_again_and_again(rounds: int, seed: int, *, url: str | None = None, plant: Plant | None = None) -> list[str]:
    """Run ``rounds`` servers, each killed in the middle, then one that ends well. Return what is wrong.

    ``url`` is a migrated PostgreSQL database; None means a SQLite file.
    """
    chance = random.Random(seed)
    promised = Promised()
    with Installation() as installation:
        here = _install(installation, url, plant)
        for number in range(rounds):
            running = here.start()
            asyncio.run(_one_round(here, running, promised, random.Random(chance.random())))
            running.wait()
            wrong = here.look(lambda db: findings(db, PLACES, settled=False) + broken_promises(db, promised))
            if wrong:
                return [f"after round {number + 1}: {one}" for one in wrong]
        _let_it_settle(here)
        return here.look(lambda db: findings(db, PLACES) + broken_promises(db, promised))


def _install(installation: Installation, url: str | None, plant: Plant | None) -> Installed:
    where = url or f"sqlite:///{installation.data_dir / 'visitdesk.sqlite3'}"
    return Installed(
        installation=installation,
        stage=prepare(where, installation.data_dir, people=PEOPLE, places=PLACES, plant=plant),
        url=where,
        environ={"VISITDESK_DATABASE_URL": url} if url else {},
        program=SERVER if plant is None else (*SERVER[:-1], "tests.torture.planted", plant.name),
    )


async def _one_round(here: Installed, running: Running, promised: Promised, chance: random.Random) -> None:
    """Let everybody book, and kill the server a moment after some answer."""
    people, loop = here.stage.people, asyncio.get_running_loop()
    promised.answers = promised.successes = 0
    breath, enough = chance.uniform(0, LONGEST_BREATH), chance.randint(5, MOST_ANSWERS)

    def answered() -> None:
        """End the round at a success, or where there are next to none, at some answer."""
        if promised.successes == enough or promised.answers == TOO_MANY * enough:
            loop.call_later(breath, running.process.kill)

    async with terminals(over_socket(running.socket), [person.tokens[0] for person in people]) as opened:
        visitors = [
            Visitor(terminal, here.stage, person, promised, chance=random.Random(chance.random()), answered=answered)
            for terminal, person in zip(opened, people, strict=True)
        ]
        try:
            await asyncio.gather(*(visitor.go_on() for visitor in visitors))
        finally:
            running.process.kill()


def _let_it_settle(here: Installed) -> None:
    """Start a server once more, wait a while for every payment to have its outcome, and stop it well."""
    running = here.start()
    db = Database(here.url)
    with suppress(TimeoutError):  # what is still open then is found in the rows
        asyncio.run(until_settled(over_socket(running.socket), db, SETTLES_WITHIN))
    db.close()
    running.stop()


def broken_promises(db: Database, promised: Promised) -> list[str]:
    """Return every answer that the rows do not bear out."""
    return db.read_now(lambda tx: list(_broken(tx, promised)))


def _broken(tx: Tx, promised: Promised) -> Iterator[str]:
    found = tx.session.execute(text("SELECT id, reference, status FROM visit")).all()
    visits = {str(visit_id): (str(reference), str(status)) for visit_id, reference, status in found}
    for visit_id, reference in promised.visits.items():
        kept, status = visits.get(visit_id, (None, None))
        if kept != reference:
            yield f"visit {reference} was promised and is not there"
        elif visit_id in promised.cancelled and status != "cancelled":
            yield f"visit {reference} was cancelled and is {status}"
        elif visit_id not in promised.asked_to_cancel and status != "confirmed":
            yield f"visit {reference} was promised and is {status}"
    held = {str(row[0]) for row in tx.session.execute(text("SELECT id FROM hold"))}
    for hold_id in promised.holds.values():
        if hold_id not in held:
            yield f"hold {hold_id} was promised and is not there"
    remembered = {str(row[0]) for row in tx.session.execute(text("SELECT key FROM idempotent_call"))}
    forgotten = promised.keys - remembered
    if forgotten:
        yield f"{len(forgotten)} calls were answered and are not remembered"
