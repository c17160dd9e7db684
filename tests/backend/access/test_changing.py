"""Access that was approved: revoked, suspended up to a day, restored; and what that does on every path."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlmodel import select

from backend.access import changing, service
from backend.access.models import FacilityAccess
from backend.access.views import RequestView
from backend.audit.models import AuditEntry
from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.keys import ServerKey
from backend.notices.messages import render
from backend.notices.models import Notice
from backend.security import SHELL, Actor
from backend.visits import checking_in
from tests import factories
from tests.backend.conftest import NOW
from tests.backend.together import together
from tests.backend.visits.counting import count
from tests.backend.visits.people import codes_of, confirm, visit_at
from tests.backend.visits.world import TUESDAY_NINE, World, build

WHY = "Missed three visits."
LAST_DAY = date(2026, 11, 23)
MIDNIGHT = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
"""In Central time, after LAST_DAY."""


@pytest.fixture
def there(database: Database) -> World:
    return build(database, fee=0)


def access_of(world: World) -> FacilityAccess:
    query = select(FacilityAccess).where(FacilityAccess.account_id == world.visitor.account)
    return world.db.read_now(lambda tx: tx.session.exec(query).one())


def changed(world: World, what: Callable[..., RequestView], **how: object) -> RequestView:
    access = access_of(world)
    return world.db.write_now(lambda tx: what(tx, SHELL, access.id, version=access.version, **how))


revoke = partial(changed, what=changing.revoke, reason=WHY)
restore = partial(changed, what=changing.restore, reason=None)
suspend = partial(changed, what=changing.suspend, reason=WHY)


def holds_now(world: World) -> bool:
    return world.db.read_now(lambda tx: service.has_approved_access(tx, world.visitor.account, world.facility_id))


@pytest.mark.parametrize("change", [revoke, partial(suspend, last_day=None)])
def test_without_access_nothing_is_held_confirmed_or_checked_in(
    there: World, clock: SteppedClock, change: Callable[[World], RequestView]
) -> None:
    visit_id = visit_at(there)
    held = there.hold(TUESDAY_NINE + timedelta(hours=1))
    change(there)

    assert codes_of(lambda: confirm(there, held.id)) == ["facility_access_required"]
    assert codes_of(there.hold) == ["facility_access_required", "individual_busy", "account_busy"]
    clock.step(TUESDAY_NINE - clock.now())
    check_in = partial(there.db.write_now, lambda tx: checking_in.check_in(tx, SHELL, visit_id))
    assert codes_of(check_in) == ["facility_access_required"]


def test_a_suspension_holds_to_the_end_of_its_last_day_and_is_then_over_by_itself(
    there: World, clock: SteppedClock
) -> None:
    assert suspend(there, last_day=LAST_DAY).suspended_until == MIDNIGHT
    clock.step(MIDNIGHT - timedelta(microseconds=1) - clock.now())
    assert not holds_now(there)
    clock.step(timedelta(microseconds=1))
    assert holds_now(there)


def test_a_suspension_without_a_last_day_holds_until_it_is_restored(there: World, clock: SteppedClock) -> None:
    suspend(there, last_day=None)
    clock.step(timedelta(days=1000))
    assert not holds_now(there)
    assert restore(there).status == "approved"
    assert holds_now(there)


def test_what_is_over_can_be_suspended_again_or_revoked(there: World, clock: SteppedClock) -> None:
    suspend(there, last_day=LAST_DAY)
    clock.step(MIDNIGHT - clock.now())
    assert suspend(there, last_day=date(2026, 11, 24)).status == "suspended"
    clock.step(timedelta(days=1))
    assert revoke(there).status == "revoked"
    assert access_of(there).suspended_until is None


def test_today_is_the_first_last_day_that_there_can_be(there: World) -> None:
    with pytest.raises(Problem, match="invalid"):
        suspend(there, last_day=date(2026, 11, 21))
    assert suspend(there, last_day=NOW.date()).status == "suspended"


@pytest.mark.parametrize(
    ("before", "change", "code"),
    [
        (revoke, revoke, "access_not_approved"),
        (revoke, partial(suspend, last_day=None), "access_not_approved"),
        (revoke, restore, "access_not_suspended"),
        (partial(suspend, last_day=None), revoke, "access_not_approved"),
        (partial(suspend, last_day=None), partial(suspend, last_day=None), "access_not_approved"),
        (restore, restore, "access_not_suspended"),
    ],
)
def test_only_what_may_follow_follows(
    there: World, before: Callable[[World], RequestView], change: Callable[[World], RequestView], code: str
) -> None:
    if before is not restore:
        before(there)
    with pytest.raises(Problem) as refused:
        change(there)
    assert refused.value.code == code


@pytest.mark.parametrize("change", [revoke, restore, partial(suspend, last_day=None)])
def test_a_pending_request_is_decided_and_not_changed(there: World, change: Callable[[World], RequestView]) -> None:
    there.visitor = there.another_visitor(access=False)
    there.db.write_now(lambda tx: factories.access(tx, there.visitor.account, there.facility_id, status="pending"))
    with pytest.raises(Problem, match="access_not"):
        change(there)


def test_who_saw_it_before_it_changed_is_told_so(there: World) -> None:
    access = access_of(there)
    suspend(there, last_day=None)
    restore(there)
    with pytest.raises(Problem) as refused:
        there.db.write_now(lambda tx: changing.revoke(tx, SHELL, access.id, version=access.version, reason=WHY))
    assert refused.value.code in ("request_changed", "already_decided")
    assert holds_now(there)


def test_eight_officers_who_revoke_at_once_revoke_it_once(there: World) -> None:
    access, answers = access_of(there), list[str]()

    def one() -> None:
        try:
            there.db.write_now(lambda tx: changing.revoke(tx, SHELL, access.id, version=None, reason=WHY))
        except Problem as problem:
            answers.append(problem.code)
        else:
            answers.append("revoked")

    together([one] * 8)

    assert answers.count("revoked") == 1
    assert set(answers) <= {"revoked", "access_not_approved", "already_decided"}
    assert count(there.db, "outbox") == 1


def test_an_officer_changes_the_own_facilitys_access_only_and_not_the_own(there: World) -> None:
    access = access_of(there)
    elsewhere = Actor("officer", "terminal", account_id="o", facility_ids=frozenset({"another"}))
    itself = Actor("officer", "terminal", account_id=there.visitor.account, facility_ids=frozenset({there.facility_id}))
    for actor, code in ((elsewhere, "not_found"), (itself, "not_allowed"), (there.visitor, "not_allowed")):
        with pytest.raises(Problem) as refused:
            there.db.write_now(partial(changing.revoke, actor=actor, access_id=access.id, version=None, reason=WHY))
        assert refused.value.code == code


def test_the_visitor_is_told_until_when_and_why_and_it_is_written_down(there: World) -> None:
    suspend(there, last_day=LAST_DAY)

    def read(tx: Tx) -> tuple[Notice, AuditEntry]:
        notice = tx.session.exec(select(Notice).where(Notice.account_id == there.visitor.account)).one()
        return notice, tx.session.exec(select(AuditEntry).where(AuditEntry.action == "access suspended")).one()

    notice, entry = there.db.read_now(read)
    message = render("access_decided", notice.data, ServerKey(bytes(32)))
    assert "is suspended up to Monday, November 23, that day included." in message.text
    assert WHY in message.text
    assert entry.why == WHY
    (shown,) = there.db.read_now(lambda tx: service.mine(tx, there.visitor))
    assert (shown.status, shown.reason, shown.suspended_until) == ("suspended", WHY, MIDNIGHT)


def test_somebody_whose_access_was_revoked_may_ask_again(there: World) -> None:
    revoke(there)
    asked = there.db.write_now(
        lambda tx: service.ask(
            tx, there.visitor, there.facility_id, individual_name="Daniel Okafor", relationship="sister"
        )
    )
    assert asked.status == "pending"
