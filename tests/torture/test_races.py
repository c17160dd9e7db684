"""Real parallel requests, and the rows they leave, on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import httpx
import pytest

from backend.types import microseconds
from tests.backend.caller import Caller
from tests.backend.visits.counting import count
from tests.torture.conftest import PLACES, House
from tests.torture.races import TIMES, book, last_place, same_confirm, terminals, two_screens
from tests.torture.stage import FEE, Person, Stage

MICROSECOND = timedelta(microseconds=1)
TEN_MINUTES = timedelta(minutes=10)
BACK = {"expected_back": {"minor": FEE, "currency": "USD"}}


async def test_fifty_people_ask_for_the_last_place_and_one_has_it(house: House) -> None:
    stage = house.stage(people=50 + PLACES - 1)

    told = await last_place(house.connect, house.db, stage, stage.people, 0)

    assert told.wrong == []
    assert told.lines[0].startswith("50 asked for the last place")
    assert house.wrong() == []


async def test_the_same_confirmation_ten_times_at_once_is_one_visit_and_one_charge(house: House) -> None:
    stage = house.stage(people=1)

    told = await same_confirm(house.connect, house.db, stage, stage.people[0], 0)

    assert told.wrong == []
    assert house.wrong() == []


async def test_two_screens_of_one_account_keep_one_time_and_book_one_visit(house: House) -> None:
    stage = house.stage(people=1)

    told = await two_screens(house.connect, house.db, stage, stage.people[0], 0)

    assert told.wrong == []
    assert house.wrong() == []


async def fill(house: House, stage: Stage, people: int) -> None:
    """Let the first ``people`` book the first start, one after another."""
    some = stage.people[:people]
    async with terminals(house.connect, [person.tokens[0] for person in some]) as opened:
        for terminal, person in zip(opened, some, strict=True):
            assert (await book(terminal, stage, person, 0)).status_code == 201


@pytest.mark.parametrize(("beside", "keeps_it"), [(-MICROSECOND, True), (0 * MICROSECOND, False), (MICROSECOND, False)])
async def test_who_confirms_as_the_hold_ends_and_who_wants_the_place_then_do_not_both_get_it(
    house: House, beside: timedelta, *, keeps_it: bool
) -> None:
    stage = house.stage(people=PLACES + 5)
    await fill(house, stage, PLACES - 1)
    holder, *crowd = stage.people[PLACES - 1 :]
    async with terminals(house.connect, [person.tokens[0] for person in (holder, *crowd)]) as (mine, *others):
        held = await mine.post("/v1/holds", stage.holding(holder))
        house.clock.step(TEN_MINUTES + beside)
        confirmed, *answers = await asyncio.gather(
            mine.post("/v1/visits", stage.confirming(held.json()["id"])),
            *(book(one, stage, person, 0) for one, person in zip(others, crowd, strict=True)),
        )

    booked = [answer for answer in (confirmed, *answers) if answer.status_code == 201]
    assert len(booked) == 1
    if keeps_it:
        assert booked == [confirmed]
    assert count(house.db, "visit", f"facility_id = '{stage.facility_id}'") == PLACES
    assert house.wrong() == []


async def test_a_hold_that_has_ended_is_had_by_whoever_asks_first(house: House) -> None:
    stage = house.stage(people=PLACES + 1)
    await fill(house, stage, PLACES - 1)
    holder, next_one = stage.people[PLACES - 1 :]
    async with terminals(house.connect, [holder.tokens[0], next_one.tokens[0]]) as (mine, theirs):
        held = await mine.post("/v1/holds", stage.holding(holder))
        house.clock.step(TEN_MINUTES)
        assert (await theirs.post("/v1/holds", stage.holding(next_one))).status_code == 201
        refused = await mine.post("/v1/visits", stage.confirming(held.json()["id"]))

    assert (refused.status_code, refused.json()["code"]) == (409, "hold_expired")
    assert refused.json()["nearest"] != []
    assert count(house.db, "payment", f"account_id = '{holder.account_id}'") == 0
    assert house.wrong() == []


async def test_a_visit_confirmed_and_cancelled_at_once_stands_or_is_paid_back(house: House) -> None:
    stage = house.stage(people=1)
    (person,) = stage.people
    async with terminals(house.connect, [person.tokens[0]] * TIMES) as screens:
        for number in range(3):
            held = (await screens[0].post("/v1/holds", stage.holding(person, number))).json()["id"]
            confirmed, *cancelled = await asyncio.gather(
                screens[0].post("/v1/visits", stage.confirming(held)),
                *(one.post(f"/v1/visits/{held}/cancellation", BACK) for one in screens[1:]),
            )
            took_back = [answer for answer in cancelled if answer.status_code == 200]
            assert len(took_back) <= 1
            assert statuses(cancelled) <= {200, 404, 409}
            assert confirmed.status_code == 201
            standing = count(house.db, "visit", f"id = '{held}' AND status = 'confirmed'")
            assert standing == 1 - len(took_back)
    assert house.wrong() == []


async def test_one_visit_cancelled_ten_times_at_once_comes_back_once(house: House) -> None:
    stage = house.stage(people=1)
    (person,) = stage.people
    async with terminals(house.connect, [person.tokens[0]] * TIMES) as screens:
        visit = (await book(screens[0], stage, person, 0)).json()["visit"]["id"]
        answers = await asyncio.gather(*(one.post(f"/v1/visits/{visit}/cancellation", BACK) for one in screens))

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (TIMES - 1)
    assert count(house.db, "ledger_entry", f"kind = 'refund' AND booking_id = '{visit}'") == 1
    assert count(house.db, "place_taken", f"booking_id = '{visit}'") == 0
    assert house.wrong() == []


async def test_a_hold_let_go_and_confirmed_at_once_is_one_of_both(house: House) -> None:
    stage = house.stage(people=1)
    (person,) = stage.people
    async with terminals(house.connect, person.tokens) as (one, other):
        for number in range(3):
            held = (await one.post("/v1/holds", stage.holding(person, number))).json()["id"]
            confirmed, released = await asyncio.gather(
                one.post("/v1/visits", stage.confirming(held)), other.delete(f"/v1/holds/{held}")
            )
            assert (confirmed.status_code == 201) is not (released.status_code == 204)
            assert count(house.db, "visit", f"id = '{held}'") == int(confirmed.status_code == 201)
    assert house.wrong() == []


async def test_a_cancelled_place_goes_to_one_of_those_who_wait_for_it(house: House) -> None:
    stage = house.stage(people=PLACES + 10)
    await fill(house, stage, PLACES)
    leaving, crowd = stage.people[0], stage.people[PLACES:]
    async with terminals(house.connect, [person.tokens[0] for person in (leaving, *crowd)]) as (mine, *others):
        visit = (await mine.get("/v1/visits")).json()["items"][0]["id"]
        gone, *answers = await asyncio.gather(
            mine.post(f"/v1/visits/{visit}/cancellation", BACK),
            *(book(one, stage, person, 0) for one, person in zip(others, crowd, strict=True)),
        )

    assert gone.status_code == 200
    assert sum(answer.status_code == 201 for answer in answers) <= 1
    assert statuses(answers) <= {201, 409}
    assert house.wrong() == []


def statuses(answers: list[httpx.Response]) -> set[int]:
    return {answer.status_code for answer in answers}


def moving(stage: Stage, to: int) -> dict[str, str]:
    """Ask to move from the first start to another one."""
    return {"starts_at": stage.starts[to].isoformat(), "expected_starts_at": stage.starts[0].isoformat()}


async def test_of_many_who_move_to_the_last_place_one_has_it_and_the_others_keep_what_they_had(house: House) -> None:
    stage = house.stage(people=2 * PLACES - 1)
    early, movers = stage.people[: PLACES - 1], stage.people[PLACES - 1 :]
    async with terminals(house.connect, [person.tokens[0] for person in stage.people]) as opened:
        for terminal, person in zip(opened, early, strict=False):
            assert (await book(terminal, stage, person, 1)).status_code == 201
        await asyncio.gather(*(book(*pair) for pair in at_first_start(opened[PLACES - 1 :], stage, movers)))
        visits = [(await one.get("/v1/visits")).json()["items"][0]["id"] for one in opened[PLACES - 1 :]]
        answers = await asyncio.gather(
            *(
                one.post(f"/v1/visits/{visit}/move", moving(stage, 1))
                for one, visit in zip(opened[PLACES - 1 :], visits, strict=True)
            )
        )

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (PLACES - 1)
    here = f"facility_id = '{stage.facility_id}' AND status = 'confirmed'"
    assert count(house.db, "visit", f"{here} AND starts_at = {microseconds(stage.starts[1])}") == PLACES
    assert count(house.db, "visit", here) == 2 * PLACES - 1
    assert house.wrong() == []


def at_first_start(
    opened: list[Caller], stage: Stage, people: Sequence[Person]
) -> list[tuple[Caller, Stage, Person, int]]:
    """What each of them books."""
    return [(terminal, stage, person, 0) for terminal, person in zip(opened, people, strict=True)]


async def test_a_visit_moved_and_cancelled_at_once_is_one_of_both(house: House) -> None:
    stage = house.stage(people=1)
    (person,) = stage.people
    async with terminals(house.connect, person.tokens) as (one, other):
        visit = (await book(one, stage, person, 0)).json()["visit"]["id"]
        moved, gone = await asyncio.gather(
            one.post(f"/v1/visits/{visit}/move", moving(stage, 1)),
            other.post(f"/v1/visits/{visit}/cancellation", BACK),
        )

    assert gone.status_code == 200
    assert moved.status_code in (200, 409)
    assert count(house.db, "place_taken", f"booking_id = '{visit}'") == 0
    assert house.wrong() == []
