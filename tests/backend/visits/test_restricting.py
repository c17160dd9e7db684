"""Restrictions on a real database: whom they touch, on which path, what is flagged and what is told to whom."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import select

from backend.audit.models import AuditEntry
from backend.changes.models import Change
from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.money.processors.base import ChargeResult
from backend.restrictions.service import Kind
from backend.security import SHELL, Actor
from backend.visits import booking, checking_in, holds, moving, restricting, settling
from backend.visits.restricting import AskedRestriction
from tests.backend.visits.people import (
    HALF_HOUR,
    REASON,
    TUESDAY,
    another_account,
    apart,
    codes_of,
    confirm,
    email_of,
    end,
    flags_of,
    listed_open,
    number_of,
    refusal_of,
    restrict,
    visit,
    visit_at,
)
from tests.backend.visits.world import TUESDAY_NINE, World, build

DAY = timedelta(days=1)
BAN = AskedRestriction("ban", REASON, person_name="Maria Delgado", person_birth_date=date(1988, 4, 12))
TEN = TUESDAY_NINE + 2 * HALF_HOUR


@pytest.fixture
def there(database: Database) -> World:
    """The world on either engine, where nothing is to pay and two may come along."""
    return build(database, fee=0, settings={"attendees_max": 2})


def segregated(world: World, start_minute: int, end_minute: int) -> AskedRestriction:
    return AskedRestriction(
        "segregation",
        REASON,
        individual=world.individual_id,
        last_date=TUESDAY,
        start_minute=start_minute,
        end_minute=end_minute,
    )


def every_kind(world: World) -> list[tuple[AskedRestriction, str]]:
    email = email_of(world, world.visitor)
    return [
        (
            AskedRestriction("no_contact", REASON, individual=world.individual_id, visitor_email=email),
            "visitor_restricted",
        ),
        (AskedRestriction("ban", REASON, visitor_email=email), "visitor_restricted"),
        (BAN, "visitor_restricted"),
        (segregated(world, 0, 1440), "individual_not_eligible"),
        (AskedRestriction("unclassified", REASON, individual=world.individual_id), "individual_not_eligible"),
    ]


@pytest.mark.parametrize("which", range(5))
def test_each_kind_closes_listing_holding_and_confirming_until_it_is_ended(there: World, which: int) -> None:
    asked, code = every_kind(there)[which]
    held = there.hold()
    made = restrict(there, asked)

    assert listed_open(there) <= {TUESDAY_NINE}  # what is held is still called one's own
    assert codes_of(lambda: there.hold(TEN)) == [code]
    assert codes_of(lambda: confirm(there, held.id)) == [code]
    end(there, made.id)
    assert visit(there, confirm(there, held.id)).status == "confirmed"


@pytest.mark.parametrize("which", range(5))
def test_moving_and_check_in_are_closed_as_well_and_the_visit_is_flagged(
    there: World, clock: SteppedClock, which: int
) -> None:
    asked, code = every_kind(there)[which]
    visit_id = visit_at(there)
    made = restrict(there, asked)

    assert (made.flagged_visits, flags_of(there)) == (1, {(visit_id, "restriction", made.id)})
    move = moving.Move(visit_id, TEN, TUESDAY_NINE)
    assert codes_of(lambda: there.db.write_now(lambda tx: moving.move(tx, there.visitor, move))) == [code]
    clock.step(TUESDAY_NINE - clock.now())
    (reason,) = refusal_of(lambda: there.db.write_now(lambda tx: checking_in.check_in(tx, SHELL, visit_id)))
    assert (reason.code, REASON in reason.sentence) == (code, True)
    assert visit(there, visit_id).status == "confirmed"


@pytest.mark.parametrize("which", range(5))
def test_a_visitor_is_told_neither_kind_nor_reason(there: World, which: int) -> None:
    restrict(there, every_kind(there)[which][0])
    (reason,) = refusal_of(there.hold)
    said = reason.sentence.casefold()
    assert not [word for word in ("court", "ban", "contact", "segregat", "classif", "restrict") if word in said]


def test_an_officer_who_moves_a_visit_reads_the_whole_of_it_and_support_does_not(there: World) -> None:
    visit_id = visit_at(there)
    restrict(there, BAN)
    move = moving.Move(visit_id, TEN, TUESDAY_NINE, reason="Repairs.")
    officer = Actor("officer", "terminal", account_id="o", facility_ids=frozenset({there.facility_id}))
    support = Actor("support", "terminal", account_id="s", acting_for=there.visitor.account)

    def said(actor: Actor, work: Callable[[Tx], object]) -> str:
        (reason,) = refusal_of(lambda: there.db.write_now(work))
        return reason.sentence

    assert REASON in said(officer, lambda tx: moving.move_for_facility(tx, officer, move))
    assert REASON not in said(support, lambda tx: moving.move(tx, support, move))


def test_segregation_closes_its_hours_only_and_says_when_it_is_over(there: World) -> None:
    restrict(there, segregated(there, 9 * 60 + 15, 10 * 60))
    assert listed_open(there).isdisjoint({TUESDAY_NINE, TUESDAY_NINE + HALF_HOUR})
    assert TEN in listed_open(there)
    (reason,) = refusal_of(there.hold)
    assert reason.first_passes_on == TUESDAY + DAY


def test_a_ban_is_from_everybody_and_a_no_contact_order_from_one(there: World) -> None:
    other = there.another_individual()
    order = restrict(there, every_kind(there)[0][0])
    assert TUESDAY_NINE in listed_open(there, individual_id=other)
    end(there, order.id)
    restrict(there, BAN)
    assert listed_open(there, individual_id=other) == set()


def test_somebody_elses_restriction_touches_nobody(there: World) -> None:
    email = email_of(there, another_account(there, "Rosa"))
    restrict(there, AskedRestriction("no_contact", REASON, individual=there.individual_id, visitor_email=email))
    restrict(there, AskedRestriction("unclassified", REASON, individual=there.another_individual()))
    assert visit(there, visit_at(there)).status == "confirmed"
    assert flags_of(there) == set()


def test_a_birth_date_that_is_known_and_another_one_is_another_person(there: World) -> None:
    restrict(there, replace(BAN, person_birth_date=date(1988, 4, 13)))
    assert TUESDAY_NINE in listed_open(there)
    restrict(there, replace(BAN, person_birth_date=None))
    assert listed_open(there) == set()


def test_a_ban_of_one_visit_type_leaves_the_others(there: World) -> None:
    visit_id = visit_at(there)
    assert restrict(there, replace(BAN, visit_type="in_person")).flagged_visits == 0
    assert TEN in listed_open(there)
    made = restrict(there, replace(BAN, visit_type="remote"))
    assert (listed_open(there), flags_of(there)) == (set(), {(visit_id, "restriction", made.id)})


def test_a_ban_has_a_first_and_a_last_day(there: World) -> None:
    restrict(there, replace(BAN, first_date=TUESDAY + DAY))
    restrict(there, replace(BAN, last_date=TUESDAY - DAY))
    assert TUESDAY_NINE in listed_open(there)
    restrict(there, replace(BAN, first_date=TUESDAY, last_date=TUESDAY))
    (reason,) = refusal_of(there.hold)
    assert reason.first_passes_on is None  # the first of the three begins on the next day, and has no last one


def test_who_comes_along_is_compared_by_name(there: World) -> None:
    restrict(there, replace(BAN, person_name="Núñez, Joaquín", person_birth_date=date(1990, 1, 1)))
    held = there.hold()
    assert codes_of(lambda: confirm(there, held.id, "Joaquin Nunez")) == ["attendee_restricted"]
    assert visit(there, confirm(there, held.id, "Joaquin Ruiz")).status == "confirmed"


def test_who_comes_along_is_compared_again_when_a_visit_is_moved_and_at_the_desk(
    there: World, clock: SteppedClock
) -> None:
    visit_id = visit_at(there, TUESDAY_NINE, "Joaquin Nunez")
    made = restrict(there, replace(BAN, person_name="Joaquín Núñez", person_birth_date=None))
    assert flags_of(there) == {(visit_id, "restriction", made.id)}
    move = moving.Move(visit_id, TEN, TUESDAY_NINE)
    assert codes_of(lambda: there.db.write_now(lambda tx: moving.move(tx, there.visitor, move))) == [
        "attendee_restricted"
    ]
    clock.step(TUESDAY_NINE - clock.now())
    (reason,) = refusal_of(lambda: there.db.write_now(lambda tx: checking_in.check_in(tx, SHELL, visit_id)))
    assert (reason.code, REASON in reason.sentence) == ("attendee_restricted", True)


def test_who_is_banned_by_account_does_not_come_along_with_another_visitor(there: World) -> None:
    rosa = another_account(there, "Rosa", "Blum")
    visit_id = visit_at(there, TUESDAY_NINE, "Rosa Blum")
    made = restrict(there, AskedRestriction("ban", REASON, visitor_email=email_of(there, rosa)))

    assert flags_of(there) == {(visit_id, "restriction", made.id)}
    held = there.hold(TEN)
    assert codes_of(lambda: confirm(there, held.id, "Blum, Rosa")) == ["attendee_restricted"]


def test_ending_removes_exactly_its_own_flags(there: World) -> None:
    visit_id = visit_at(there)
    first, second = restrict(there, BAN), restrict(there, every_kind(there)[0][0])
    assert {source for _, _, source in flags_of(there)} == {first.id, second.id}

    ended = end(there, first.id)

    assert (ended.flagged_visits, ended.ended_at is not None) == (1, True)
    assert flags_of(there) == {(visit_id, "restriction", second.id)}
    assert codes_of(lambda: end(there, first.id)) == []


def test_what_has_begun_or_is_cancelled_is_not_flagged(there: World, clock: SteppedClock) -> None:
    visit_at(there)
    clock.step(TUESDAY_NINE - clock.now())
    assert restrict(there, BAN).flagged_visits == 0


def test_a_restriction_made_while_a_visit_is_paid_for_flags_the_visit(database: Database) -> None:
    world = build(database)
    held = world.hold()
    begun = world.db.write_now(lambda tx: booking.begin(tx, world.visitor, world.confirming(held.id)))
    made = restrict(world, BAN)
    assert made.flagged_visits == 0

    payment_id = begun.payment_id or ""
    world.db.write_now(lambda tx: settling.settle(tx, SHELL, payment_id, ChargeResult("succeeded", reference="r")))

    assert flags_of(world) == {(held.id, "restriction", made.id)}


def test_what_was_done_is_written_down_in_full_and_announced(there: World) -> None:
    made = restrict(there, BAN)
    end(there, made.id)

    def read(tx: Tx) -> tuple[list[AuditEntry], list[Change]]:
        entries = select(AuditEntry).where(AuditEntry.subject == f"restriction:{made.id}").order_by("seq")
        moved = select(Change).where(Change.kind == "restriction")
        return list(tx.session.exec(entries).all()), list(tx.session.exec(moved).all())

    entries, moved = there.db.read_now(read)
    assert [(one.action, one.why) for one in entries] == [("restriction made", REASON), ("restriction ended", REASON)]
    assert isinstance(entries[0].what, dict)
    assert entries[0].what["person_name"] == "Maria Delgado"
    assert [(one.stream, one.subject_id) for one in moved] == [(f"facility:{there.facility_id}", made.id)] * 2


def test_those_in_force_are_listed_newest_first_and_the_others_on_request(there: World, clock: SteppedClock) -> None:
    first = restrict(there, BAN)
    clock.step(timedelta(seconds=1))
    second = restrict(there, every_kind(there)[4][0])
    end(there, first.id)

    def ids(with_ended: bool) -> list[str]:
        found = there.db.read_now(lambda tx: restricting.listed(tx, SHELL, there.facility_id, with_ended=with_ended))
        return [one.id for one in found]

    assert ids(with_ended=False) == [second.id]
    assert ids(with_ended=True) == [second.id, first.id]


def test_an_officer_restricts_at_the_own_facility_only(there: World) -> None:
    made = restrict(there, BAN)
    elsewhere = Actor("officer", "terminal", account_id="o", facility_ids=frozenset({"another"}))
    with pytest.raises(Problem, match="not_allowed"):
        restrict(there, BAN, elsewhere)
    with pytest.raises(Problem, match="not_found"):
        end(there, made.id, elsewhere)
    with pytest.raises(Problem, match="not_found"):
        end(there, "no such restriction")
    for visitor_asks in (
        lambda: restrict(there, AskedRestriction("unclassified", REASON, individual="whom?"), there.visitor),
        lambda: end(there, made.id, there.visitor),
        lambda: there.db.read_now(lambda tx: restricting.listed(tx, there.visitor, there.facility_id)),
    ):
        with pytest.raises(Problem, match="not_allowed"):
            visitor_asks()


def misfits(world: World) -> list[AskedRestriction]:
    one = number_of(world, world.individual_id)
    return [
        AskedRestriction("ban", REASON),
        AskedRestriction("ban", REASON, individual=one, person_name="Jo Doe"),
        AskedRestriction("ban", REASON, visitor_email="nobody@example.org"),
        AskedRestriction("no_contact", REASON, person_name="Jo Doe"),
        AskedRestriction("no_contact", REASON, individual=one),
        AskedRestriction("segregation", REASON, individual="2020-999999"),
        AskedRestriction("segregation", REASON, individual=one, start_minute=600, end_minute=600),
        AskedRestriction("segregation", REASON, individual=one, person_name="Jo Doe"),
        AskedRestriction("unclassified", REASON, individual=one, start_minute=600),
        AskedRestriction("unclassified", REASON, individual=one, other_individual=one),
        AskedRestriction("unclassified", REASON, individual=one, last_date=date(2026, 11, 21)),
        AskedRestriction("unclassified", REASON, individual=one, first_date=TUESDAY + DAY, last_date=TUESDAY),
        AskedRestriction("unclassified", REASON, individual=one, person_birth_date=TUESDAY),
        AskedRestriction("keep_apart", REASON, individual=one),
        AskedRestriction("keep_apart", REASON, individual=one, other_individual=one),
        AskedRestriction(
            "keep_apart", REASON, individual=one, other_individual=world.another_individual(), last_date=TUESDAY
        ),
    ]


@pytest.mark.parametrize("which", range(16))
def test_what_does_not_fit_its_kind_is_refused_and_nothing_is_kept(db: Database, which: int) -> None:
    world = build(db, fee=0)
    with pytest.raises(Problem) as refused:
        restrict(world, misfits(world)[which])
    assert (refused.value.code, len(refused.value.errors)) == ("invalid", 1)
    assert world.db.read_now(lambda tx: restricting.listed(tx, SHELL, world.facility_id)) == ()


def test_a_visitor_of_another_facility_is_unknown_here(there: World) -> None:
    stranger = there.another_visitor(access=False)
    with pytest.raises(Problem) as refused:
        restrict(there, AskedRestriction("ban", REASON, visitor_email=email_of(there, stranger)))
    assert refused.value.errors[0].field == "visitor_email"


def test_every_kind_has_words_for_officers() -> None:
    from backend.restrictions.service import KINDS, WORDS

    kinds: set[Kind] = set(KINDS)
    assert set(WORDS) == kinds


@pytest.mark.parametrize("seed", range(6))
def test_under_any_restrictions_what_is_listed_is_held_and_what_is_not_is_refused(
    database: Database, seed: int
) -> None:
    world, drawn = build(database, fee=0, capacity=8), random.Random(seed)
    others = [world.another_individual() for _ in range(2)]
    for other in others:
        apart(world, world.individual_id, other)
        at = TUESDAY_NINE + drawn.randrange(14) * HALF_HOUR
        world.hold(at, actor=world.another_visitor(), individual_id=other)
    for _ in range(4):
        restrict(world, _drawn(world, drawn))

    listed = listed_open(world)

    for step in range(14):
        starts_at = TUESDAY_NINE + step * HALF_HOUR
        assert _can_be_held(world, starts_at) is (starts_at in listed), f"seed {seed}: {starts_at}"


def _drawn(world: World, drawn: random.Random) -> AskedRestriction:
    start = drawn.randrange(8 * 60, 15 * 60, 5)
    first = TUESDAY + DAY * drawn.choice((-2, 0, 1))
    kinds = (
        segregated(world, start, start + drawn.randrange(5, 120, 5)),
        replace(BAN, first_date=first, last_date=first),
        AskedRestriction("unclassified", REASON, individual=world.individual_id, last_date=TUESDAY - DAY),
        replace(BAN, person_name="Somebody Else"),
    )
    return drawn.choice((*kinds, kinds[0], kinds[0]))


class _EnoughSeen(Exception):
    """Rolls a hold back that was only tried."""


def _can_be_held(world: World, starts_at: datetime) -> bool:
    def try_it(tx: Tx) -> None:
        holds.take(tx, world.visitor, world.wanted(), starts_at)
        raise _EnoughSeen

    try:
        world.db.write_now(try_it)
    except _EnoughSeen:
        return True
    except Problem:
        return False
    raise AssertionError("unreachable")
