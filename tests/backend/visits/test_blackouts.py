"""Blackouts: what they touch is shown before, what they close is refused on every path, removing one undoes itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import select

from backend.audit.models import AuditEntry
from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.money.processors.base import ChargeResult
from backend.roster.models import Individual
from backend.security import SHELL, Actor
from backend.visits import blackouts, booking, holds, openings, settling
from backend.visits.blackouts import NewBlackout, Treatment
from backend.visits.cancelling import cancel_for_facility
from backend.visits.models import Visit, VisitFlag
from tests import factories
from tests.backend.visits.world import TUESDAY_NINE, World, build

TUESDAY = date(2026, 11, 24)
ALL_DAY = NewBlackout(TUESDAY, TUESDAY, "The visiting room is being painted.")
HALF_HOUR = timedelta(minutes=30)
NINE, TEN = 9 * 60, 10 * 60


@pytest.fixture
def there(database: Database) -> World:
    """The world on either engine, where nothing is to pay."""
    return build(database, fee=0)


def visit_at(world: World, halves: int = 0, *, actor: Actor | None = None) -> str:
    """Confirm a visit so many half hours after nine, of somebody of its own."""
    who = actor or world.another_visitor()
    held = world.hold(TUESDAY_NINE + halves * HALF_HOUR, actor=who, individual_id=world.another_individual())
    world.db.write_now(lambda tx: booking.begin(tx, who, world.confirming(held.id, expected_total=0)))
    return held.id


def add(world: World, new: NewBlackout, *, expected: int | None = None, treatment: Treatment = "flag") -> str:
    added = world.db.write_now(
        lambda tx: blackouts.add(tx, SHELL, world.facility_id, new, expected_visits=expected, treatment=treatment)
    )
    return added.blackout.id


def remove(world: World, blackout_id: str) -> blackouts.BlackoutView:
    return world.db.write_now(lambda tx: blackouts.remove(tx, SHELL, blackout_id))


def preview(world: World, new: NewBlackout) -> blackouts.TouchedView:
    return world.db.read_now(lambda tx: blackouts.preview(tx, SHELL, world.facility_id, new))


def flagged(world: World) -> set[tuple[str, str]]:
    """The visit and the source of every flag."""

    def read(tx: Tx) -> set[tuple[str, str]]:
        return {(one.visit_id, one.source_id) for one in tx.session.exec(select(VisitFlag)).all()}

    return world.db.read_now(read)


def refused(world: World) -> list[str]:
    with pytest.raises(Problem) as refusal:
        world.hold()
    return [reason.code for reason in refusal.value.reasons]


def states(world: World, day: date = TUESDAY) -> list[str]:
    view = world.db.read_now(lambda tx: openings.times(tx, world.visitor, world.wanted(), day))
    return [item.state for item in view.items]


def test_a_blackout_closes_every_time_that_it_touches(there: World) -> None:
    add(there, replace(ALL_DAY, start_minute=NINE + 15, end_minute=TEN))

    assert states(there)[:4] == ["closed", "closed", "open", "open"]
    assert refused(there) == ["blacked_out"]


def test_visitors_are_told_what_they_may_know_and_the_next_day_of_visits(there: World) -> None:
    add(there, replace(ALL_DAY, told="The room is closed."))
    with pytest.raises(Problem) as refusal:
        there.hold()

    (reason,) = refusal.value.reasons
    assert reason.sentence == "There are no visits on Nov 24. The room is closed."
    assert "painted" not in reason.sentence + refusal.value.detail
    assert reason.first_passes_on == date(2026, 12, 1), "the next Tuesday: the timetable has no other day"


def test_a_blackout_of_another_type_or_unit_leaves_the_time_open(there: World) -> None:
    there.db.write_now(lambda tx: _move_to(tx, there.individual_id, "B2"))
    add(there, replace(ALL_DAY, visit_type="in_person"))
    add(there, replace(ALL_DAY, housing_unit="C1"))
    assert states(there)[0] == "open"

    add(there, replace(ALL_DAY, visit_type="remote", housing_unit="B2"))
    assert states(there)[0] == "closed"
    assert there.hold(actor=there.another_visitor(), individual_id=there.another_individual()).id


def _move_to(tx: Tx, individual_id: str, unit: str) -> None:
    individual = tx.session.get_one(Individual, individual_id)
    individual.housing_unit = unit
    tx.session.add(individual)


def test_a_preview_counts_what_it_touches_and_changes_nothing(there: World) -> None:
    first, second, _ = visit_at(there), visit_at(there, 1), visit_at(there, 2)
    there.hold(TUESDAY_NINE + HALF_HOUR)
    seen = preview(there, replace(ALL_DAY, start_minute=NINE, end_minute=TEN))

    assert (seen.visits, seen.holds) == (2, 1)
    assert [one.id for one in seen.first_visits] == [first, second]
    assert states(there)[0] == "open"
    assert preview(there, replace(ALL_DAY, visit_type="in_person")).visits == 0


def test_visits_that_were_cancelled_or_have_begun_are_not_touched(there: World, clock: SteppedClock) -> None:
    visit_at(there)
    later = visit_at(there, 4)
    clock.set(TUESDAY_NINE)

    assert [one.id for one in preview(there, ALL_DAY).first_visits] == [later]
    there.db.write_now(lambda tx: cancel_for_facility(tx, SHELL, later, "Closed."))
    assert preview(there, ALL_DAY).visits == 0


def test_who_was_shown_another_number_of_visits_looks_again(there: World) -> None:
    visit_at(there)
    with pytest.raises(Problem) as refusal:
        add(there, ALL_DAY, expected=0)

    assert (refusal.value.code, refusal.value.status) == ("blackout_touches_changed", 409)
    assert "touches 1 visit." in refusal.value.detail
    assert states(there)[0] == "open", "nothing was changed"
    assert add(there, ALL_DAY, expected=1)


def test_removing_a_blackout_undoes_exactly_its_own_flags(there: World) -> None:
    early, late = visit_at(there), visit_at(there, 4)
    morning = add(there, replace(ALL_DAY, start_minute=NINE, end_minute=TEN))
    whole = add(there, ALL_DAY)
    assert flagged(there) == {(early, morning), (early, whole), (late, whole)}

    assert remove(there, whole).removed_at is not None
    assert flagged(there) == {(early, morning)}
    assert states(there)[0] == "closed"
    assert states(there)[4] == "open"
    remove(there, morning)
    assert flagged(there) == set()
    assert states(there)[0] == "open"


def test_a_blackout_is_removed_once(there: World) -> None:
    gone = add(there, ALL_DAY)
    remove(there, gone)
    with pytest.raises(Problem, match="blackout_removed"):
        remove(there, gone)
    with pytest.raises(Problem, match="not_found"):
        remove(there, "nothing")


def test_visits_are_cancelled_where_that_is_wanted_and_everything_comes_back(database: Database) -> None:
    world = build(database, fee=570)
    held = world.hold()
    begun = world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(held.id)))
    assert begun.payment_id is not None
    payment_id = begun.payment_id
    world.db.write_now(lambda tx: settling.settle(tx, world.visitor, payment_id, ChargeResult("succeeded", "ch_1")))
    added = world.db.write_now(
        lambda tx: blackouts.add(tx, SHELL, world.facility_id, ALL_DAY, expected_visits=1, treatment="cancel")
    )

    assert (added.cancelled, added.payment_ids) == (1, (payment_id,))
    visit = world.db.read_now(lambda tx: tx.session.get_one(Visit, held.id))
    assert (visit.status, visit.cancelled_by, visit.reason) == (
        "cancelled",
        "facility",
        "The facility has no visits then.",
    )
    assert flagged(world) == set()
    remove(world, added.blackout.id)
    assert world.db.read_now(lambda tx: tx.session.get_one(Visit, held.id)).status == "cancelled"


def test_a_time_that_was_held_before_the_blackout_is_neither_confirmed_nor_kept(there: World) -> None:
    held = there.hold()
    add(there, ALL_DAY)

    with pytest.raises(Problem, match="blacked_out"):
        there.db.write_now(lambda tx: booking.begin(tx, there.visitor, there.confirming(held.id, expected_total=0)))
    assert refused(there) == ["blacked_out"]
    assert states(there)[0] == "closed"


def test_what_was_paid_while_a_blackout_came_is_given_back(database: Database) -> None:
    world = build(database, fee=570)
    held = world.hold()
    begun = world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(held.id)))
    assert begun.payment_id is not None
    payment_id = begun.payment_id
    add(world, ALL_DAY)
    world.db.write_now(lambda tx: settling.settle(tx, world.visitor, payment_id, ChargeResult("succeeded", "ch_1")))

    assert world.db.read_now(lambda tx: tx.session.get(Visit, held.id)) is None
    assert world.db.read_now(lambda tx: holds.current(tx, world.visitor)) is None


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (replace(ALL_DAY, last_date=TUESDAY - timedelta(days=1)), "last_date"),
        (replace(ALL_DAY, first_date=date(2026, 11, 1), last_date=date(2026, 11, 21)), "last_date"),
        (replace(ALL_DAY, last_date=date(2036, 1, 1)), "last_date"),
        (replace(ALL_DAY, start_minute=TEN, end_minute=TEN), "end"),
        (replace(ALL_DAY, start_minute=-5), "end"),
        (replace(ALL_DAY, end_minute=1441), "end"),
        (replace(ALL_DAY, reason="  "), "reason"),
    ],
)
def test_a_blackout_that_could_never_hold_is_refused(world: World, new: NewBlackout, field: str) -> None:
    with pytest.raises(Problem) as refusal:
        preview(world, new)
    assert [error.field for error in refusal.value.errors] == [field]


def test_a_facility_without_a_zone_has_no_days_to_close(db: Database) -> None:
    facility_id = db.write_now(lambda tx: factories.facility(tx, zone=None).id)
    new = NewBlackout(TUESDAY, TUESDAY, reason="Lockdown.")
    with pytest.raises(Problem) as found:
        db.read_now(lambda tx: blackouts.preview(tx, SHELL, facility_id, new))
    assert (found.value.code, found.value.errors[0].field) == ("invalid", "first_date")


def test_adding_and_removing_are_in_the_trace_with_the_reason(world: World) -> None:
    remove(world, add(world, ALL_DAY))
    entries = world.db.read_now(lambda tx: tx.session.exec(select(AuditEntry).order_by("seq")).all())

    assert [(one.action, one.why) for one in entries[-2:]] == [
        ("blackout added", ALL_DAY.reason),
        ("blackout removed", ALL_DAY.reason),
    ]


def test_the_list_has_what_is_not_over_with_its_flags(world: World, clock: SteppedClock) -> None:
    tomorrow = TUESDAY + timedelta(days=1)
    add(world, replace(ALL_DAY, first_date=tomorrow, last_date=tomorrow))
    gone = add(world, ALL_DAY)
    add(world, ALL_DAY)
    remove(world, gone)

    def listed() -> list[tuple[date, int]]:
        found = world.db.read_now(lambda tx: blackouts.listed(tx, SHELL, world.facility_id))
        assert gone not in {one.id for one in found}
        return [(one.first_date, one.flagged) for one in found]

    assert listed() == [(TUESDAY, 0), (tomorrow, 0)]
    clock.set(TUESDAY_NINE + timedelta(days=1))
    assert listed() == [(tomorrow, 0)]
