"""Visits are listed by the clock, shown, cancelled with what was promised, and taken home as a calendar file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar, Event

from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database
from backend.errors import Problem
from backend.money import returns
from backend.money.ledger import Fees
from backend.money.models import Payment
from backend.security import SERVER, Actor
from backend.visits import cancelling, paying, service
from backend.visits.repository import When
from tests import factories
from tests.backend.caller import Caller
from tests.backend.visits.counting import count
from tests.backend.visits.world import HALF_HOUR, TUESDAY_NINE, World, build, confirmed, officer

MICROSECOND = timedelta(microseconds=1)
EXPECTED_BACK = {"expected_back": {"minor": 570, "currency": "USD"}}


def listed(world: World, when: When, limit: int = 50) -> list[str]:
    """Return the ids of all pages, each page asked for with the cursor of the one before."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        views, cursor = world.db.read_now(
            lambda tx, cursor=cursor: service.listed(tx, world.visitor, when, cursor, limit)  # type: ignore[misc]
        )
        found += [view.id for view in views]
        if cursor is None:
            return found


def cancel(world: World, visit_id: str, back: int = 570) -> cancelling.Cancelled:
    return world.db.write_now(lambda tx: cancelling.cancel(tx, world.visitor, visit_id, back, None))


def preview(world: World, visit_id: str) -> cancelling.CancellationView:
    return world.db.read_now(lambda tx: cancelling.preview(tx, world.visitor, visit_id))


def test_upcoming_visits_are_listed_soonest_first_over_pages(world: World) -> None:
    late, early, middle = (confirmed(world, TUESDAY_NINE + HALF_HOUR * number) for number in (4, 0, 2))

    assert listed(world, "upcoming", limit=1) == listed(world, "upcoming") == [early, middle, late]


def test_the_facility_cancels_a_visit_once_and_none_that_is_not_there(world: World) -> None:
    visit_id = confirmed(world)
    actor = officer(world)

    def cancel_for_facility(visit_id: str) -> cancelling.Cancelled:
        return world.db.write_now(lambda tx: cancelling.cancel_for_facility(tx, actor, visit_id, "A lockdown."))

    cancel_for_facility(visit_id)

    with pytest.raises(Problem, match="visit_already_cancelled"):
        cancel_for_facility(visit_id)
    with pytest.raises(Problem, match="not_found"):
        cancel_for_facility("none")
    assert count(world.db, "outbox", "kind = 'visit_cancelled'") == 1


def test_past_visits_are_listed_latest_first_over_pages(world: World, clock: SteppedClock) -> None:
    ids = [confirmed(world, TUESDAY_NINE + HALF_HOUR * number) for number in range(3)]
    clock.set(TUESDAY_NINE + timedelta(days=1))

    assert listed(world, "past", limit=2) == list(reversed(ids))
    assert listed(world, "upcoming") == []


@pytest.mark.parametrize(
    ("after_end", "when", "status"),
    [(-MICROSECOND, "upcoming", "confirmed"), (timedelta(0), "past", "completed")],
)
def test_a_visit_that_has_ended_counts_as_completed(
    world: World, clock: SteppedClock, after_end: timedelta, when: When, status: str
) -> None:
    visit = confirmed(world)

    clock.set(TUESDAY_NINE + HALF_HOUR + after_end)

    other: When = "past" if when == "upcoming" else "upcoming"
    assert (listed(world, when), listed(world, other)) == ([visit], [])
    assert world.db.read_now(lambda tx: service.one(tx, world.visitor, visit)).status == status


def test_a_cancelled_visit_is_under_cancelled_only(world: World, clock: SteppedClock) -> None:
    visit = confirmed(world)
    cancel(world, visit)
    clock.set(TUESDAY_NINE + timedelta(days=1))

    assert [listed(world, when) for when in ("upcoming", "past", "cancelled")] == [[], [], [visit]]


def test_nobody_sees_or_cancels_somebody_elses_visit(world: World) -> None:
    visit = confirmed(world)
    other = world.another_visitor()

    for attempt in (
        lambda tx: service.one(tx, other, visit),
        lambda tx: cancelling.preview(tx, other, visit),
        lambda tx: cancelling.cancel(tx, other, visit, 570, None),
    ):
        with pytest.raises(Problem) as refused:
            world.db.write_now(attempt)
        assert refused.value.code == "not_found"


