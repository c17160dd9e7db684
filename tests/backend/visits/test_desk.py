"""The desk's page of visits: the day's, with who is here and what needs a person; for its own officers only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from backend.clock import SteppedClock
from backend.db import Database
from backend.errors import Problem
from backend.visits import cancelling, desk
from backend.visits.models import FLAG_KINDS, VisitFlag
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn
from tests.backend.visits.conftest import Count
from tests.backend.visits.world import HALF_HOUR, TUESDAY_NINE, World, confirmed, officer

Whitfield = Callable[[], Caller]


@pytest.fixture
def whitfield(world: World, signed_in: SignedIn) -> Whitfield:
    """Sign an officer of the world's facility in, now."""
    return lambda: signed_in("officer", facilities=[world.facility_id])


def flag(db: Database, visit_id: str, kind: str, source: str = "b") -> None:
    raised = VisitFlag(visit_id=visit_id, kind=kind, source_id=source, raised_at=TUESDAY_NINE)
    db.write_now(lambda tx: tx.session.add(raised))


async def test_today_is_the_facilitys_and_its_visits_come_soonest_first(
    whitfield: Whitfield, world: World, clock: SteppedClock
) -> None:
    late, early = confirmed(world, TUESDAY_NINE + HALF_HOUR), confirmed(world)
    confirmed(world, TUESDAY_NINE + timedelta(days=7))
    world.db.write_now(lambda tx: cancelling.cancel(tx, world.visitor, late, 570, None))
    clock.set(TUESDAY_NINE)

    said = (await whitfield().get(f"/v1/desk/{world.facility_id}/visits")).json()

    assert (said["date"], said["zone"]) == ("2026-11-24", "America/Chicago")
    assert [(one["id"], one["status"]) for one in said["items"]] == [(early, "confirmed"), (late, "cancelled")]
    first = said["items"][0]
    assert first["check_in_opens_at"] == "2026-11-24T14:00:00Z"
    assert first["checked_in_at"] is None
    assert first["flags"] == []


async def test_pages_follow_each_other(whitfield: Whitfield, world: World) -> None:
    ids = [confirmed(world, TUESDAY_NINE + HALF_HOUR * number) for number in range(3)]
    path = f"/v1/desk/{world.facility_id}/visits"

    first = (await whitfield().get(path, date="2026-11-24", limit=2)).json()
    second = (await whitfield().get(path, date="2026-11-24", limit=2, cursor=first["next_cursor"])).json()

    assert [one["id"] for one in first["items"] + second["items"]] == ids
    assert second["next_cursor"] is None


async def test_what_needs_review_says_why_once_a_kind(whitfield: Whitfield, world: World) -> None:
    visit = confirmed(world)
    for kind, source in (("blackout", "a"), ("blackout", "b"), ("released", "i")):
        flag(world.db, visit, kind, source)

    said = (await whitfield().get(f"/v1/desk/{world.facility_id}/visits", date="2026-11-24")).json()

    assert said["items"][0]["flags"] == [
        {"kind": "blackout", "sentence": "There are no visits at this time any more."},
        {"kind": "released", "sentence": "The individual was released."},
    ]


def test_there_are_words_for_every_kind_of_flag() -> None:
    assert set(desk.FLAG_WORDS) == set(FLAG_KINDS)


def test_only_officers_of_the_facility_see_its_visits(world: World) -> None:
    for actor in (officer(world, elsewhere=True), world.visitor):
        with pytest.raises(Problem) as refused:
            world.db.read_now(lambda tx, actor=actor: desk.on_day(tx, actor, world.facility_id, None))  # type: ignore[misc]
        assert refused.value.code == "not_allowed"


async def test_a_visitor_is_checked_in_and_the_outcome_recorded_over_the_wire(
    whitfield: Whitfield, world: World, clock: SteppedClock
) -> None:
    visit = confirmed(world)
    clock.set(TUESDAY_NINE)

    desk_of = whitfield()
    here = await desk_of.post(f"/v1/desk/visits/{visit}/check-in")
    ended = await desk_of.post(f"/v1/desk/visits/{visit}/outcome", {"outcome": "technical_failure", "note": "Froze."})

    assert here.json()["checked_in_at"] == "2026-11-24T15:00:00Z"
    assert (ended.status_code, ended.json()["status"]) == (200, "technical_failure")


async def test_an_outcome_sent_ten_times_brings_everything_back_once(
    whitfield: Whitfield, world: World, clock: SteppedClock, rows: Count
) -> None:
    visit = confirmed(world)
    clock.set(TUESDAY_NINE)
    body = {"outcome": "technical_failure"}

    desk_of = whitfield()
    answers = [await desk_of.post(f"/v1/desk/visits/{visit}/outcome", body, key="k" * 16) for _ in range(10)]

    assert {answer.status_code for answer in answers} == {200}
    assert (rows("ledger_entry"), rows("transfer")) == (2, 2), "one charge, one refund"


async def test_an_officer_moves_a_visit_over_the_wire_with_a_reason_only(whitfield: Whitfield, world: World) -> None:
    visit = confirmed(world)
    body = {"starts_at": "2026-11-24T18:00:00Z", "expected_starts_at": "2026-11-24T15:00:00Z"}

    desk_of = whitfield()
    without = await desk_of.post(f"/v1/desk/visits/{visit}/move", body)
    moved = await desk_of.post(f"/v1/desk/visits/{visit}/move", {**body, "reason": "The booth is repaired."})

    assert without.status_code == 422
    assert (moved.status_code, moved.json()["starts_at"]) == (200, "2026-11-24T18:00:00Z")
