"""Who cancels, renews or lets go waits for whoever changes what bookings stand on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.money.processors.base import ChargeResult
from backend.security import SHELL
from backend.visits import booking, cancelling, checking_in, holds, limits, restricting, settling
from backend.visits.restricting import AskedRestriction
from tests.backend.conftest import NOW
from tests.backend.together import first_then
from tests.backend.visits.counting import count
from tests.backend.visits.world import TUESDAY_NINE, World, build, confirmed, officer

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def there(postgres_url: str, clock: SteppedClock) -> Iterator[World]:
    database = Database(postgres_url, clock)
    yield build(database, fee=0)
    database.close()


def cancelling_own(world: World, visit_id: str) -> Callable[[Tx], object]:
    return lambda tx: cancelling.cancel(tx, world.visitor, visit_id, 0, None)


def cancelling_for_facility(_world: World, visit_id: str) -> Callable[[Tx], object]:
    return lambda tx: cancelling.cancel_for_facility(tx, SHELL, visit_id, "A lockdown.")


def limiting(world: World) -> Callable[[Tx], object]:
    return lambda tx: limits.set_setting(tx, SHELL, world.facility_id, "capacity_all", 1, effective_from=NOW.date())


def keeping_apart(world: World, other: str) -> Callable[[Tx], object]:
    asked = AskedRestriction("keep_apart", "A feud.", individual=world.individual_id, other_individual=other)
    return lambda tx: restricting.make(tx, SHELL, world.facility_id, asked)


def renewing(world: World, hold_id: str) -> Callable[[Tx], object]:
    return lambda tx: holds.renew(tx, world.visitor, hold_id)


def releasing(world: World, hold_id: str) -> Callable[[Tx], object]:
    return lambda tx: holds.release(tx, world.visitor, hold_id)


WAYS = (cancelling_own, cancelling_for_facility)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("limit_is_first", [False, True])
def test_a_visit_that_is_cancelled_beside_a_first_limit_leaves_no_place_behind(
    there: World, way: Callable[[World, str], Callable[[Tx], object]], limit_is_first: bool
) -> None:
    cancel, limit = way(there, confirmed(there, total=0)), limiting(there)
    assert first_then(there, *((limit, cancel) if limit_is_first else (cancel, limit))) == ("done", "done")
    assert count(there.db, "place_taken") == 0


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("pair_is_first", [False, True])
def test_a_visit_that_is_cancelled_beside_a_new_pair_leaves_no_time_behind(
    there: World, way: Callable[[World, str], Callable[[Tx], object]], pair_is_first: bool
) -> None:
    cancel, pair = way(there, confirmed(there, total=0)), keeping_apart(there, there.another_individual())
    assert first_then(there, *((pair, cancel) if pair_is_first else (cancel, pair))) == ("done", "done")
    assert count(there.db, "apart_taken") == 0


def test_a_hold_that_is_renewed_beside_a_first_limit_has_all_of_its_places_for_longer(
    there: World, clock: SteppedClock
) -> None:
    held = there.hold()
    clock.set(NOW + 5 * A_MINUTE)
    assert first_then(there, limiting(there), renewing(there, held.id)) == ("done", "done")
    assert count(there.db, "(SELECT DISTINCT held_until FROM place_taken) AS ends") == 1


def test_a_hold_that_is_let_go_beside_a_first_limit_leaves_no_place_behind(there: World) -> None:
    held = there.hold()
    assert first_then(there, limiting(there), releasing(there, held.id)) == ("done", "done")
    assert count(there.db, "place_taken") == 0


def test_a_hold_that_a_kiosk_lets_go_beside_a_first_limit_leaves_no_place_behind(there: World) -> None:
    there.hold()

    assert first_then(there, limiting(there), lambda tx: holds.let_go(tx, there.visitor)) == ("done", "done")
    assert count(there.db, "place_taken") == 0


def test_a_hold_that_is_declined_beside_a_first_limit_has_all_of_its_places_for_as_long(
    postgres_url: str, clock: SteppedClock
) -> None:
    database = Database(postgres_url, clock)
    world = build(database)
    held = world.hold()
    begun = database.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(held.id)))
    declined = ChargeResult("declined", problem_code="card_declined")

    def settle(tx: Tx) -> None:
        settling.settle(tx, SHELL, begun.payment_id or "", declined)

    assert first_then(world, limiting(world), settle) == ("done", "done")
    assert count(database, "(SELECT DISTINCT held_until FROM place_taken) AS ends") == 1
    database.close()


def test_who_is_checked_in_does_not_cancel_any_more_and_the_facility_still_does(
    world: World, clock: SteppedClock
) -> None:
    visit = confirmed(world)
    clock.set(TUESDAY_NINE - 10 * A_MINUTE)
    desk = officer(world)
    world.db.write_now(lambda tx: checking_in.check_in(tx, desk, visit))

    shown = world.db.read_now(lambda tx: cancelling.preview(tx, world.visitor, visit))
    assert [reason.code for reason in shown.reasons] == ["visit_is_checked_in"]
    with pytest.raises(Problem, match="visit_is_checked_in"):
        world.db.write_now(lambda tx: cancelling.cancel(tx, world.visitor, visit, 0, None))

    world.db.write_now(cancelling_for_facility(world, visit))
    assert count(world.db, "visit", "status = 'cancelled'") == 1
