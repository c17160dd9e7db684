"""Confirming over HTTP: hold, charge, confirm; nothing twice, nothing lost."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database, Tx
from backend.paging import cursor_of
from backend.visits import reconciler
from tests import factories
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn
from tests.backend.visits.conftest import Count, caller_for
from tests.backend.visits.counting import count
from tests.backend.visits.world import APPROVED, DECLINED, HALF_HOUR, LATER, POOR, SILENT, TUESDAY_NINE, World, build

Json = dict[str, object]


async def hold(caller: Caller, world: World, starts_at: str = "2026-11-24T15:00:00Z") -> str:
    answer = await caller.post("/v1/holds", holding(world, starts_at))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def holding(world: World, starts_at: str = "2026-11-24T15:00:00Z") -> Json:
    return {
        "facility_id": world.facility_id,
        "visit_type": "remote",
        "individual_id": world.individual_id,
        "duration_minutes": 30,
        "starts_at": starts_at,
    }


def confirming(world: World, hold_id: str, token: str | None = APPROVED.token, total: int = 570) -> Json:
    return {
        "hold_id": hold_id,
        "terms_id": world.terms_id,
        "attendees": [],
        "payment_method": token,
        "expected_total": {"minor": total, "currency": "USD"},
    }


async def test_an_approved_payment_confirms_the_visit(ana: Caller, world: World, rows: Count) -> None:
    answer = await ana.post("/v1/visits", confirming(world, await hold(ana, world)))

    assert answer.status_code == 201
    said = answer.json()
    assert said["status"] == "confirmed"
    assert said["payment"]["status"] == "succeeded"
    visit = said["visit"]
    assert re.fullmatch(r"VD-[2-9A-HJKMNP-TV-Z]{6}", visit["reference"])
    assert (visit["status"], visit["paid_with"], visit["total"]["minor"]) == ("confirmed", "Visa 4242", 570)
    assert visit["join"]["link"] == "https://visit.example.org/"
    assert visit["join"]["opens_at"] == "2026-11-24T14:50:00Z"
    assert visit["free_cancel_until"] == "2026-11-23T15:00:00Z"
    assert [rows(table) for table in ("visit", "hold", "ledger_entry", "transfer", "payment")] == [1, 0, 1, 1, 1]
    assert (await ana.get("/v1/hold")).json() == {"hold": None}


async def test_its_time_is_taken_for_good(ana: Caller, world: World, db: Database) -> None:
    await ana.post("/v1/visits", confirming(world, await hold(ana, world)))

    for table in ("place_taken", "individual_taken", "account_taken"):
        assert count(db, table, "held_until IS NULL") == count(db, table) == 6


async def test_a_free_visit_needs_no_payment(db: Database, signed_in: SignedIn, context: Context, rows: Count) -> None:
    world = build(db, fee=0)
    ana = caller_for(world, signed_in, context)

    answer = await ana.post("/v1/visits", confirming(world, await hold(ana, world), None, 0))

    assert answer.status_code == 201
    assert (answer.json()["payment"], answer.json()["visit"]["paid_with"]) == (None, None)
    assert [rows(table) for table in ("payment", "ledger_entry", "transfer")] == [0, 1, 0]
    (line,) = (await ana.get("/v1/transactions")).json()["items"]
    assert (line["fee_source"], line["fee_source_label"], line["session_fee"]["minor"]) == ("none", "No charge", 0)


async def test_both_fees_are_transfers_of_their_own(db: Database, signed_in: SignedIn, context: Context) -> None:
    world = build(db, transaction_fee=35)
    ana = caller_for(world, signed_in, context)

    await ana.post("/v1/visits", confirming(world, await hold(ana, world), total=605))

    assert count(db, "transfer", "line = 'session_fee' AND amount_minor = 570") == 1
    assert count(db, "transfer", "line = 'transaction_fee' AND amount_minor = 35") == 1


@pytest.mark.parametrize(
    ("token", "problem"), [(DECLINED.token, "The card was declined."), (POOR.token, "There is not enough money")]
)
async def test_a_decline_keeps_the_hold_and_another_method_can_be_tried(
    ana: Caller, world: World, rows: Count, token: str, problem: str
) -> None:
    held = await hold(ana, world)

    answer = await ana.post("/v1/visits", confirming(world, held, token))

    assert (answer.status_code, answer.json()["code"]) == (402, "payment_declined")
    assert problem in answer.json()["detail"]
    assert (await ana.get("/v1/hold")).json()["hold"]["id"] == held
    assert [rows(table) for table in ("visit", "ledger_entry")] == [0, 0]
    assert (await ana.post("/v1/visits", confirming(world, held))).status_code == 201


async def test_after_a_decline_the_hold_ends_when_it_would_have(
    db: Database, signed_in: SignedIn, context: Context, clock: SteppedClock
) -> None:
    world = build(db, capacity=1)
    ana = caller_for(world, signed_in, context)
    await ana.post("/v1/visits", confirming(world, await hold(ana, world), DECLINED.token))

    clock.step(timedelta(minutes=10))

    world.hold(actor=world.another_visitor(), individual_id=world.another_individual())


async def test_ten_equal_requests_charge_once(ana: Caller, world: World, rows: Count) -> None:
    body = confirming(world, await hold(ana, world))

    answers = await asyncio.gather(*(ana.post("/v1/visits", body, key="one intent, ten times") for _ in range(10)))

    assert {answer.status_code for answer in answers} <= {201, 202}
    assert [rows(table) for table in ("payment", "visit", "ledger_entry")] == [1, 1, 1]
    again = await ana.post("/v1/visits", body, key="one intent, ten times")
    assert (again.status_code, again.json()["status"]) == (201, "confirmed")


async def test_ten_requests_with_keys_of_their_own_charge_once_too(ana: Caller, world: World, rows: Count) -> None:
    body = confirming(world, await hold(ana, world))

    answers = await asyncio.gather(*(ana.post("/v1/visits", body) for _ in range(10)))

    assert {answer.status_code for answer in answers} <= {201, 202}
    assert [rows(table) for table in ("payment", "visit")] == [1, 1]


async def test_the_same_key_answers_with_the_present_state(
    ana: Caller, world: World, clock: SteppedClock, context: Context
) -> None:
    body = confirming(world, await hold(ana, world), LATER.token)
    first = await ana.post("/v1/visits", body, key="one intent, told twice")
    assert (first.status_code, first.json()["status"]) == (202, "checking")

    clock.step(timedelta(seconds=4))
    await reconciler.one_round(context)

    again = await ana.post("/v1/visits", body, key="one intent, told twice")
    assert (again.status_code, again.json()["visit"]["status"]) == (201, "confirmed")


async def test_a_key_is_not_reused_for_another_request(ana: Caller, world: World) -> None:
    held = await hold(ana, world)
    await ana.post("/v1/visits", confirming(world, held), key="one key, two intents")

    answer = await ana.post("/v1/visits", confirming(world, held, LATER.token), key="one key, two intents")

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


async def test_an_unknown_outcome_is_checking_and_the_place_stays(
    db: Database, signed_in: SignedIn, context: Context, clock: SteppedClock
) -> None:
    world = build(db, capacity=1)
    ana = caller_for(world, signed_in, context)
    answer = await ana.post("/v1/visits", confirming(world, await hold(ana, world), SILENT.token))
    assert (answer.status_code, answer.json()["payment"]["status"]) == (202, "checking")

    clock.step(timedelta(minutes=14))

    other = caller_for(build(db), signed_in, context)
    taken = await other.post("/v1/holds", holding(world))
    assert "no_capacity" in {reason["code"] for reason in taken.json()["reasons"]}


async def test_while_it_is_checked_the_hold_neither_moves_nor_goes(ana: Caller, world: World) -> None:
    held = await hold(ana, world)
    await ana.post("/v1/visits", confirming(world, held, SILENT.token))

    moved = await ana.post("/v1/holds", holding(world, "2026-11-24T16:00:00Z"))
    released = await ana.delete(f"/v1/holds/{held}")

    assert [moved.json()["code"], released.json()["code"]] == ["payment_checking"] * 2


async def test_no_answer_for_a_minute_was_no_charge(
    ana: Caller, world: World, clock: SteppedClock, context: Context
) -> None:
    answer = await ana.post("/v1/visits", confirming(world, await hold(ana, world), SILENT.token))
    payment = answer.json()["payment"]["id"]

    clock.step(timedelta(seconds=61))
    await reconciler.one_round(context)

    said = (await ana.get(f"/v1/payments/{payment}")).json()
    assert (said["status"], said["payment"]["status"]) == ("checking", "declined")
    assert said["payment"]["problem_code"] == "no_answer"
    assert (await ana.get("/v1/hold")).json()["hold"] is not None


async def test_a_late_approval_confirms_and_is_announced(
    ana: Caller, world: World, clock: SteppedClock, context: Context
) -> None:
    answer = await ana.post("/v1/visits", confirming(world, await hold(ana, world), LATER.token))
    cursor = (await ana.get("/v1/changes")).json()["cursor"]

    clock.step(timedelta(seconds=4))
    await reconciler.one_round(context)

    said = (await ana.get(f"/v1/payments/{answer.json()['payment']['id']}")).json()
    assert (said["status"], said["payment"]["status"]) == ("confirmed", "succeeded")
    news = (await ana.get("/v1/changes", after=cursor, wait=0)).json()["items"]
    assert {one["kind"] for one in news} >= {"payment", "visit", "hold"}


async def test_an_ended_hold_is_taken_again_if_it_is_still_free(ana: Caller, world: World, clock: SteppedClock) -> None:
    held = await hold(ana, world)
    clock.step(timedelta(minutes=10))

    answer = await ana.post("/v1/visits", confirming(world, held))

    assert answer.status_code == 201


async def test_an_ended_hold_that_somebody_else_has_is_refused_with_the_nearest_times(
    db: Database, signed_in: SignedIn, context: Context, clock: SteppedClock, rows: Count
) -> None:
    world = build(db, capacity=1)
    ana = caller_for(world, signed_in, context)
    held = await hold(ana, world)
    clock.step(timedelta(minutes=10))
    world.hold(actor=world.another_visitor(), individual_id=world.another_individual())

    answer = await ana.post("/v1/visits", confirming(world, held))

    assert (answer.status_code, answer.json()["code"]) == (409, "hold_expired")
    assert [reason["code"] for reason in answer.json()["reasons"]] == ["hold_expired", "no_capacity"]
    assert answer.json()["nearest"][0] == "2026-11-24T15:30:00Z"
    assert rows("payment") == 0


async def test_a_hold_taken_in_time_is_not_too_soon_when_it_is_confirmed(
    world: World, clock: SteppedClock, signed_in: SignedIn, context: Context
) -> None:
    clock.set(TUESDAY_NINE - timedelta(hours=24))
    ana = caller_for(world, signed_in, context)
    held = await hold(ana, world)
    clock.step(timedelta(minutes=9))

    assert (await ana.post("/v1/visits", confirming(world, held))).status_code == 201


@pytest.mark.parametrize("change", ["access", "terms", "price", "offer", "individual", "attendees", "method"])
async def test_every_rule_is_asked_again_before_anything_is_charged(
    ana: Caller, world: World, db: Database, rows: Count, change: str
) -> None:
    held = await hold(ana, world)
    body = confirming(world, held)
    later = factories.LONG_AGO + timedelta(days=1)
    if change == "access":
        db.write_now(lambda tx: _sql(tx, "UPDATE facility_access SET status = 'revoked'"))
    elif change == "terms":
        db.write_now(lambda tx: factories.terms(tx, world.facility_id, version=2))
    elif change == "price":
        db.write_now(lambda tx: factories.price(tx, world.facility_id, session_fee_minor=600, effective_from=later))
    elif change == "offer":
        db.write_now(
            lambda tx: factories.setting(
                tx, world.facility_id, "offered", False, visit_type="remote", effective_from=later
            )
        )
    elif change == "individual":
        db.write_now(lambda tx: _sql(tx, "UPDATE individual SET status = 'released'"))
    elif change == "attendees":
        body["attendees"] = [{"name": "Luis Delgado", "minor": False}]
    else:
        body["payment_method"] = "test_gone"

    answer = await ana.post("/v1/visits", body)

    expected = {
        "access": "facility_access_required",
        "terms": "terms_changed",
        "price": "price_changed",
        "offer": "visit_type_not_offered",
        "individual": "individual_not_eligible",
        "attendees": "attendee_limit",
        "method": "payment_required",
    }
    assert answer.json()["code"] == expected[change]
    assert [rows(table) for table in ("payment", "visit", "hold")] == [0, 0, 1]


async def test_another_screen_that_moved_the_hold_does_not_change_what_this_one_confirms(
    ana: Caller, world: World, rows: Count
) -> None:
    shown = await hold(ana, world)
    elsewhere = await hold(ana, world, "2026-11-24T16:00:00Z")

    answer = await ana.post("/v1/visits", confirming(world, shown))

    assert (answer.status_code, answer.json()["code"]) == (409, "hold_expired")
    assert [rows(table) for table in ("payment", "visit")] == [0, 0]
    assert (await ana.get("/v1/hold")).json()["hold"]["id"] == elsewhere


async def test_terms_have_to_be_accepted(ana: Caller, world: World, db: Database) -> None:
    db.write_now(lambda tx: _sql(tx, "DELETE FROM terms_acceptance"))

    answer = await ana.post("/v1/visits", confirming(world, await hold(ana, world)))

    assert answer.json()["code"] == "terms_not_accepted"


async def test_who_comes_along_is_kept_in_order(db: Database, signed_in: SignedIn, context: Context) -> None:
    world = build(db, settings={"attendees_max": 2})
    ana = caller_for(world, signed_in, context)
    body = confirming(world, await hold(ana, world))
    body["attendees"] = [{"name": "Luis Delgado", "minor": False}, {"name": "Eva Delgado", "minor": True}]

    answer = await ana.post("/v1/visits", body)

    assert answer.json()["visit"]["attendees"] == body["attendees"]


async def test_nobody_confirms_somebody_elses_hold(ana: Caller, world: World, signed_in: SignedIn) -> None:
    held = await hold(ana, world)
    stranger = signed_in()

    answer = await stranger.post("/v1/visits", confirming(world, held))

    assert answer.json()["code"] == "hold_expired"


async def test_the_draft_of_what_was_confirmed_is_gone(ana: Caller, world: World) -> None:
    held = await hold(ana, world)
    await ana.put("/v1/draft", {"facility_id": world.facility_id, "hold_id": held, "step": "confirm"})

    await ana.post("/v1/visits", confirming(world, held))

    assert (await ana.get("/v1/draft")).json() == {"draft": None}


async def test_a_confirmation_is_told_by_one_notice_and_one_entry_in_the_trace(
    ana: Caller, world: World, db: Database
) -> None:
    await ana.post("/v1/visits", confirming(world, await hold(ana, world)))

    assert count(db, "outbox", "kind = 'visit_confirmed'") == 1
    assert count(db, "audit_entry", "action = 'visit confirmed'") == 1


async def test_a_taken_time_is_refused_with_the_nearest_free_ones(
    db: Database, signed_in: SignedIn, context: Context
) -> None:
    world = build(db, capacity=1)
    world.hold(actor=world.another_visitor(), individual_id=world.another_individual())
    ana = caller_for(world, signed_in, context)

    answer = await ana.post("/v1/holds", holding(world))

    assert (answer.status_code, answer.json()["code"]) == (409, "no_capacity")
    expected = [TUESDAY_NINE + HALF_HOUR * number for number in (1, 2, 3)]
    assert answer.json()["nearest"] == [f"{instant:%Y-%m-%dT%H:%M:%SZ}" for instant in expected]


async def test_fifty_people_for_the_last_place_make_one_hold(
    db: Database, signed_in: SignedIn, context: Context
) -> None:
    world = build(db, capacity=1)
    people = [caller_for(_alone(world, db), signed_in, context) for _ in range(50)]
    wanted = [{**holding(world), "individual_id": world.another_individual()} for _ in people]

    answers: list[httpx.Response] = await asyncio.gather(
        *(person.post("/v1/holds", body) for person, body in zip(people, wanted, strict=True))
    )

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 49
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"no_capacity"}
    assert all(answer.json()["nearest"] for answer in answers if answer.status_code == 409)
    assert [count(db, table) for table in ("hold", "place_taken", "individual_taken", "account_taken")] == [1, 6, 6, 6]


def _alone(world: World, db: Database) -> World:
    """The same world with another visitor."""
    return World(
        db=db,
        facility_id=world.facility_id,
        terms_id=world.terms_id,
        row_id=world.row_id,
        individual_id=world.individual_id,
        visitor=world.another_visitor(),
    )


def _sql(tx: Tx, statement: str) -> None:
    tx.session.execute(text(statement))


@pytest.mark.parametrize("start", ["--5", "-" + "9" * 18, "9" * 30, "x"])
async def test_a_made_up_place_in_the_list_of_visits_is_refused(ana: Caller, start: str) -> None:
    answer = await ana.get("/v1/visits", cursor=cursor_of(start, "x"))

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize("starts_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
async def test_an_instant_that_utc_does_not_have_is_refused(ana: Caller, starts_at: str) -> None:
    answer = await ana.put("/v1/draft", {"starts_at": starts_at})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["errors"][0]["field"] == "starts_at"
