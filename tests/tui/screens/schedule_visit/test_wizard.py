"""What holds over all steps: Back, the draft on the server, resuming, the hold, waiting, and being signed out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from backend_client import Facility
from tests.tui.screens.schedule_visit.world import (
    FACILITY,
    FULL_DRAFT,
    ONSITE,
    VISIT,
    hold,
    resume,
    resume_at_confirm,
    to_confirmation,
    to_date,
    to_payment,
    to_time,
    world,
)
from tests.tui.support import FakeServer, desk
from tui.screens.schedule_visit import ScheduleVisit
from tui.settings import Settings


def last_draft(server: FakeServer) -> dict[str, object]:
    """Return the draft that the server was told last."""
    body = server.asked("PUT", "/v1/draft")[-1].body
    assert isinstance(body, dict)
    return dict(body)


async def test_back_keeps_every_answer() -> None:
    async with desk(world(), ScheduleVisit()) as at:
        await to_time(at)
        await at.press("escape")
        await at.sees("Thu Dec 10   14 of 16 times open")
        await at.press("escape")
        await at.sees(">2  30 minutes")
        await at.press("escape")
        await at.sees("✓ Mateo Rivera, #20418")
        await at.press("escape")
        await at.sees("Terms and Conditions")
        await at.press("escape")
        await at.sees("✓ Remote (at home)", "30 minutes", "Thu Dec 10")


async def test_every_answer_is_kept_on_the_server() -> None:
    server = world()
    async with desk(server, ScheduleVisit()) as at:
        await to_payment(at)
        await at.until(lambda: last_draft(server)["step"] == "payment")
        kept = last_draft(server)
        assert (kept["facility_id"], kept["visit_type"], kept["terms_id"]) == ("F1", "remote", "T1")
        assert (kept["individual_id"], kept["duration_minutes"], kept["date"]) == ("I1", 30, "2026-12-10")
        assert kept["hold_id"] == "H1"
        assert "payment_method" not in kept


async def test_answers_given_while_a_draft_is_on_its_way_go_together_afterwards() -> None:
    server = world()
    gate = server.hold("PUT", "/v1/draft")
    async with desk(server, ScheduleVisit()) as at:
        await to_date(at)
        assert server.seen("PUT", "/v1/draft") == 1
        gate.open()
        await at.until(lambda: server.seen("PUT", "/v1/draft") == 2)
        assert last_draft(server)["step"] == "date"


async def test_what_was_begun_can_be_gone_on_with_and_the_time_is_still_held() -> None:
    async with desk(world(draft=FULL_DRAFT, held=hold(seconds=400)), ScheduleVisit()) as at:
        await at.sees(
            "You were scheduling a visit.", "Mateo Rivera", "Thu Dec 10, 9:00 AM CST", "The time is still kept"
        )
        await at.press("1")
        await at.sees("Payment information", "We keep this time until", "(6:4")


async def test_going_on_after_the_hold_has_run_out_asks_for_the_time_only() -> None:
    async with desk(world(draft=FULL_DRAFT), ScheduleVisit()) as at:
        await at.sees("The time is no longer kept for you")
        await at.press("1")
        await at.sees("Select the Time", "The time we kept for you has run out.", "Thu Dec 10", "Mateo Rivera, #20418")


async def test_starting_over_throws_the_draft_away_and_gives_the_time_back() -> None:
    server = world(draft=FULL_DRAFT, held=hold())
    async with desk(server, ScheduleVisit()) as at:
        await at.sees("You were scheduling a visit.", "gives the time back")
        await at.press("2")
        text = await at.sees("Select the type of visit")
        assert "Mateo" not in text
        await at.until(lambda: server.seen("DELETE", "/v1/holds/H1") == 1)
        await at.until(lambda: last_draft(server)["individual_id"] is None)


async def test_a_type_that_is_offered_no_more_is_said_when_going_on() -> None:
    only_onsite: Facility = replace(FACILITY, offers=(ONSITE,))
    async with desk(world(draft=FULL_DRAFT, held=hold(), facility=only_onsite), ScheduleVisit()) as at:
        await resume(at)
        await at.sees("does not offer this kind of visit any more.", "Select the type of visit", "#20418")


async def test_the_hold_counts_down_on_the_seconds_that_the_server_sent() -> None:
    async with desk(world(draft=FULL_DRAFT, held=hold(seconds=600)), ScheduleVisit()) as at:
        await resume(at)
        await at.sees("9:51 PM EST (10:00)")
        at.clock.step(79)
        await at.sees("(8:41)")


async def test_under_two_minutes_one_key_keeps_the_time_for_longer() -> None:
    server = world(draft=FULL_DRAFT, held=hold(seconds=600))
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        text = at.text()
        assert "Keep it longer" not in text
        at.clock.step(490)
        await at.sees("R Keep it longer", "Less than two minutes are left.")
        await at.press("r")
        await at.sees("(15:00)")
        await at.sees_not("R Keep it longer")
        assert server.seen("POST", "/v1/holds/H1/renewal") == 1


async def test_a_hold_that_runs_out_says_so_and_moves_nothing() -> None:
    async with desk(world(draft=FULL_DRAFT, held=hold(seconds=600)), ScheduleVisit()) as at:
        await resume_at_confirm(at)
        at.clock.step(700)
        await at.sees("The time we kept for you has run out.", "Check your answers")


async def test_an_ended_sign_in_session_brings_the_sign_in_page_and_the_draft_is_kept() -> None:
    server = world()
    async with desk(server, ScheduleVisit()) as at:
        await to_time(at)
        await at.until(lambda: last_draft(server)["step"] == "time")
        server.refuse("POST", "/v1/holds", 401, "not_signed_in")
        await at.press("enter")
        await at.sees("You have been signed out.", "What you had begun is kept with your account.")


async def test_a_server_that_is_away_at_first_is_asked_again_with_enter() -> None:
    server = world()
    server.refuse("GET", "/v1/access", 503, "busy_try_again", "Very busy just now.")
    async with desk(server, ScheduleVisit()) as at:
        await at.sees("Very busy just now.", "Enter Try again")
        server.answer("GET", "/v1/access", {"items": [], "next_cursor": None})
        await at.press("enter")
        await at.sees("You cannot schedule a visit yet.")


async def test_the_confirmation_says_reference_both_zones_and_how_to_join() -> None:
    async with desk(world(), ScheduleVisit()) as at:
        await to_confirmation(at)
        await at.sees(
            "Reference VD-7K3M9Q",
            "Thu Dec 10, 9:00 to 9:30 AM CST",
            "for you 10:00 to 10:30 AM EST",
            "https://visit.example.org/shelby/VD-7K3M9Q",
            "From Thu Dec 10, 8:45 AM CST (9:45 AM EST for you)",
            "$5.70 with Visa 4242",
            "Free to cancel until Wed Dec 9, 9:00 AM CST",
        )


async def test_the_calendar_file_is_saved_where_one_says_and_overwrites_nothing(tmp_path: Path) -> None:
    server = world(draft=FULL_DRAFT, held=hold())
    server.answer("GET", f"/v1/visits/{VISIT.id}/calendar", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    (tmp_path / "a.ics").write_text("mine")
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press("enter")
        await at.sees("Your visit is confirmed.")
        await at.press("s")
        await at.sees("~/visit-VD-7K3M9Q.ics")
        await at.press(*["backspace"] * 22)
        await at.type(str(tmp_path / "a.ics"))
        await at.press("enter")
        await at.sees("There is a file of that name already")
        assert (tmp_path / "a.ics").read_text() == "mine"
        await at.press("enter")
        await at.sees("Saved as")
        assert (tmp_path / "a-2.ics").read_bytes() == b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


async def test_a_kiosk_offers_no_file() -> None:
    kiosk = Settings(server="http://127.0.0.1:9", kiosk=True, profile="kiosk", time_zone="America/New_York")
    server = world(draft=FULL_DRAFT, held=hold())
    server.answer("DELETE", "/v1/sign-in", None, status=204)  # leaving a kiosk signs out
    async with desk(server, ScheduleVisit(), settings=kiosk) as at:
        await resume_at_confirm(at)
        await at.press("enter")
        text = await at.sees("Your visit is confirmed.")
        assert "Save file" not in text


async def test_letters_and_signs_of_the_linux_console_are_enough() -> None:
    async with desk(world(), ScheduleVisit(), glyphs="ascii") as at:
        await to_payment(at)
        text = await at.sees("Type +  Terms +")
        assert text.isascii()


async def test_names_that_would_act_on_the_terminal_are_only_drawn() -> None:
    evil = replace(FULL_DRAFT, individual_name="[bold]Mateo[/nope] [@click=app.quit]Rivera")
    async with desk(world(draft=evil, held=hold()), ScheduleVisit()) as at:
        await at.sees("[bold]Mateo[/nope] [@click=app.quit]Rivera")


async def test_a_small_terminal_asks_for_room_and_loses_nothing() -> None:
    async with desk(world(), ScheduleVisit()) as at:
        await to_date(at)
        await at.pilot.resize_terminal(60, 20)
        await at.sees("80 by 24 is enough")
        await at.pilot.resize_terminal(80, 24)
        await at.sees("Tue Dec 1   2 of 16 times open")
        await at.press("right")
        await at.sees("Wed Dec 2   9 of 16 times open")


async def test_the_link_can_be_scanned_as_a_code() -> None:
    async with desk(world(draft=FULL_DRAFT, held=hold()), ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press("enter")
        await at.sees("Your visit is confirmed.", "C Code to scan")
        await at.press("c")
        await at.sees("Scan this with your phone", "▀")
        await at.press("enter")
        await at.sees("Your visit is confirmed.")


async def test_a_terminal_that_cannot_draw_the_code_says_so() -> None:
    async with desk(world(draft=FULL_DRAFT, held=hold()), ScheduleVisit(), glyphs="ascii") as at:
        await resume_at_confirm(at)
        await at.press("enter")
        await at.sees("Your visit is confirmed.")
        await at.press("c")
        await at.sees("This window has no room for a code of this link.")
