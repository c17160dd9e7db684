"""Promotional codes are made, listed and ended by the facility whose they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from backend.clock import SteppedClock
from backend.db import Database
from backend.errors import Problem
from backend.money import promo
from backend.money.promo import NewPromoCode, PromoView
from backend.security import SHELL, Actor
from tests import factories
from tests.backend.conftest import SignedIn
from tests.backend.money.desk_world import DeskWorld, desk_world

TODAY = date(2026, 11, 22)
A_DAY = timedelta(days=1)


@pytest.fixture
def world(database: Database) -> DeskWorld:
    return desk_world(database)


MEANT = NewPromoCode(most_minor=570, uses=10, uses_each=1, last_day=TODAY)


def make(world: DeskWorld, new: NewPromoCode = MEANT, *, actor: Actor | None = None) -> PromoView:
    return world.do(lambda tx: promo.make(tx, actor or world.officer, world.facility_id, new))


def listed(world: DeskWorld, *, ended: bool = False) -> list[tuple[str, str]]:
    found = world.do(lambda tx: promo.listed(tx, world.officer, world.facility_id, with_ended=ended))
    return [(each.code, each.state) for each in found]


def test_a_code_stands_from_its_first_day_to_its_last_and_is_ended_before(
    world: DeskWorld, clock: SteppedClock
) -> None:
    make(world, replace(MEANT, code="welcome"))
    clock.step(timedelta(minutes=1))
    second = make(world, replace(MEANT, code="SPRING", first_day=TODAY + A_DAY, last_day=TODAY + A_DAY))
    assert listed(world) == [("SPRING", "not_begun"), ("WELCOME", "standing")]
    clock.step(A_DAY)
    assert listed(world) == [("SPRING", "standing")]
    assert world.do(lambda tx: promo.end(tx, world.officer, second.id)).state == "ended"
    assert listed(world) == []
    assert listed(world, ended=True) == [("SPRING", "ended"), ("WELCOME", "over")]


def test_a_code_is_made_up_where_none_is_chosen_and_no_two_are_the_same(world: DeskWorld) -> None:
    made = make(world)
    assert len(made.code) == 8
    with pytest.raises(Problem) as refused:
        make(world, replace(MEANT, code=made.code.lower()), actor=SHELL)
    assert refused.value.code == "promo_code_exists"


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (replace(MEANT, most_minor=10_001), "most"),
        (replace(MEANT, last_day=TODAY - A_DAY), "last_day"),
        (replace(MEANT, first_day=TODAY + A_DAY), "last_day"),
        (replace(MEANT, uses_each=11), "uses_each"),
    ],
)
def test_a_code_that_could_never_be_meant_is_refused(world: DeskWorld, new: NewPromoCode, field: str) -> None:
    with pytest.raises(Problem) as refused:
        make(world, new)
    assert [each.field for each in refused.value.errors] == [field]


@pytest.mark.parametrize("word", ["SPR-ING", "SPRING!", "FRÜHLING", "ABC", "4111111111111111"])
async def test_a_word_that_nobody_could_type_or_that_looks_like_a_card_is_refused(
    signed_in: SignedIn, db: Database, word: str
) -> None:
    facility = db.write_now(lambda tx: factories.facility(tx).id)
    body = {"code": word, "most": {"minor": 570, "currency": "USD"}, "uses": 1, "last_day": "2026-12-01"}
    answer = await signed_in("officer", facilities=[facility]).post(f"/v1/desk/{facility}/promo-codes", body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "code")


def test_a_code_that_was_never_made_is_not_found(world: DeskWorld) -> None:
    with pytest.raises(Problem) as refused:
        world.do(lambda tx: promo.end(tx, world.officer, "C404"))
    assert refused.value.code == "not_found"


def test_a_code_of_another_facility_is_not_found(world: DeskWorld) -> None:
    made = make(world)
    elsewhere = Actor("officer", "terminal", world.officer.account_id, frozenset({"elsewhere"}))
    with pytest.raises(Problem) as refused:
        world.do(lambda tx: promo.end(tx, elsewhere, made.id))
    assert refused.value.code == "not_found"
