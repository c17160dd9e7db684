"""The demonstration officer: answers at one facility after some seconds, and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from backend.access import service as access
from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database, Tx
from backend.demo import officer
from backend.demo.officer import THINKS_FOR, answer, answer_requests
from backend.demo.people import CALLOWAY, GRACE
from backend.demo.stories import visitor
from backend.facilities.models import Facility
from backend.keys import ServerKey
from backend.money.processors.registry import Processors
from backend.money.processors.test import TestProcessor
from backend.security import Actor
from tests.backend.demo.conftest import MONDAY, fresh


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Database]:
    db = fresh(tmp_path, MONDAY)
    yield db
    db.close()


def called(db: Database, key: str) -> str:
    return db.read_now(lambda tx: tx.session.exec(select(Facility.id).where(Facility.external_id == key)).one())


def ask(db: Database, facility_id: str) -> None:
    db.write_now(
        lambda tx: access.ask(tx, visitor(GRACE), facility_id, individual_name="Daniel Okafor", relationship="sister")
    )


def statuses(tx: Tx) -> dict[str, str]:
    return {one.facility.id: one.status for one in access.mine(tx, visitor(GRACE))}


def calloway(facility_id: str) -> Actor:
    return Actor("officer", "server", account_id=CALLOWAY.account_id, facility_ids=frozenset({facility_id}))


def test_a_request_is_answered_once_it_is_some_seconds_old(demo: Database) -> None:
    davidson = called(demo, "davidson")
    ask(demo, davidson)
    assert demo.write_now(lambda tx: answer(tx, calloway(davidson), davidson)) == THINKS_FOR
    assert demo.read_now(statuses) == {davidson: "pending"}
    clock = demo.clock
    assert isinstance(clock, SteppedClock)
    clock.step(THINKS_FOR)
    assert demo.write_now(lambda tx: answer(tx, calloway(davidson), davidson)) is None
    assert demo.read_now(statuses) == {davidson: "approved"}


async def test_the_running_server_answers_by_itself_and_only_there(
    demo: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(officer, "THINKS_FOR", timedelta(0))
    davidson, shelby = called(demo, "davidson"), called(demo, "shelby")
    context = Context(
        db=demo, key=ServerKey(bytes(32)), processors=Processors(TestProcessor(demo.clock)), demonstration=True
    )
    stream = f"account:{GRACE.account_id}"
    working = asyncio.create_task(answer_requests(context))
    with demo.hub.listen(stream) as moved:
        ask(demo, shelby)
        ask(demo, davidson)
        async with asyncio.timeout(30):
            while (await demo.read(statuses))[davidson] == "pending":
                await moved.wait()
                moved.clear()
    assert demo.read_now(statuses) == {davidson: "approved", shelby: "pending"}
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


async def test_without_that_facility_there_is_nothing_to_do(db: Database) -> None:
    context = Context(
        db=db, key=ServerKey(bytes(32)), processors=Processors(TestProcessor(db.clock)), demonstration=True
    )
    async with asyncio.timeout(10):
        await answer_requests(context)


def demonstration(db: Database) -> Context:
    processors = Processors(TestProcessor(db.clock))
    return Context(db=db, key=ServerKey(bytes(32)), processors=processors, demonstration=True)
