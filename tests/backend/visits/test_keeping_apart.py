"""Two who are kept apart: never in visits that overlap, by the database, on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy.exc import IntegrityError

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.money.processors.base import ChargeResult
from backend.security import SHELL, Actor
from backend.visits import booking, cancelling, holds, moving, quanta, settling
from backend.visits.models import ApartTaken
from backend.visits.owned import own
from tests.backend.together import together
from tests.backend.visits.counting import count
from tests.backend.visits.people import (
    HALF_HOUR,
    apart,
    codes_of,
    confirm,
    end,
    flags_of,
    listed_open,
    visit,
    visit_at,
)
from tests.backend.visits.world import TUESDAY_NINE, World, build

TEN = TUESDAY_NINE + 2 * HALF_HOUR


class Two:
    """Two individuals who are kept apart, and a visitor of each."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.one, self.other = world.individual_id, world.another_individual()
        self.visitor, self.others_visitor = world.visitor, world.another_visitor()

    def keep(self) -> str:
        return apart(self.world, self.one, self.other).id

    def hold_one(self, starts_at: datetime = TUESDAY_NINE) -> holds.HoldView:
        return self.world.hold(starts_at)

    def hold_other(self, starts_at: datetime = TUESDAY_NINE) -> holds.HoldView:
        return self.world.hold(starts_at, actor=self.others_visitor, individual_id=self.other)

    def visit_one(self, starts_at: datetime = TUESDAY_NINE) -> str:
        return confirm(self.world, self.hold_one(starts_at).id)

    def visit_other(self, starts_at: datetime = TUESDAY_NINE) -> str:
        return confirm(self.world, self.hold_other(starts_at).id, actor=self.others_visitor)

    def open_to_other(self) -> set[datetime]:
        return listed_open(self.world, actor=self.others_visitor, individual_id=self.other)


@pytest.fixture
def two(database: Database) -> Two:
    return Two(build(database, fee=0, capacity=8))


def test_while_one_has_a_visit_the_other_has_none_and_is_not_offered_any(two: Two) -> None:
    two.keep()
    two.visit_one()

    assert codes_of(two.hold_other) == ["keep_apart"]
    assert TUESDAY_NINE not in two.open_to_other()
    assert TUESDAY_NINE + HALF_HOUR in two.open_to_other()
    assert visit(two.world, two.visit_other(TUESDAY_NINE + HALF_HOUR)).status == "confirmed"


def test_it_holds_in_both_directions(two: Two) -> None:
    two.keep()
    two.visit_other()
    assert codes_of(two.hold_one) == ["keep_apart"]


def test_a_hold_counts_as_long_as_it_lives(two: Two, clock: SteppedClock) -> None:
    two.keep()
    kept = two.hold_one().held_until - clock.now()
    clock.step(kept - timedelta(microseconds=1))
    assert codes_of(two.hold_other) == ["keep_apart"]
    clock.step(timedelta(microseconds=1))
    assert TUESDAY_NINE in two.open_to_other()
    two.hold_other()


def test_an_individuals_own_visit_is_said_to_be_that(two: Two) -> None:
    two.keep()
    two.visit_one()
    again = two.world.another_visitor()
    assert codes_of(lambda: two.world.hold(actor=again)) == ["individual_busy"]


def test_what_is_cancelled_is_free_again(two: Two) -> None:
    two.keep()
    visit_id = two.visit_one()
    two.world.db.write_now(lambda tx: cancelling.cancel_for_facility(tx, SHELL, visit_id, "A leak."))
    assert visit(two.world, two.visit_other()).status == "confirmed"


def test_ending_it_frees_the_time(two: Two) -> None:
    pair = two.keep()
    two.visit_one()
    end(two.world, pair)
    assert count(two.world.db, "apart_taken") == 0
    assert visit(two.world, two.visit_other()).status == "confirmed"


def test_a_pair_takes_the_time_of_the_visits_that_stand(two: Two) -> None:
    two.visit_one()
    two.keep()
    assert count(two.world.db, "apart_taken") == 6
    assert codes_of(two.hold_other) == ["keep_apart"]
    assert flags_of(two.world) == set()


def test_visits_that_overlap_already_are_flagged_and_stay(two: Two) -> None:
    first, second = two.visit_one(), two.visit_other()
    two.visit_one(TEN)
    pair = two.keep()

    assert flags_of(two.world) == {(first, "keep_apart", pair), (second, "keep_apart", pair)}
    assert [visit(two.world, one).status for one in (first, second)] == ["confirmed", "confirmed"]
    end(two.world, pair)
    assert flags_of(two.world) == set()


@pytest.mark.parametrize("cancelled", [0, 1])
def test_when_one_of_two_that_overlapped_is_cancelled_the_other_still_keeps_its_time(two: Two, cancelled: int) -> None:
    both = (two.visit_one(), two.visit_other())
    two.keep()
    two.world.db.write_now(lambda tx: cancelling.cancel_for_facility(tx, SHELL, both[cancelled], "A leak."))
    assert codes_of(two.hold_one if cancelled == 0 else two.hold_other) == ["keep_apart"]


def test_a_hold_taken_before_the_pair_is_confirmed_only_if_the_other_has_no_visit_then(two: Two) -> None:
    held = two.hold_one()
    two.visit_other()
    two.keep()
    assert codes_of(lambda: confirm(two.world, held.id)) == ["keep_apart"]


