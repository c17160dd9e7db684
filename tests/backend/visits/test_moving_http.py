"""Moves over HTTP: sent again and again they happen once, and refused ones say which times are near."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.backend.caller import Caller
from tests.backend.visits.world import TUESDAY_NINE, World, confirmed, row_of

NOON = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


async def test_the_same_move_sent_ten_times_moves_once(ana: Caller, world: World) -> None:
    visit = confirmed(world)
    body = {"starts_at": NOON.isoformat(), "expected_starts_at": TUESDAY_NINE.isoformat()}

    answers = [await ana.post(f"/v1/visits/{visit}/move", body, key="k" * 16) for _ in range(10)]

    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["starts_at"] for answer in answers} == {"2026-11-24T18:00:00Z"}
    assert row_of(world, visit).changes == 1


async def test_a_refused_move_offers_the_nearest_times(ana: Caller, world: World) -> None:
    visit = confirmed(world)
    confirmed(world, NOON)
    body = {"starts_at": NOON.isoformat(), "expected_starts_at": TUESDAY_NINE.isoformat()}

    answer = await ana.post(f"/v1/visits/{visit}/move", body)

    said = answer.json()
    assert answer.status_code == 409
    assert [reason["code"] for reason in said["reasons"]] == ["individual_busy", "account_busy"]
    assert said["nearest"] == ["2026-11-24T17:00:00Z", "2026-11-24T17:30:00Z", "2026-11-24T18:30:00Z"]


async def test_a_day_beyond_the_horizon_offers_the_last_times_before_it(ana: Caller, world: World) -> None:
    visit = confirmed(world)
    too_far = TUESDAY_NINE + timedelta(days=14)
    body = {"starts_at": too_far.isoformat(), "expected_starts_at": TUESDAY_NINE.isoformat()}

    said = (await ana.post(f"/v1/visits/{visit}/move", body)).json()

    assert [reason["code"] for reason in said["reasons"]] == ["too_far_ahead"]
    assert said["nearest"] == ["2026-12-01T20:30:00Z", "2026-12-01T21:00:00Z", "2026-12-01T21:30:00Z"]


async def test_what_can_be_moved_until_when_is_said(ana: Caller, world: World) -> None:
    visit = confirmed(world)

    said = (await ana.get(f"/v1/visits/{visit}/move")).json()

    assert said["allowed"] is True
    assert said["until"] == "2026-11-23T15:00:00Z"
    shown = (await ana.get(f"/v1/visits/{visit}")).json()
    asked = {name: shown[name] for name in ("visit_type", "individual_id", "duration_minutes")}
    asked["facility_id"] = shown["facility"]["id"]
    days = await ana.get("/v1/opening-days", **asked, moving=visit, **{"from": "2026-11-22", "to": "2026-11-28"})
    times = await ana.get("/v1/openings", **asked, moving=visit, date="2026-11-24")
    assert (days.status_code, times.status_code) == (200, 200)