@pytest.mark.parametrize(
    ("before_start", "back", "code"),
    [
        (timedelta(hours=24) + MICROSECOND, 570, "full"),
        (timedelta(hours=24), 0, "late"),
        (timedelta(hours=24) - MICROSECOND, 0, "late"),
    ],
)
def test_everything_comes_back_before_the_cut_off_and_nothing_from_it_on(
    world: World, clock: SteppedClock, before_start: timedelta, back: int, code: str
) -> None:
    visit = confirmed(world)
    clock.set(TUESDAY_NINE - before_start)

    view = preview(world, visit)

    assert (view.back.total_minor, view.keeps_minor, view.sentence_code) == (back, 570 - back, code)
    assert view.to == ("Visa 4242" if back else None)


@pytest.mark.parametrize(
    ("late_refund", "back"), [("nothing", (0, 0)), ("session_fee", (570, 0)), ("everything", (570, 35))]
)
def test_what_comes_back_late_is_the_facilitys_policy(
    db: Database, clock: SteppedClock, late_refund: str, back: tuple[int, int]
) -> None:
    world = build(db, transaction_fee=35, settings={"late_refund": late_refund})
    visit = confirmed(world, total=605)
    clock.set(TUESDAY_NINE - timedelta(hours=1))

    view = preview(world, visit)

    assert (view.back.session_fee_minor, view.back.transaction_fee_minor) == back
    assert (view.keeps_minor, view.sentence_code) == (605 - sum(back), "full" if sum(back) == 605 else "late")


@pytest.mark.parametrize(
    ("came_back", "before_start", "told"),
    [
        (200, timedelta(hours=30), (370, 0, "rest")),
        (200, timedelta(hours=1), (0, 370, "late")),
        (570, timedelta(hours=30), (0, 0, "nothing_left")),
        (570, timedelta(hours=1), (0, 0, "nothing_left")),
    ],
)
def test_what_came_back_before_neither_comes_back_again_nor_is_kept(
    world: World, clock: SteppedClock, came_back: int, before_start: timedelta, told: tuple[int, int, str]
) -> None:
    visit = confirmed(world)
    before = Fees(came_back, 0, "USD")
    world.db.write_now(lambda tx: returns.give_back(tx, visit, before, "It was too loud.", "dispute"))
    clock.set(TUESDAY_NINE - before_start)

    view = preview(world, visit)

    assert (view.back.total_minor, view.keeps_minor, view.sentence_code) == told
    cancel(world, visit, told[0])


def test_a_visit_keeps_the_cut_off_it_was_confirmed_under(world: World, clock: SteppedClock, db: Database) -> None:
    visit = confirmed(world)
    clock.step(timedelta(hours=10))
    db.write_now(
        lambda tx: factories.setting(
            tx,
            world.facility_id,
            "cancel_cutoff_hours",
            48,
            visit_type="remote",
            effective_from=datetime(2026, 11, 23, tzinfo=UTC).date(),
        )
    )

    assert preview(world, visit).sentence_code == "full"


def test_a_visit_cannot_be_cancelled_once_it_has_begun(world: World, clock: SteppedClock) -> None:
    visit = confirmed(world)
    clock.set(TUESDAY_NINE - MICROSECOND)
    assert preview(world, visit).reasons == ()

    clock.set(TUESDAY_NINE)

    assert [reason.code for reason in preview(world, visit).reasons] == ["visit_has_begun"]
    with pytest.raises(Problem, match="visit_has_begun"):
        cancel(world, visit, 0)


def test_what_was_not_shown_does_not_come_back(world: World, clock: SteppedClock) -> None:
    visit = confirmed(world)
    clock.set(TUESDAY_NINE - timedelta(hours=1))

    with pytest.raises(Problem, match="refund_changed"):
        cancel(world, visit, 570)

    assert listed(world, "upcoming") == [visit]


def test_a_cancelled_visit_gives_its_time_back(either_db: Database) -> None:
    world = build(either_db, capacity=1)
    cancel(world, confirmed(world))

    world.hold(actor=world.another_visitor())

    assert count(either_db, "transfer") == 2


