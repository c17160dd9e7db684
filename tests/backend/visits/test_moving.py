"""Moving a visit: the new time is taken and the old one freed at once, or nothing happens and the first stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import text
from sqlmodel import select

from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database, Tx
from backend.errors import Problem
from backend.money import transactions
from backend.notices.messages import render
from backend.notices.models import Notice
from backend.security import Actor
from backend.visits import booking, cancelling, checking_in, holds, moving, openings
from backend.visits.ground import Ground, Kept
from backend.visits.judging import judge_asked
from backend.visits.models import Visit, VisitFlag
from backend.visits.moving import Move
from backend.visits.owned import TABLES
from backend.visits.quanta import Limit
from backend.visits.rules.facts import Facts
from tests import factories
from tests.backend.visits.counting import count
from tests.backend.visits.world import HALF_HOUR, TUESDAY_NINE, World, build, confirmed, last_entry, officer, row_of

MICROSECOND = timedelta(microseconds=1)
HALF_PAST = TUESDAY_NINE + HALF_HOUR
NOON = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)


def move(
    world: World, visit_id: str, to: datetime, *, of: datetime = TUESDAY_NINE, actor: Actor | None = None
) -> Visit:
    asked = Move(visit_id, to, of)
    return world.db.write_now(lambda tx: moving.move(tx, actor or world.visitor, asked))


def refused(
    world: World, visit_id: str, to: datetime, *, of: datetime = TUESDAY_NINE, actor: Actor | None = None
) -> Problem:
    with pytest.raises(Problem) as found:
        move(world, visit_id, to, of=of, actor=actor)
    return found.value


def taken(db: Database, booking_id: str) -> set[tuple[object, ...]]:
    """Return every row that a booking has of time."""

    def look(tx: Tx) -> set[tuple[object, ...]]:
        said = {"booking": booking_id}
        return {
            (table, *found)
            for table in TABLES
            for found in tx.session.execute(
                text(f"SELECT * FROM {table} WHERE booking_id = :booking"), said
            )  # constants
        }

    return db.read_now(look)


def notice_of(world: World, kind: str) -> Notice:
    return world.db.read_now(lambda tx: tx.session.exec(select(Notice).where(Notice.kind == kind)).one())


def test_a_moved_visit_keeps_all_but_its_time(either_db: Database) -> None:
    world = build(either_db)
    visit = confirmed(world)
    before = row_of(world, visit)

    move(world, visit, NOON)

    after = row_of(world, visit)
    assert (after.starts_at, after.ends_at, after.local_date) == (NOON, NOON + HALF_HOUR, TUESDAY)
    assert after.changes == 1
    moved = {"starts_at", "ends_at", "changes"}
    assert after.model_dump(exclude=moved) == before.model_dump(exclude=moved)
    assert count(either_db, "transfer") == 1, "nothing more is charged"


def test_the_old_time_is_free_for_others_and_the_new_one_is_not(either_db: Database) -> None:
    world = build(either_db, capacity=1)
    visit = confirmed(world)

    move(world, visit, NOON)

    other, somebody = world.another_visitor(), world.another_individual()
    with pytest.raises(Problem) as full:
        world.hold(NOON, actor=other, individual_id=somebody)
    assert full.value.code == "no_capacity"
    world.hold(TUESDAY_NINE, actor=other, individual_id=somebody)


def test_a_conflict_in_the_middle_leaves_the_first_time_as_it_was(
    either_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = build(either_db, capacity=1)
    visit = confirmed(world)
    confirmed(world, NOON, actor=world.another_visitor(), individual_id=world.another_individual())
    rows, before = taken(either_db, visit), row_of(world, visit)

    def as_it_was_a_moment_ago(
        tx: Tx, ground: Ground, starts_at: datetime, own: Kept | None
    ) -> tuple[Facts, tuple[Limit, ...]]:
        """Judge as a reader does whom somebody overtakes: the other visit is not there yet."""
        with tx.session.begin_nested() as savepoint:
            for table in TABLES:
                tx.session.execute(text(f"DELETE FROM {table} WHERE booking_id <> '{visit}'"))  # an id of ours
            found = judge_asked(tx, ground, starts_at, own)
            savepoint.rollback()
        return found

    monkeypatch.setattr(moving, "judge_asked", as_it_was_a_moment_ago)
    problem = refused(world, visit, NOON)

    assert [reason.code for reason in problem.reasons] == ["no_capacity"]
    assert problem.detail == "Your visit on Nov 24 at 09:00 CST stands."
    assert taken(either_db, visit) == rows
    assert row_of(world, visit) == before
    assert count(either_db, "outbox", "kind = 'visit_changed'") == 0


def test_what_the_visit_takes_itself_is_not_in_its_way(either_db: Database) -> None:
    world = build(either_db, capacity=1, settings={"durations": [60]}, fee=0)
    hold = either_db.write_now(lambda tx: holds.take(tx, world.visitor, world.wanted(minutes=60), TUESDAY_NINE))
    asked = world.confirming(hold.id, method=None, expected_total=0)
    either_db.write_now(lambda tx: booking.begin(tx, world.visitor, asked))

    move(world, hold.id, HALF_PAST)

    assert len(taken(either_db, hold.id)) == 3 * 12, "place, individual and account, for an hour of five minutes each"


def test_a_time_listed_for_a_move_can_be_moved_to_and_no_other(world: World, db: Database) -> None:
    visit = confirmed(world)
    confirmed(world, NOON)
    listed = db.read_now(lambda tx: openings.times(tx, world.visitor, world.wanted(), TUESDAY, moving=visit)).items
    closed = {opening.starts_at: opening.reasons for opening in listed if opening.state != "open"}

    assert {at: [reason.code for reason in reasons] for at, reasons in closed.items()} == {
        TUESDAY_NINE: ["same_time"],
        NOON: ["individual_busy", "account_busy"],
    }
    for at, reasons in closed.items():
        assert refused(world, visit, at).reasons == reasons
    now_at = TUESDAY_NINE
    for opening in listed:
        if opening.state == "open":
            move(world, visit, opening.starts_at, of=now_at)
            now_at = opening.starts_at


def test_the_days_of_a_move_count_its_own_place_as_free(db: Database) -> None:
    world = build(db, capacity=1)
    visit = confirmed(world)
    move(world, visit, NOON)

    def open_on_tuesday(visit_id: str | None) -> int:
        found = db.read_now(
            lambda tx: openings.days(tx, world.visitor, world.wanted(), TUESDAY, TUESDAY, moving=visit_id)
        )
        return found.items[0].open

    # 14 starts: none of them is open at its own time, which a move cannot choose either
    assert (open_on_tuesday(None), open_on_tuesday(visit)) == (13, 13)


def test_only_the_time_of_a_visit_can_be_moved(world: World, db: Database) -> None:
    visit, somebody = confirmed(world), world.another_individual()

    with pytest.raises(Problem) as found:
        db.read_now(
            lambda tx: openings.times(tx, world.visitor, world.wanted(individual_id=somebody), TUESDAY, moving=visit)
        )
    assert found.value.code == "invalid"


@pytest.mark.parametrize(
    ("before_start", "moves"), [(timedelta(hours=24) + MICROSECOND, True), (timedelta(hours=24), False)]
)
def test_a_visit_moves_until_its_cut_off_that_instant_excluded(
    world: World, clock: SteppedClock, before_start: timedelta, moves: bool
) -> None:
    visit = confirmed(world)
    next_week = TUESDAY_NINE + timedelta(days=7)

    clock.set(TUESDAY_NINE - before_start)

    view = world.db.read_now(lambda tx: moving.preview(tx, world.visitor, visit))
    assert view.until == TUESDAY_NINE - timedelta(hours=24)
    assert [reason.code for reason in view.reasons] == ([] if moves else ["too_late_to_move"])
    if moves:
        move(world, visit, next_week)
    else:
        assert refused(world, visit, next_week).code == "too_late_to_move"


def test_the_cut_off_is_the_one_in_force_when_the_visit_was_confirmed(world: World, clock: SteppedClock) -> None:
    visit = confirmed(world)
    clock.set(TUESDAY_NINE - timedelta(days=1, hours=1))
    monday, facility = date(2026, 11, 23), world.facility_id
    world.db.write_now(lambda tx: factories.setting(tx, facility, "move_cutoff_hours", 0, effective_from=monday))

    view = world.db.read_now(lambda tx: moving.preview(tx, world.visitor, visit))

    assert view.until == TUESDAY_NINE - timedelta(hours=24)


def test_notice_counts_anew_for_the_new_time_and_every_broken_rule_is_told(world: World, clock: SteppedClock) -> None:
    visit = confirmed(world, TUESDAY_NINE + timedelta(days=7))
    clock.set(TUESDAY_NINE - timedelta(hours=23))
    monday, facility = date(2026, 11, 23), world.facility_id
    world.db.write_now(
        lambda tx: factories.setting(tx, facility, "offered", False, visit_type="remote", effective_from=monday)
    )

    problem = refused(world, visit, TUESDAY_NINE, of=TUESDAY_NINE + timedelta(days=7))

    assert [reason.code for reason in problem.reasons] == ["visit_type_not_offered", "too_soon"]
    assert problem.reasons[1].first_passes_on == date(2026, 11, 25)


def test_of_two_screens_the_second_is_told_when_the_visit_is_now(world: World) -> None:
    visit = confirmed(world)
    move(world, visit, NOON)

    problem = refused(world, visit, HALF_PAST)

    assert (problem.code, problem.status) == ("visit_changed", 409)
    assert problem.detail.startswith("It is on Nov 24 at 12:00 CST now.")


def test_a_visit_that_does_not_stand_is_not_moved(world: World, clock: SteppedClock) -> None:
    gone, over, here = (confirmed(world, TUESDAY_NINE + HALF_HOUR * number) for number in range(3))
    world.db.write_now(lambda tx: cancelling.cancel(tx, world.visitor, gone, 570, None))
    at_desk = officer(world)
    clock.set(TUESDAY_NINE + HALF_HOUR * 2)
    world.db.write_now(lambda tx: checking_in.check_in(tx, at_desk, here))

    for number, (visit, code) in enumerate(
        ((gone, "visit_already_cancelled"), (over, "visit_is_over"), (here, "visit_is_checked_in"))
    ):
        assert refused(world, visit, NOON, of=TUESDAY_NINE + HALF_HOUR * number).code == code


@pytest.mark.parametrize("to", [datetime(9999, 12, 31, 23, 30, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)])
def test_a_time_that_nobody_plans_for_is_not_reckoned_with(world: World, to: datetime) -> None:
    visit = confirmed(world)
    assert refused(world, visit, to).code == "invalid"


def test_nobody_moves_somebody_elses_visit(world: World) -> None:
    visit = confirmed(world)
    assert refused(world, visit, NOON, actor=world.another_visitor()).code == "not_found"


def test_a_move_is_told_written_down_and_shown_in_transaction_details(world: World, context: Context) -> None:
    visit = confirmed(world)
    world.db.write_now(
        lambda tx: tx.session.add(VisitFlag(visit_id=visit, kind="blackout", source_id="b", raised_at=tx.now))
    )

    move(world, visit, NOON)

    def look(tx: Tx) -> tuple[transactions.TransactionView, ...]:
        wanted = transactions.Filter()
        return transactions.listed(tx, world.visitor, wanted, sort="appointment", order="asc", cursor=None, limit=10)[0]

    notice, entry, lines = notice_of(world, "visit_changed"), last_entry(world, "visit moved"), world.db.read_now(look)
    attached = Calendar.from_ical(render("visit_changed", notice.data, context.key).attachments[0].content)
    event = next(iter(attached.walk("VEVENT")))
    assert (str(event["UID"]), event["SEQUENCE"]) == (f"{visit}@visitdesk", 1)
    assert event.decoded("DTSTART") == NOON
    assert event.decoded("DTSTAMP") == datetime(2026, 11, 22, 15, 0, tzinfo=UTC), "when it was made"
    assert isinstance(entry.what, dict)
    assert (entry.what["from"], entry.what["to"]) == (TUESDAY_NINE.isoformat(), NOON.isoformat())
    assert [line.appointment_at for line in lines] == [NOON]
    assert count(world.db, "visit_flag") == 0, "it was judged anew"


def test_a_cancelled_visit_counts_on_from_its_moves(world: World, context: Context) -> None:
    visit = confirmed(world)
    move(world, visit, NOON)
    world.db.write_now(lambda tx: cancelling.cancel(tx, world.visitor, visit, 570, None))

    notice = notice_of(world, "visit_cancelled")
    assert b"SEQUENCE:2" in render("visit_cancelled", notice.data, context.key).attachments[0].content


def test_an_officer_moves_a_visit_of_the_facility_and_says_why(world: World) -> None:
    visit = confirmed(world)
    asked = Move(visit, NOON, TUESDAY_NINE, "The booth is repaired.")

    elsewhere = officer(world, elsewhere=True)
    with pytest.raises(Problem) as found:
        world.db.write_now(lambda tx: moving.move_for_facility(tx, elsewhere, asked))
    assert found.value.code == "not_found"
    here = officer(world)
    world.db.write_now(lambda tx: moving.move_for_facility(tx, here, asked))

    assert row_of(world, visit).starts_at == NOON
    entry = last_entry(world, "visit moved")
    assert isinstance(entry.what, dict)
    assert (entry.what["by"], entry.why) == ("facility", "The booth is repaired.")
