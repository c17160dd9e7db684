"""What a refusal says besides its reasons: what to do."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from backend.access.models import FacilityAccess
from backend.clock import SteppedClock
from backend.db import Tx
from backend.errors import Problem
from backend.visits import holds
from tests import factories
from tests.backend.visits.world import TUESDAY_NINE, World


@pytest.mark.parametrize(
    ("status", "until", "title", "detail"),
    [
        ("denied", None, "You have no access to this facility.", "Ask the facility for access in My Facilities."),
        (
            "pending",
            None,
            "Your request for access to this facility is pending.",
            "Wait for the answer: My Facilities shows when it is due.",
        ),
        (
            "suspended",
            datetime(2026, 12, 1, 6, 0, tzinfo=UTC),
            "Your access to this facility is suspended until Nov 30, that day included.",
            "Come back then, or choose another facility.",
        ),
    ],
)
def test_nobody_whose_access_is_open_is_told_to_ask_for_it(
    world: World, status: str, until: datetime | None, title: str, detail: str
) -> None:
    stranger = world.another_visitor(access=False)

    def give(tx: Tx) -> FacilityAccess:
        access = factories.access(tx, stranger.account, world.facility_id, status=status)
        access.suspended_until = until
        return access

    world.db.write_now(give)
    with pytest.raises(Problem) as refused:
        world.hold(actor=stranger)

    problem = refused.value
    assert (problem.code, problem.status, problem.title, problem.detail) == (
        "facility_access_required",
        403,
        title,
        detail,
    )
    [reason] = problem.reasons
    assert reason.can_be_asked_from == (date(2026, 12, 1) if until else None)


def test_a_length_that_will_be_offered_is_refused_with_the_date_from_which_on_it_can_be_asked_for(
    world: World, clock: SteppedClock
) -> None:
    tomorrow, wanted = date(2026, 11, 23), world.wanted(minutes=60)
    world.db.write_now(
        lambda tx: factories.setting(
            tx, world.facility_id, "durations", [30, 60], visit_type="remote", effective_from=tomorrow
        )
    )
    with pytest.raises(Problem) as refused:
        world.db.write_now(lambda tx: holds.take(tx, world.visitor, wanted, TUESDAY_NINE))

    [reason] = refused.value.reasons
    assert reason.sentence == "This facility does not offer 60 minutes. It offers 30 minutes."
    assert (reason.first_passes_on, reason.can_be_asked_from) == (None, tomorrow)
    clock.set(datetime(2026, 11, 23, 6, 0, tzinfo=UTC))
    assert world.db.write_now(lambda tx: holds.take(tx, world.visitor, wanted, TUESDAY_NINE)).duration_minutes == 60
