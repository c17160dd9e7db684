"""Which status of facility access may follow which, and when a suspension is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from backend.access.models import STATUSES, FacilityAccess
from backend.access.transitions import FOLLOWS, Status, may_follow, status_now

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
LEGAL = {
    ("pending", "approved"),
    ("pending", "denied"),
    ("pending", "withdrawn"),
    ("approved", "revoked"),
    ("approved", "suspended"),
    ("suspended", "approved"),
}


@pytest.mark.parametrize("before", get_args(Status))
@pytest.mark.parametrize("after", get_args(Status))
def test_only_the_transitions_of_the_rules_are_legal(before: Status, after: Status) -> None:
    assert may_follow(before, after) is ((before, after) in LEGAL)


def test_the_database_knows_the_same_statuses() -> None:
    assert set(STATUSES) == set(FOLLOWS)


@pytest.mark.parametrize(
    ("ends_in", "counts"), [(1, "suspended"), (0, "approved"), (-1, "approved"), (None, "suspended")]
)
def test_a_suspension_is_over_from_the_instant_of_its_end(ends_in: int | None, counts: str) -> None:
    until = None if ends_in is None else NOW + timedelta(microseconds=ends_in)
    access = FacilityAccess(
        id="A",
        account_id="P",
        facility_id="F",
        status="suspended",
        individual_name="Daniel Okafor",
        relationship="sister",
        requested_at=NOW,
        suspended_until=until,
    )
    assert status_now(access, NOW) == counts
