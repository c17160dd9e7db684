"""Outcomes: recorded by code once the visit has begun, put right, and paid back where the facility was the cause."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import get_args

import pytest

from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database, Tx
from backend.errors import Problem
from backend.money import transactions
from backend.security import Actor
from backend.visits import cancelling, outcomes, paying
from backend.visits.outcomes import FACILITY_CAUSED, Outcome, Recorded
from tests.backend.visits.counting import count
from tests.backend.visits.world import TUESDAY_NINE, World, build, confirmed, last_entry, officer, row_of

MICROSECOND = timedelta(microseconds=1)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


def record(
    world: World, visit_id: str, outcome: Outcome, note: str | None = None, actor: Actor | None = None
) -> Recorded:
    who = actor or officer(world)
    return world.db.write_now(lambda tx: outcomes.record(tx, who, visit_id, outcome, note))


def refused(world: World, visit_id: str, outcome: Outcome = "completed", actor: Actor | None = None) -> Problem:
    with pytest.raises(Problem) as found:
        record(world, visit_id, outcome, actor=actor)
    return found.value


def lines(world: World) -> list[tuple[str, int, str | None]]:
    """Return what Transaction Details shows: what became of a line, its session fee, and the sentence."""

    def look(tx: Tx) -> list[tuple[str, int, str | None]]:
        found, _ = transactions.listed(
            tx, world.visitor, transactions.Filter(), sort="date_paid", order="asc", cursor=None, limit=10
        )
        return [(line.details, line.session_fee_minor, line.details_sentence) for line in found]

    return world.db.read_now(look)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_everything_comes_back_after_what_the_facility_caused_and_nothing_otherwise(
    either_db: Database, clock: SteppedClock, outcome: Outcome
) -> None:
    world = build(either_db, transaction_fee=30)
    visit = confirmed(world, total=600)
    clock.set(TUESDAY_NINE)

    done = record(world, visit, outcome)

    assert row_of(world, visit).status == outcome
    assert (done.payment_id is not None) == (outcome in FACILITY_CAUSED)
    assert count(either_db, "ledger_entry", "kind = 'refund'") == (1 if outcome in FACILITY_CAUSED else 0)
    assert count(either_db, "transfer") == (4 if outcome in FACILITY_CAUSED else 2), "both fees"


@pytest.mark.parametrize(("outcome", "back"), [("technical_failure", 1), ("visitor_missed", 0)])
def test_what_the_facility_caused_does_not_count_towards_quotas(
    world: World, clock: SteppedClock, outcome: Outcome, back: int
) -> None:
    visit = confirmed(world)
    clock.set(TUESDAY_NINE)

    record(world, visit, outcome)

    assert count(world.db, "quota_entry", "units = -1") == back


def test_the_facility_causes_that_nobody_was_brought_and_that_something_failed() -> None:
    assert set(FACILITY_CAUSED) == {"individual_unavailable", "technical_failure"}


@pytest.mark.parametrize(("at", "code"), [(TUESDAY_NINE - MICROSECOND, "visit_not_begun"), (TUESDAY_NINE, None)])
def test_an_outcome_is_recorded_from_the_start_on(
    world: World, clock: SteppedClock, at: datetime, code: str | None
) -> None:
    visit = confirmed(world)
    clock.set(at)

    if code is None:
        record(world, visit, "visitor_missed")
    else:
        assert refused(world, visit, "visitor_missed").code == code


def test_a_cancelled_visit_has_no_outcome(world: World, clock: SteppedClock) -> None:
    visit = confirmed(world)
    world.db.write_now(lambda tx: cancelling.cancel(tx, world.visitor, visit, 570, None))
    clock.set(TUESDAY_NINE)

    assert refused(world, visit).code == "visit_already_cancelled"


def test_an_outcome_is_put_right_and_what_came_back_is_not_taken_again(world: World, clock: SteppedClock) -> None:
    visit = confirmed(world)
    clock.set(TUESDAY_NINE)

    assert record(world, visit, "completed").payment_id is None
    assert record(world, visit, "technical_failure", "The picture froze.").payment_id is not None
    assert record(world, visit, "individual_unavailable").payment_id is None, "all of it is back already"
    assert record(world, visit, "visitor_missed").payment_id is None

    assert row_of(world, visit).status == "visitor_missed"
    assert count(world.db, "ledger_entry", "kind = 'refund'") == 1


def test_the_same_outcome_again_changes_nothing(world: World, clock: SteppedClock) -> None:
    visit = confirmed(world)
    clock.set(TUESDAY_NINE)
    record(world, visit, "technical_failure", "The picture froze.")
    entries = count(world.db, "audit_entry")

    assert record(world, visit, "technical_failure").payment_id is None

    assert count(world.db, "audit_entry") == entries


def test_an_outcome_is_written_down_with_what_it_was_before_and_why(world: World, clock: SteppedClock) -> None:
    visit = confirmed(world)
    clock.set(TUESDAY_NINE)

    record(world, visit, "technical_failure", "The picture froze.")

    entry = last_entry(world, "outcome recorded")
    assert isinstance(entry.what, dict)
    said = {name: entry.what[name] for name in ("before", "outcome", "comes_back")}
    assert said == {"before": "confirmed", "outcome": "technical_failure", "comes_back": 570}
    assert entry.why == "The picture froze."


async def test_what_came_back_shows_in_transaction_details_with_its_reason(
    world: World, clock: SteppedClock, context: Context
) -> None:
    visit = confirmed(world)
    clock.set(TUESDAY_NINE)
    done = record(world, visit, "technical_failure")
    assert done.payment_id is not None
    await paying.send_back(context, officer(world), done.payment_id)

    why = "The visit on Nov 24 failed for a technical reason. $5.70 came back to"
    (first, second) = lines(world)
    assert (first[:2], second[:2]) == (("returned", 570), ("refund", -570))
    assert (first[2] or "").startswith(why)
    assert (second[2] or "").startswith(why)


def test_an_officer_elsewhere_and_a_visitor_find_no_such_visit(world: World, clock: SteppedClock) -> None:
    visit = confirmed(world)
    clock.set(TUESDAY_NINE)

    assert refused(world, visit, actor=officer(world, elsewhere=True)).code == "not_found"
    assert refused(world, visit, actor=world.visitor).code == "not_allowed"