def test_a_visit_is_cancelled_once(either_db: Database) -> None:
    world = build(either_db)
    visit = confirmed(world)
    cancel(world, visit)

    with pytest.raises(Problem, match="visit_already_cancelled"):
        cancel(world, visit)

    assert count(either_db, "ledger_entry", "kind = 'refund'") == 1


async def test_the_money_is_back_when_the_cancellation_is_answered(ana: Caller, world: World, db: Database) -> None:
    visit = confirmed(world)

    answer = await ana.post(f"/v1/visits/{visit}/cancellation", EXPECTED_BACK)

    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert (answer.json()["cancelled_by"], answer.json()["reason"]) == ("visitor", None)
    assert count(db, "payment", "status = 'returned'") == 1
    assert count(db, "outbox", "kind = 'visit_cancelled'") == 1


async def test_the_same_cancellation_sent_twice_is_one(ana: Caller, world: World, db: Database) -> None:
    visit = confirmed(world)

    answers = [
        await ana.post(f"/v1/visits/{visit}/cancellation", EXPECTED_BACK, key="one cancellation, twice")
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert count(db, "ledger_entry", "kind = 'refund'") == 1


async def test_what_the_facility_cancels_brings_everything_back_whenever_it_is(
    world: World, context: Context, clock: SteppedClock
) -> None:
    visit = confirmed(world)
    clock.set(TUESDAY_NINE - timedelta(minutes=5))
    officer = Actor(
        "officer", "terminal", account_id=world.visitor.account, facility_ids=frozenset({world.facility_id})
    )

    done = world.db.write_now(lambda tx: cancelling.cancel_for_facility(tx, officer, visit, "lockdown"))
    assert done.payment_id is not None
    await paying.send_back(context, SERVER, done.payment_id)

    paid = world.db.read_now(lambda tx: tx.session.get_one(Payment, done.payment_id))
    assert paid.status == "returned"
    shown = world.db.read_now(lambda tx: service.one(tx, world.visitor, visit))
    assert (shown.status, shown.cancelled_by, shown.reason) == ("cancelled", "facility", "lockdown")


def test_an_officer_of_another_facility_cancels_nothing(world: World) -> None:
    visit = confirmed(world)
    elsewhere = Actor("officer", "terminal", account_id="somebody", facility_ids=frozenset({"elsewhere"}))

    with pytest.raises(Problem, match="not_allowed"):
        world.db.write_now(lambda tx: cancelling.cancel_for_facility(tx, elsewhere, visit, "lockdown"))


async def test_a_free_visit_is_cancelled_and_nothing_comes_back(db: Database) -> None:
    world = build(db, fee=0)
    visit = confirmed(world, total=0)

    assert preview(world, visit).sentence_code == "nothing_paid"
    assert cancel(world, visit, 0).payment_id is None


async def test_the_calendar_file_has_utc_times_an_alarm_and_a_uid_that_stays(
    ana: Caller, world: World, clock: SteppedClock
) -> None:
    visit = confirmed(world)

    first = await ana.get(f"/v1/visits/{visit}/calendar")
    await ana.post(f"/v1/visits/{visit}/cancellation", EXPECTED_BACK)
    second = await ana.get(f"/v1/visits/{visit}/calendar")

    assert first.headers["content-type"].startswith("text/calendar")
    assert b"DTSTART:20261124T150000Z" in first.content
    before, after = (_event(answer.content) for answer in (first, second))
    assert before["uid"] == after["uid"]
    assert f"DTSTAMP:{clock.now():%Y%m%dT%H%M%SZ}".encode() in first.content
    assert (before["status"], after["status"]) == ("CONFIRMED", "CANCELLED")
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert before["url"] == "https://visit.example.org/"
    assert [part.name for part in before.subcomponents] == ["VALARM"]


async def test_a_cursor_that_was_not_made_here_is_refused(ana: Caller) -> None:
    answer = await ana.get("/v1/visits", cursor="WyJ4IiwieSJd")

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def _event(content: bytes) -> Event:
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert isinstance(event, Event)
    return event
