"""The times of a day, and holding one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend_client import OpeningState, Reason
from tests.tui.screens.schedule_visit.world import (
    DEC_10,
    break_rule,
    drafted,
    hold,
    openings,
    resume_at_time,
    there,
    world,
)
from tests.tui.support import desk, wire
from tui.screens.schedule_visit import ScheduleVisit
from tui.screens.schedule_visit.time import TimeStep


async def test_times_stand_in_the_parts_of_the_day_and_in_both_zones() -> None:
    async with desk(world(draft=drafted("time")), ScheduleVisit()) as at:
        await resume_at_time(at)
        await at.sees("Thu Dec 10, Central Time (CST)", "Morning    >8:00<", "Afternoon", "Evening", "11:30 taken")
        await at.sees("8:00 AM CST, for you 9:00 AM EST", "ends 8:30 AM CST")


async def test_enter_holds_the_time_and_says_until_when() -> None:
    server = world(draft=drafted("time"))
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_time(at)
        await at.press("right", "right", "enter")
        await at.sees("Payment information")
        await at.sees("We keep this time until 9:51 PM EST (10:00)", "9:00 AM CST")
        assert server.asked("POST", "/v1/holds")[0].body == {
            "facility_id": "F1",
            "visit_type": "remote",
            "individual_id": "I1",
            "duration_minutes": 30,
            "starts_at": wire(there(DEC_10, 9)),
            "override": None,
        }


async def test_a_second_enter_holds_once() -> None:
    server = world(draft=drafted("time"))
    gate = server.hold("POST", "/v1/holds")
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_time(at)
        await at.press("enter", "enter", "enter")
        await at.sees("One moment: this is being sent.")
        gate.open()
        await at.sees("Payment information")
        assert server.seen("POST", "/v1/holds") == 1


async def test_a_time_taken_a_second_ago_offers_the_nearest_on_number_keys() -> None:
    server = world(draft=drafted("time"))
    nearest = (there(DEC_10, 9, 30), there(DEC_10, 10))
    taken = "That time was just taken."
    break_rule(server, "POST", "/v1/holds", "no_capacity", taken, then=hold(there(DEC_10, 10)), nearest=nearest)
    server.answer("GET", "/v1/openings", openings(), openings(taken=((9, 0), (11, 30))))
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_time(at)
        await at.press("right", "right", "enter")
        await at.sees("That time was just taken.", "The nearest are:", "1  9:30 AM", "2  10:00 AM", ">9:00 taken")
        await at.press("2")
        await at.sees("Payment information", "10:00 AM CST")
        second = server.asked("POST", "/v1/holds")[1].body
        assert isinstance(second, dict)
        assert second["starts_at"] == wire(there(DEC_10, 10))


async def test_a_time_that_cannot_be_had_says_why_without_asking_the_server() -> None:
    server = world(draft=drafted("time"))
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_time(at)
        await at.press("down", "right", "right", "right")
        await at.sees(">11:30 taken", "Somebody else has taken this time.")
        await at.press("enter")
        await at.sees("11:30 AM CST cannot be chosen.", "Somebody else has taken this time.")
        assert server.seen("POST", "/v1/holds") == 0


async def test_a_closed_time_gives_the_rules_own_sentence() -> None:
    async with desk(world(draft=drafted("time")), ScheduleVisit()) as at:
        await resume_at_time(at)
        await at.press("down", "down", "right", "right")
        await at.sees("People are counted at this time.")


async def test_page_keys_go_to_the_next_day_that_has_visits() -> None:
    server = world(draft=drafted("time"))
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_time(at)
        await at.press("pagedown")
        await at.until(lambda: len(server.asked("GET", "/v1/openings")) == 2)
        assert server.asked("GET", "/v1/openings")[1].query["date"] == "2026-12-11"
        await at.sees("Fri Dec 11")


async def test_a_line_that_breaks_while_holding_is_asked_again_with_the_same_key() -> None:
    server = world(draft=drafted("time"))
    server.lose("POST", "/v1/holds", times=4, then=hold())
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_time(at)
        await at.press("enter")
        await at.until(lambda: "Payment information" in at.text() or "We do not know" in at.text())
        while "Payment information" not in at.text():
            await at.press("enter")
        assert len({seen.key for seen in server.asked("POST", "/v1/holds")}) == 1


async def test_the_times_are_read_again_when_a_hold_changes_and_the_cursor_stays_on_its_time() -> None:
    server = world(draft=drafted("time"))
    page = ScheduleVisit()
    server.answer("GET", "/v1/openings", openings(), openings(taken=((8, 0), (8, 30), (11, 30))))
    async with desk(server, page) as at:
        await resume_at_time(at)
        await at.press("right")
        page.changed("hold", "H9")
        await at.sees("8:00 taken", ">8:30 taken", "Somebody else has taken this time.")


async def test_the_times_are_read_again_by_themselves_every_few_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.screens.schedule_visit.time.LOOK_SECONDS", 0.05)
    server = world(draft=drafted("time"))
    server.answer("GET", "/v1/openings", openings(), openings(taken=((9, 0), (11, 30))))
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_time(at)
        await at.sees("9:00 taken")


async def test_times_in_front_of_an_empty_chair_are_not_read_on_until_a_key_moves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.screens.schedule_visit.time.MOST_LOOKS", 0)
    monkeypatch.setattr("tui.screens.schedule_visit.time.LOOK_SECONDS", 0.01)
    server = world(draft=drafted("time"))
    page = ScheduleVisit()
    async with desk(server, page) as at:
        await resume_at_time(at)
        step = page.query_one(TimeStep)
        await at.until(lambda: step._looks > 20)
        before = server.seen("GET", "/v1/openings")
        await at.until(lambda: step._looks > 30)
        assert server.seen("GET", "/v1/openings") == before
        await at.press("right")
        await at.until(lambda: server.seen("GET", "/v1/openings") == before + 1)


async def test_a_reading_that_fails_on_the_side_leaves_the_times_as_they_are() -> None:
    server = world(draft=drafted("time"))
    page = ScheduleVisit()
    async with desk(server, page) as at:
        await resume_at_time(at)
        server.refuse("GET", "/v1/openings", 429, "too_many_requests")
        page.changed("visit", "V9")
        await at.until(lambda: server.seen("GET", "/v1/openings") >= 2)
        await at.sees_not("One moment")
        await at.sees(">8:00<", "ends 8:30 AM CST")
        assert "too many" not in at.text().lower()


async def test_enter_on_a_taken_time_that_came_free_meanwhile_holds_it() -> None:
    server = world(draft=drafted("time"))
    server.answer("GET", "/v1/openings", openings(taken=((8, 30),)), openings(taken=()))
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_time(at)
        await at.press("right", "enter")
        await at.sees("Payment information")
        assert server.seen("POST", "/v1/holds") == 1


async def test_a_time_at_which_one_has_a_visit_oneself_is_called_yours() -> None:
    server = world(draft=drafted("time"))
    day = openings()
    busy = Reason("account_busy", "You have another visit at this time.", None)
    own = replace(day.items[1], state=OpeningState.TAKEN, reasons=(busy,))
    server.answer("GET", "/v1/openings", replace(day, items=(day.items[0], own, *day.items[2:])))
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_time(at)
        await at.press("right")
        await at.sees(">8:30 yours", "You have a visit at this time yourself.")
        await at.press("enter")
        await at.sees("8:30 AM CST cannot be chosen.")
        assert server.seen("POST", "/v1/holds") == 0
