"""Searching a roster is refused in each step of it, not in the first one alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from backend.db import Database, Tx
from backend.errors import Problem
from backend.roster import service
from backend.security import Actor
from tests import factories
from tests.backend.visits.counting import count

Step = Callable[[Tx, Actor, str], object]
STEPS: dict[str, Step] = {
    "counting": service.count_search,
    "by name": lambda tx, who, jail: service.search_by_name(tx, who, jail, first_name="Daniel", last_name="Okafor"),
    "by number": lambda tx, who, jail: service.search_by_number(tx, who, jail, "2026-000777"),
}

NO_ACCESS = ("You have no access to this facility.", None, service.ASK_FOR_ACCESS)


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_without_access_no_step_of_a_search_is_made(db: Database, step: Step) -> None:
    jail, account = db.write_now(lambda tx: (factories.facility(tx), factories.account(tx)))
    db.write_now(lambda tx: factories.individual(tx, jail.id, booking_number="2026-000777"))
    stranger = Actor("visitor", "terminal", account_id=account.id)

    with pytest.raises(Problem, match="facility_access_required"):
        db.write_now(lambda tx: step(tx, stranger, jail.id))
    assert count(db, "search_count") == 0


@pytest.mark.parametrize(
    ("status", "until", "told"),
    [
        (None, None, NO_ACCESS),
        ("denied", None, NO_ACCESS),
        (
            "pending",
            None,
            (
                "Your request for access to this facility is pending.",
                None,
                "Wait for the answer: My Facilities shows when it is due.",
            ),
        ),
        (
            "suspended",
            None,
            ("Your access to this facility is suspended.", None, "Ask the facility when it ends."),
        ),
        (
            "suspended",
            datetime(2026, 12, 1, 6, tzinfo=UTC),
            (
                "Your access to this facility is suspended until Nov 30, that day included.",
                date(2026, 12, 1),
                "Come back then, or choose another facility.",
            ),
        ),
    ],
)
def test_who_may_not_search_is_told_how_access_stands(
    db: Database, status: str | None, until: datetime | None, told: tuple[str, date | None, str]
) -> None:
    def build(tx: Tx) -> tuple[str, str]:
        facility, account = factories.facility(tx), factories.account(tx)
        if status is not None:
            factories.access(tx, account.id, facility.id, status=status).suspended_until = until
        return facility.id, account.id

    facility_id, account_id = db.write_now(build)
    who = Actor("visitor", "terminal", account_id)
    with pytest.raises(Problem) as refused:
        db.read_now(lambda tx: service.search_by_number(tx, who, facility_id, "A-1"))
    problem = refused.value
    (reason,) = problem.reasons
    assert (problem.status, problem.code, problem.title) == (403, "facility_access_required", reason.sentence)
    assert (reason.sentence, reason.can_be_asked_from, problem.detail) == told


def test_a_kiosk_searches_no_roster_of_another_facility(db: Database) -> None:
    def build(tx: Tx) -> tuple[str, str]:
        facility, account = factories.facility(tx), factories.account(tx)
        factories.access(tx, account.id, facility.id)
        return facility.id, account.id

    facility_id, account_id = db.write_now(build)
    here = Actor("visitor", "terminal", account_id, bound_to=facility_id)
    assert db.write_now(lambda tx: service.search_by_number(tx, here, facility_id, "A-1")) == ()
    with pytest.raises(Problem, match="not_at_this_kiosk"):
        db.write_now(lambda tx: service.search_by_number(tx, replace(here, bound_to="another"), facility_id, "A-1"))
