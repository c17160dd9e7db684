"""Dated settings and prices: what holds on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from backend.db import Database
from backend.facilities.models import Facility
from backend.facilities.policy import facility_policy_on, local_today, policy_on
from backend.facilities.setting_values import MinimumNotice
from tests import factories

DAY = date(2026, 12, 1)


@pytest.fixture
def jail(db: Database) -> Facility:
    return db.write_now(factories.facility)


def horizon(db: Database, jail: Facility, on: date) -> int:
    return db.read_now(lambda tx: policy_on(tx, jail.id, "remote", on)).horizon_days


def test_a_facility_that_has_set_nothing_has_the_defaults(db: Database, jail: Facility) -> None:
    policy = db.read_now(lambda tx: policy_on(tx, jail.id, "remote", DAY))
    assert (policy.offered, policy.durations, policy.notice) == (False, (30,), MinimumNotice(24, "hours"))
    assert (policy.hold_minutes, policy.hold_total_minutes) == (10, 20)
    assert (policy.capacity_type, policy.capacity_all, policy.join_link) == (None, None, None)
    whole = db.read_now(lambda tx: facility_policy_on(tx, jail.id, DAY))
    assert (whole.approval, whole.answer_working_days, whole.max_open_requests) == ("officer", 3, 5)


def test_a_setting_holds_from_its_date_until_the_next(db: Database, jail: Facility) -> None:
    for days, start in ((28, DAY), (7, DAY + timedelta(days=10))):
        db.write_now(
            partial(factories.setting, facility_id=jail.id, name="horizon_days", value=days, effective_from=start)
        )
    steps = (-1, 0, 9, 10)
    assert [horizon(db, jail, DAY + timedelta(days=step)) for step in steps] == [14, 28, 28, 7]


def test_one_made_for_the_visit_type_goes_before_a_newer_one_for_the_whole_facility(
    db: Database, jail: Facility
) -> None:
    db.write_now(partial(factories.setting, facility_id=jail.id, name="horizon_days", value=21, visit_type="remote"))
    db.write_now(partial(factories.setting, facility_id=jail.id, name="horizon_days", value=3, effective_from=DAY))
    assert horizon(db, jail, DAY) == 21
    assert db.read_now(lambda tx: policy_on(tx, jail.id, "in_person", DAY)).horizon_days == 3


def test_settings_of_one_facility_are_none_of_another(db: Database, jail: Facility) -> None:
    other = db.write_now(partial(factories.facility, name="Other", settings={"horizon_days": 3}))
    assert (horizon(db, jail, DAY), horizon(db, other, DAY)) == (14, 3)


@pytest.mark.parametrize(
    ("zone", "today"),
    [("America/Chicago", date(2026, 11, 22)), ("Pacific/Guam", date(2026, 11, 23)), (None, date(2026, 11, 23))],
)
def test_today_is_the_facilitys(jail: Facility, zone: str | None, today: date) -> None:
    jail.zone = zone
    assert local_today(jail, datetime(2026, 11, 23, 3, 0, tzinfo=UTC)) == today
