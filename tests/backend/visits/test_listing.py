"""A listing says of each opening what the whole list of rules says of it alone, over random worlds and change days."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from backend.accounts.models import Account
from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem, Reason
from backend.restrictions.models import Restriction
from backend.security import Actor
from backend.types import new_id
from backend.visits import booking, openings, overrides, repository, standing
from backend.visits.ground import Ground, Kept, lay, starts_of
from backend.visits.judging import judge_asked
from backend.visits.listing import judge
from backend.visits.models import Station
from backend.visits.rules import RULES, About, Looks, broken_rules
from tests import factories
from tests.backend.visits.fresh import of_engine
from tests.backend.visits.test_listed import A_DAY, CHANGE_DAYS, MICROSECOND, Asker, add_rows, close_some, fill_some
from tests.backend.visits.world import TUESDAY_NINE, World, build, officer
from tests.torture import LONG

policies = st.fixed_dictionaries(
    {
        "notice": st.sampled_from([{"amount": 0, "unit": "hours"}, {"amount": 1, "unit": "working_days"}]),
        "horizon_days": st.sampled_from([4, 30]),
        "buffer_minutes": st.sampled_from([0, 5]),
        "attendees_max": st.just(1),
        "capacity_all": st.sampled_from([0, 0, 1]),
        "quotas": st.sampled_from([[], [], [{"per": "pair", "period": "day", "visits": 1}]]),
        "request_window": st.sampled_from(
            [*[None] * 5, {"opens_days_before": 7, "opens_at": "08:00", "closes_days_before": 1, "closes_at": "16:00"}]
        ),
    }
)


def restriction(data: st.DataObject, world: World, day: date, kind: str) -> Restriction:
    first = day + A_DAY * data.draw(st.integers(-1, 1))
    return Restriction(
        id=new_id(world.db.clock.now()),
        facility_id=world.facility_id,
        kind=kind,
        first_date=first,
        last_date=data.draw(st.sampled_from([None, first, first + A_DAY])),
        reason="A reason.",
        made_at=world.db.clock.now(),
    )


def set_more(data: st.DataObject, world: World, day: date) -> None:
    """Add stations, a limit or closed holidays that begin on some day, and the age of the visitor; or none of them."""

    def work(tx: Tx) -> None:
        for number in range(data.draw(st.sampled_from([0, 0, 1, 2]))):
            name = f"{number}"
            tx.session.add(Station(id=new_id(tx.now), facility_id=world.facility_id, name=name, visit_type="remote"))
        begins = day + A_DAY * data.draw(st.sampled_from([-10, 0, 1, 2]))
        if data.draw(st.booleans()):
            factories.setting(tx, world.facility_id, "capacity_type", 1, visit_type="remote", effective_from=begins)
        if data.draw(st.booleans()):
            factories.setting(tx, world.facility_id, "holidays_closed", True, effective_from=begins)
        if data.draw(st.booleans()):
            account = tx.session.get_one(Account, world.visitor.account)
            account.birth_date = (day + A_DAY * data.draw(st.integers(-1, 1))).replace(year=day.year - 18)

    world.db.write_now(work)


def restrict_some(data: st.DataObject, world: World, day: date) -> None:
    """Add restrictions of the visitor, the individual, and a companion, or none of them."""

    def work(tx: Tx) -> None:
        if data.draw(st.integers(0, 3)) == 0:
            ban = restriction(data, world, day, "ban")
            ban.account_id = world.visitor.account
            tx.session.add(ban)
        if data.draw(st.integers(0, 2)) == 0:
            other = restriction(data, world, day, "ban")
            other.person_name = "Ana Delgado"
            tx.session.add(other)
        if data.draw(st.integers(0, 3)) == 0:
            hours = restriction(data, world, day, "segregation")
            hours.individual_id, hours.start_minute, hours.end_minute = world.individual_id, 600, 720
            tx.session.add(hours)

    world.db.write_now(work)


def book_some(data: st.DataObject, world: World, asker: Asker, day: date) -> str | None:
    """Let others take what is free on some days, and the visitor book; return a visit that is to be moved, or None."""
    mine = None
    for near in (-1, 0, 1, 7):
        free = [one.starts_at for one in asker.listed(day + near * A_DAY) if one.state == "open"]
        for number, starts_at in enumerate(free[: data.draw(st.integers(0, 4))]):
            companions = data.draw(st.sampled_from([(), (booking.Companion("Ana Delgado", minor=False),)]))
            whom = world.individual_id if number == 1 else world.another_individual()
            who = world.visitor if number == 0 else world.another_visitor()
            mine_with = data.draw(st.sampled_from([world.individual_id, world.another_individual()]))
            with suppress(Problem):
                held = world.hold(starts_at, actor=who, individual_id=whom if number else mine_with)
                asked = world.confirming(held.id, method=None, expected_total=0, companions=companions)
                world.db.write_now(partial(booking.begin, actor=who, confirming=asked))
                mine = held.id if number == 0 else mine
    return mine if data.draw(st.booleans()) else None


def ground_of(tx: Tx, world: World, actor: Actor, moving: str | None, minutes: int) -> tuple[Ground, Kept | None]:
    own: Kept | None = repository.hold_of(tx, world.visitor.account)
    if moving is None:
        ground = lay(tx, world.visitor.account, world.wanted(minutes=minutes))
    else:
        own = standing.own(tx, world.visitor, moving)
        ground = standing.lay_move(tx, own)
    return replace(ground, facts=overrides.allow(actor, world.facility_id, ground.facts, None)), own


def alone(tx: Tx, ground: Ground, starts_at: datetime, own: Kept | None) -> tuple[Reason, ...]:
    """Return what every rule about openings, one by one, says of an opening that is looked at alone."""
    facts, _limits = judge_asked(tx, ground, starts_at, own)
    reasons = broken_rules(facts, About.OPENING)
    return reasons + broken_rules(facts, About.ANSWERS) if facts.moving is not None else reasons


def check(data: st.DataObject, db: Database, clock: SteppedClock) -> None:
    zone, day = data.draw(st.sampled_from(CHANGE_DAYS))
    midnight = datetime.combine(day, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
    clock.set(midnight - timedelta(hours=data.draw(st.integers(-12, 48))) + data.draw(st.integers(-1, 1)) * MICROSECOND)
    policy = {name: value for name, value in data.draw(policies).items() if value is not None}
    world, minutes = build(db, zone=zone, fee=0, capacity=data.draw(st.integers(1, 3)), settings=policy), 30
    add_rows(data, world, day)
    asker = Asker(world, minutes)
    set_more(data, world, day)
    moving = book_some(data, world, asker, day)
    fill_some(data, asker, day)
    close_some(data, world, day)
    restrict_some(data, world, day)
    clock.step(timedelta(minutes=data.draw(st.sampled_from([0, 9, 10, 1440]))))
    actor = data.draw(st.sampled_from([world.visitor, officer(world)]))

    def compare(tx: Tx) -> None:
        ground, own = ground_of(tx, world, actor, moving, minutes)
        days = [day + A_DAY * number for number in range(-2, 12)]
        openings = starts_of(tx, ground, days)
        judged = judge(tx, ground, openings, [own] if own else [])
        assert list(judged) == days
        for on in days:
            assert [one.starts_at for one in judged[on]] == [choices[0].starts_at for choices in openings[on]]
            for one in judged[on]:
                assert one.reasons == alone(tx, ground, one.starts_at, own)

    db.read_now(compare)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_listing_says_of_each_opening_what_every_rule_says_of_it_alone(request: pytest.FixtureRequest) -> None:
    clock = SteppedClock(datetime(2026, 9, 1, tzinfo=UTC))
    with of_engine("sqlite", request)() as url:
        db = Database(url, clock)

        @settings(
            max_examples=600 if LONG else 60,
            derandomize=not LONG,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.data())
        def examples(data: st.DataObject) -> None:
            check(data, db, clock)

        examples()
        db.close()


def test_every_rule_about_openings_says_what_it_looks_at_or_which_openings_it_lets_pass() -> None:
    assert not [
        rule.code
        for rule in RULES
        if rule.about is not About.REQUEST and rule.looks_at is Looks.EVERYTHING and rule.lets_pass is None
    ]


def test_a_limit_that_begins_later_bounds_only_the_days_from_then_on(db: Database) -> None:
    world = build(db, capacity=2)
    tuesday, next_one = date(2026, 11, 24), date(2026, 12, 1)
    db.write_now(
        lambda tx: factories.setting(
            tx, world.facility_id, "capacity_type", 1, visit_type="remote", effective_from=next_one
        )
    )
    for start in (TUESDAY_NINE, TUESDAY_NINE + 7 * A_DAY):
        world.hold(start, actor=world.another_visitor(), individual_id=world.another_individual())

    found = db.read_now(lambda tx: openings.days(tx, world.visitor, world.wanted(), tuesday, next_one)).items

    assert [day.open for day in found if day.total] == [14, 13]
