"""What no order of things brings about by itself: a bank that takes a refund, and gives it back days later."""

from __future__ import annotations

import pytest

from tests.backend.money.findings import findings, settle
from tests.backend.money.purse import Purse
from tests.backend.money.purse_stage import clock_of_the_world
from tests.backend.visits.fresh import of_engine
from tests.backend.visits.world import TUESDAY_NINE
from tests.standin.stand_in import standing_in


def test_a_refund_that_fails_after_all_is_missing(request: pytest.FixtureRequest) -> None:
    clock = clock_of_the_world()
    with of_engine("sqlite", request)() as url, standing_in(clock) as stand_in:
        purse = Purse(url, stand_in, clock)
        purse.hold(0, TUESDAY_NINE)
        purse.confirm(0, "a page")
        assert stand_in.pay(stand_in.open_pages[0].id, "pm_card_refundFail")
        purse.hear(stand_in.take_webhooks())
        purse.cancel(purse.bookings[0], by_facility=True)
        assert findings(purse) == []
        settle(purse)
        assert findings(purse) == [
            "the ledger has 0 cents by card of an account, the processor 623",
            "refund_missing: $6.23 is back by our books, not by theirs.",
        ]
        purse.close()
