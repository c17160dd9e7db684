"""The countdown of a hold."""

from __future__ import annotations

from datetime import timedelta

from tests.tui.support import NOW
from tests.tui.widgets.stage import Stage
from tui.clock import SteppedClock
from tui.widgets.countdown import Countdown

ZONE = "America/New_York"


class Told(Countdown):
    """A countdown that keeps what it posts."""

    def __init__(self, clock: SteppedClock) -> None:
        super().__init__(clock, ZONE)
        self.heard: list[str] = []

    def on_countdown_low(self) -> None:
        self.heard.append("low")

    def on_countdown_ran_out(self) -> None:
        self.heard.append("out")


async def test_the_end_stands_there_as_clock_time_and_as_what_is_left() -> None:
    clock = SteppedClock(NOW)
    shown = Told(clock)
    async with Stage(shown).run_test() as pilot:
        assert isinstance(pilot.app, Stage)
        shown.keep(NOW + timedelta(seconds=521), 521)
        await pilot.pause()
        assert pilot.app.text().strip() == "We keep this time until 9:49 PM EST (8:41)"
        clock.step(1)
        shown.tick()
        await pilot.pause()
        assert "(8:40)" in pilot.app.text()


async def test_it_tells_once_when_two_minutes_are_left_and_once_at_the_end() -> None:
    clock = SteppedClock(NOW)
    shown = Told(clock)
    async with Stage(shown).run_test() as pilot:
        assert isinstance(pilot.app, Stage)
        shown.keep(NOW + timedelta(seconds=122), 122)
        for _second in range(4):
            clock.step(1)
            shown.tick()
        await pilot.pause()
        assert shown.heard == ["low"]
        clock.step(200)
        shown.tick()
        shown.tick()
        await pilot.pause()
        assert shown.heard == ["low", "out"]
        assert "has run out" in pilot.app.text()


async def test_a_renewed_hold_counts_from_anew() -> None:
    clock = SteppedClock(NOW)
    shown = Told(clock)
    async with Stage(shown).run_test() as pilot:
        assert isinstance(pilot.app, Stage)
        shown.keep(NOW + timedelta(seconds=60), 60)
        shown.keep(NOW + timedelta(seconds=660), 660)
        await pilot.pause()
        assert "(11:00)" in pilot.app.text()
        assert shown.seconds_left == 660


async def test_nothing_kept_shows_nothing() -> None:
    shown = Told(SteppedClock(NOW))
    async with Stage(shown).run_test() as pilot:
        assert isinstance(pilot.app, Stage)
        shown.keep(NOW + timedelta(seconds=60), 60)
        shown.stop()
        await pilot.pause()
        assert pilot.app.text().strip() == ""
