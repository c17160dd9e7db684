"""What people do in a simulation: each is a coroutine that books, moves, cancels and gives up, as its seed says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Final, TypeVar

from backend import web
from backend.context import Context
from backend.db import Tx
from backend.errors import Problem
from backend.security import SHELL, Actor
from backend.visits import blackouts, booking, cancelling, holds, moving, paying, service
from backend.visits.blackouts import NewBlackout
from backend.visits.ground import Wanted
from tests.backend.visits.world import APPROVED
from tests.simulation.virtual import VirtualLoop, drawn
from tests.torture.stage import FEE, Person, Stage

T = TypeVar("T")
STARTS: Final = 2
"""Starts that everybody wants."""
WISHES: Final = {"hold": 6.0, "confirm": 6.0, "renew": 1.0, "release": 1.0, "cancel": 3.0, "move": 2.0, "wait": 3.0}
BELL: Final = 300.0
"""Seconds from one moment to the next at which everybody who waits comes at the same time."""
EDGES: Final = (-0.01, 0.0, 0.000001, 0.01)
"""Seconds beside the end of a hold."""


@dataclass(slots=True)
class Visitor:
    """Somebody with two screens, who does the same thing twice now and then."""

    loop: VirtualLoop
    context: Context
    stage: Stage
    person: Person
    hold: holds.HoldView | None = None
    visits: list[str] = field(default_factory=list)
    _keys: int = 0

    @property
    def actor(self) -> Actor:
        return Actor("visitor", "terminal", account_id=self.person.account_id)

    async def live(self, wishes: int) -> None:
        """Do so many things, each of which may be refused; everybody begins with the rush for the first place."""
        await self._wish("hold", self._new_key())
        for _ in range(wishes):
            wish = drawn(self.loop, WISHES)
            twice = self.loop.chance.random() < 0.3
            key = self._new_key()
            await asyncio.gather(*(self._wish(wish, key) for _ in range(2 if twice else 1)))
            await asyncio.sleep(self.loop.chance.choice((0.0, 0.0, 0.05, 1.0)) * self.loop.chance.random())

    async def _wish(self, wish: str, key: str) -> None:
        does = {
            "hold": self._hold,
            "confirm": self._confirm,
            "renew": self._renew,
            "release": self._release,
            "cancel": self._cancel,
            "move": self._move,
            "wait": self._wait,
        }
        with suppress(Problem, TimeoutError):
            await does[wish](key)

    async def _once(self, key: str, work: Callable[[Tx], T]) -> T | None:
        """Do ``work`` once for a key, as the web layer does; None where another request with the key has done it."""
        done: list[T] = []

        def effect(tx: Tx) -> object:
            done[:] = [work(tx)]
            return "done"

        def run(tx: Tx) -> object:
            done.clear()
            return vars(web)["run_once"](tx, self.person.account_id, key, "fingerprint", lambda: effect(tx))

        await self.context.db.write(run)
        return done[0] if done else None

    async def _hold(self, key: str) -> None:
        starts_at, wanted = self._some_start(), self._wanted()
        self.hold = await self._once(key, lambda tx: holds.take(tx, self.actor, wanted, starts_at)) or self.hold

    async def _confirm(self, key: str) -> None:
        if self.hold is None:
            return
        confirming = booking.Confirming(
            hold_id=self.hold.id,
            terms_id=self.stage.terms_id,
            companions=(),
            expected_total_minor=FEE,
            method_token=APPROVED.token,
            method=APPROVED,
            processor="test",
        )
        begun = await self._once(key, lambda tx: booking.begin(tx, self.actor, confirming))
        if begun is None:
            return
        self.visits.append(begun.booking_id)
        if begun.payment_id is not None:
            patience = self.loop.chance.choice((0.01, 0.3, 3.0, 60.0))  # after it the line is cut, or the server dies
            async with asyncio.timeout(patience):
                await paying.charge(self.context, self.actor, begun.payment_id)

    async def _renew(self, key: str) -> None:
        if (hold := self.hold) is not None:
            self.hold = await self._once(key, lambda tx: holds.renew(tx, self.actor, hold.id)) or self.hold

    async def _release(self, key: str) -> None:
        if (hold := self.hold) is not None:
            await self._once(key, lambda tx: holds.release(tx, self.actor, hold.id))

    async def _cancel(self, key: str) -> None:
        if not self.visits:
            return
        visit = self.loop.chance.choice(self.visits)
        done = await self._once(key, lambda tx: cancelling.cancel(tx, self.actor, visit, FEE, None))
        if done is not None and done.payment_id is not None and self.loop.chance.random() < 0.5:
            await paying.send_back(self.context, self.actor, done.payment_id)

    async def _move(self, key: str) -> None:
        if not self.visits:
            return
        visit, there = self.loop.chance.choice(self.visits), self._some_start()
        shown = await self.context.db.read(lambda tx: service.one(tx, self.actor, visit).starts_at)
        await self._once(key, lambda tx: moving.move(tx, self.actor, moving.Move(visit, there, shown)))

    async def _wait(self, key: str) -> None:
        """Wait for the next moment at which many ask at once, or until the hold ends, to the edge."""
        if self.hold is None or self.loop.chance.random() < 0.7:
            await asyncio.sleep(BELL - self.loop.time() % BELL)
            await self._hold(key)
            return
        ends_in = (self.hold.held_until - self.context.db.clock.now()).total_seconds()
        await asyncio.sleep(max(0.0, ends_in + self.loop.chance.choice(EDGES)))

    def _some_start(self) -> datetime:
        return self.loop.chance.choice(self.stage.starts[:STARTS])

    def _wanted(self) -> Wanted:
        """Mostly the person's own individual, now and then somebody else's."""
        stranger = self.loop.chance.random() < 0.2
        person = self.loop.chance.choice(self.stage.people) if stranger else self.person
        return Wanted(self.stage.facility_id, "remote", person.individual_id, 30)

    def _new_key(self) -> str:
        self._keys += 1
        return f"{self.person.account_id}-{self._keys}"


async def black_out_now_and_then(loop: VirtualLoop, context: Context, stage: Stage, day: date, times: int) -> None:
    """Close the first hour for a while, again and again, cancelling what stands in it; now and then for good."""
    new = NewBlackout(day, day, "The visiting room floods.", start_minute=9 * 60, end_minute=10 * 60)
    for _ in range(times):
        await asyncio.sleep(loop.chance.uniform(0, 900))
        added = await context.db.write(
            lambda tx: blackouts.add(tx, SHELL, stage.facility_id, new, expected_visits=None, treatment="cancel")
        )
        await asyncio.sleep(loop.chance.uniform(0, 30))
        if loop.chance.random() < 0.8:
            await context.db.write(partial(_open_again, blackout_id=added.blackout.id))


def _open_again(tx: Tx, blackout_id: str) -> None:
    blackouts.remove(tx, SHELL, blackout_id)