def test_of_two_holds_taken_before_the_pair_only_one_is_confirmed(two: Two) -> None:
    mine, theirs = two.hold_one(), two.hold_other()
    two.keep()

    came_to = [
        codes_of(lambda: confirm(two.world, mine.id)),
        codes_of(lambda: confirm(two.world, theirs.id, actor=two.others_visitor)),
    ]

    assert came_to == [["keep_apart"], ["keep_apart"]]
    two.world.db.write_now(lambda tx: holds.release(tx, two.others_visitor, theirs.id))
    assert visit(two.world, confirm(two.world, mine.id)).status == "confirmed"


def test_a_visit_does_not_move_beside_the_others(two: Two) -> None:
    two.keep()
    two.visit_one()
    theirs = two.visit_other(TEN)

    def move(to: datetime) -> None:
        asked = moving.Move(theirs, to, TEN)
        two.world.db.write_now(lambda tx: moving.move(tx, two.others_visitor, asked))

    assert codes_of(lambda: move(TUESDAY_NINE)) == ["keep_apart"]
    move(TUESDAY_NINE + HALF_HOUR)
    assert visit(two.world, theirs).starts_at == TUESDAY_NINE + HALF_HOUR


def test_a_payment_that_comes_through_beside_the_others_visit_comes_back(database: Database) -> None:
    two = Two(build(database, capacity=8))
    mine, theirs = two.hold_one(), two.hold_other()

    def begin(tx: Tx) -> list[str]:
        both = ((two.visitor, mine), (two.others_visitor, theirs))
        return [booking.begin(tx, who, two.world.confirming(held.id)).payment_id or "" for who, held in both]

    def settle(tx: Tx) -> None:
        for payment_id in payments:
            settling.settle(tx, SHELL, payment_id, ChargeResult("succeeded", reference=payment_id))

    payments = database.write_now(begin)
    two.keep()
    database.write_now(settle)

    assert count(database, "visit") == 1
    assert count(database, "payment", "status = 'returning'") == 1


def test_three_who_are_kept_apart_in_pairs_are_never_together(two: Two) -> None:
    third = two.world.another_individual()
    two.keep()
    apart(two.world, two.other, third)
    two.visit_other()
    assert codes_of(two.hold_one) == ["keep_apart"]
    assert codes_of(lambda: two.world.hold(individual_id=third)) == ["keep_apart"]
    assert visit(two.world, visit_at(two.world, TEN, individual_id=third)).status == "confirmed"
    assert (
        visit(
            two.world,
            confirm(
                two.world,
                two.world.hold(TEN, actor=two.others_visitor, individual_id=two.one).id,
                actor=two.others_visitor,
            ),
        ).status
        == "confirmed"
    )


def test_a_pair_is_made_once(two: Two) -> None:
    two.keep()
    with pytest.raises(Problem, match="restriction_exists"):
        apart(two.world, two.other, two.one)


def test_the_key_alone_keeps_them_apart(two: Two) -> None:
    pair = two.keep()
    two.visit_one()
    quantum = int(TUESDAY_NINE.timestamp()) // 300
    with pytest.raises(IntegrityError):
        two.world.db.write_now(
            lambda tx: tx.session.add(ApartTaken(restriction_id=pair, quantum=quantum, booking_id="another"))
        )


def test_a_quantum_of_the_pair_that_is_taken_is_enough(two: Two) -> None:
    pair = two.keep()
    quantum = int(TUESDAY_NINE.timestamp()) // 300 + 5
    two.world.db.write_now(
        lambda tx: tx.session.add(ApartTaken(restriction_id=pair, quantum=quantum, booking_id="another"))
    )
    with pytest.raises(Problem, match="keep_apart") as refused:
        two.hold_one()
    assert refused.value.title == "The person you want to visit cannot have a visit at that time."
    two.hold_one(TUESDAY_NINE + HALF_HOUR)


def test_many_who_ask_at_once_for_either_of_them_make_one_visit(two: Two) -> None:
    two.keep()
    askers: list[tuple[Actor, str]] = [
        (two.world.another_visitor(), two.one if number % 2 else two.other) for number in range(8)
    ]
    answers: list[str] = []

    def ask(actor: Actor, individual_id: str) -> None:
        try:
            two.world.hold(actor=actor, individual_id=individual_id)
        except Problem as problem:
            answers.append(problem.code)
        else:
            answers.append("held")

    together([partial(ask, actor, individual_id) for actor, individual_id in askers])

    assert answers.count("held") == 1
    assert set(answers) <= {"held", "keep_apart", "individual_busy", "no_capacity"}
    assert count(two.world.db, "hold") == 1


def test_the_booking_has_all_only_with_the_time_of_the_pair(two: Two) -> None:
    held = two.hold_one()
    pair = two.keep()
    wanted = quanta.Booking(
        id=held.id,
        account_id=two.visitor.account,
        facility_id=two.world.facility_id,
        individual_id=two.one,
        quanta=range(int(TUESDAY_NINE.timestamp()) // 300, int(TUESDAY_NINE.timestamp()) // 300 + 6),
        limits=(quanta.Limit(f"row:{two.world.row_id}", 8),),
    )
    assert two.world.db.read_now(lambda tx: quanta.has_all(tx, own(tx, wanted.id), wanted))

    def lose(tx: Tx) -> None:
        tx.session.delete(tx.session.get_one(ApartTaken, (pair, wanted.quanta[0])))

    two.world.db.write_now(lose)
    assert not two.world.db.read_now(lambda tx: quanta.has_all(tx, own(tx, wanted.id), wanted))
