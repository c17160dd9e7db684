"""Overriding over HTTP: who is asked "book anyway?", and what is refused; and a visit that names its station."""

from __future__ import annotations

import pytest
from sqlmodel import select

from backend.accounts.models import SignInSession
from backend.context import Context
from backend.db import Tx
from backend.security import SHELL
from backend.visits import stations
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn
from tests.backend.visits.counting import count
from tests.backend.visits.world import TUESDAY_NINE, World, build

YES = {"codes": ["no_capacity"], "reason": "The family comes from far away."}


@pytest.fixture
def world(context: Context) -> World:
    """One place, which somebody else holds."""
    world = build(context.db, fee=0, capacity=1)
    world.hold(actor=world.another_visitor(), individual_id=world.another_individual())
    return world


@pytest.fixture
def sam(world: World, signed_in: SignedIn) -> Caller:
    """A support agent who acts for the world's visitor."""
    caller = signed_in("support")

    def act(tx: Tx) -> None:
        query = select(SignInSession).where(SignInSession.account_id == caller.account.id)
        tx.session.exec(query).one().acting_for_account_id = world.visitor.account

    world.db.write_now(act)
    return caller


def wanted(world: World, override: object = None) -> dict[str, object]:
    return {
        "facility_id": world.facility_id,
        "visit_type": "remote",
        "individual_id": world.individual_id,
        "duration_minutes": 30,
        "starts_at": TUESDAY_NINE.isoformat(),
        "override": override,
    }


def confirming(world: World, hold_id: str, override: object = None) -> dict[str, object]:
    return {
        "hold_id": hold_id,
        "terms_id": world.terms_id,
        "expected_total": {"minor": 0, "currency": "USD"},
        "override": override,
    }


async def test_support_is_asked_and_says_yes_with_a_reason(sam: Caller, world: World) -> None:
    asked = await sam.post("/v1/holds", wanted(world))

    assert asked.status_code == 409
    assert [(each["code"], each["sentence"], each["overridable"]) for each in asked.json()["reasons"]] == [
        ("no_capacity", "1 of 1 places are taken.", True)
    ]
    held = await sam.post("/v1/holds", wanted(world, YES))
    assert held.status_code == 201
    booked = await sam.post("/v1/visits", confirming(world, held.json()["id"]))
    assert booked.status_code == 201


async def test_a_visitor_is_not_asked_and_may_not_say_yes(ana: Caller, world: World) -> None:
    asked = await ana.post("/v1/holds", wanted(world))
    said = await ana.post("/v1/holds", wanted(world, YES))

    assert [each["overridable"] for each in asked.json()["reasons"]] == [None]
    assert (said.status_code, said.json()["code"]) == (403, "not_allowed")
    assert count(world.db, "hold") == 1


async def test_a_visitor_does_not_override_with_a_confirmation_either(ana: Caller, world: World) -> None:
    other = {**wanted(world), "starts_at": "2026-11-24T16:00:00Z"}
    held = await ana.post("/v1/holds", other)

    said = await ana.post("/v1/visits", confirming(world, held.json()["id"], YES))

    assert said.status_code == 403
    assert count(world.db, "visit") == 0


@pytest.mark.parametrize(
    ("override", "status", "code"),
    [
        ({"codes": ["individual_busy"], "reason": "So be it."}, 409, "not_overridable"),
        ({"codes": ["no_capacity"], "reason": " "}, 422, "invalid"),
        ({"codes": [], "reason": "So be it."}, 422, "invalid"),
        ({"codes": ["too_soon"], "reason": "So be it."}, 409, "no_capacity"),
    ],
)
async def test_what_is_no_yes_is_refused(
    sam: Caller, world: World, override: dict[str, object], status: int, code: str
) -> None:
    said = await sam.post("/v1/holds", wanted(world, override))

    assert (said.status_code, said.json()["code"]) == (status, code)
    assert count(world.db, "hold") == 1


async def test_a_confirmed_visit_names_its_station(ana: Caller, world: World) -> None:
    world.db.write_now(lambda tx: stations.add(tx, SHELL, world.facility_id, "remote", "Booth 1"))
    held = await ana.post("/v1/holds", {**wanted(world), "starts_at": "2026-11-24T16:00:00Z"})

    booked = await ana.post("/v1/visits", confirming(world, held.json()["id"]))

    assert booked.json()["visit"]["station"] == "Booth 1"
    listed = await ana.get("/v1/visits")
    assert [visit["station"] for visit in listed.json()["items"]] == ["Booth 1"]
