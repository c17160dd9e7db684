"""Home: the Video Connect tile, the next visit, the facilities; everything within a key's reach."""

from __future__ import annotations

from dataclasses import replace

from backend_client import AccessStatus, Draft, Page
from tests.tui.screens.account_world import APPROVED, DENIED, PENDING, VISIT, reads, world
from tests.tui.support import desk
from tui.screens.home import Home


async def test_the_tile_and_the_next_visit_stand_as_they_are_drawn() -> None:
    async with desk(world(demonstration=True), Home()) as at:
        glass = await at.sees(
            "Good evening, Ana.",
            "Video Connect",
            "2 upcoming",
            "DEMONSTRATION",
            "Tue Dec 1, 8:00 AM CST",
            "9:00 AM EST for you",
            "Remote (at home), 30 min",
            "5  Open this visit",
        )
        lines = [line.strip(" │") for line in glass.splitlines()]
        first = next(n for n, line in enumerate(lines) if "Manage Account" in line)
        assert [line.split("  ")[1].strip() for line in lines[first : first + 4]] == [
            "Manage Account",
            "Schedule a Visit",
            "Visits",
            "Transaction Details",
        ]


async def test_where_one_can_schedule_comes_first_and_what_is_over_last() -> None:
    async with desk(world(), Home()) as at:
        glass = await at.sees("✓ Shelby County Jail, TN", "Schedule", "Pending   answer due Wed Nov 25", "× Knox")
        names = ("Shelby County Jail, TN", "Pima County", "Knox County", "Cook County")
        places = [glass.index(name, glass.index("Facilities")) for name in names]
        assert places == sorted(places)


async def test_what_was_decided_earlier_is_left_out_where_one_stands_anew() -> None:
    older = replace(DENIED, id="AC9", facility=PENDING.facility)
    async with desk(world(PENDING, older), Home()) as at:
        await at.sees("Pending   answer due Wed Nov 25")
        await at.sees_not("Denied")


async def test_each_number_opens_its_line_wherever_the_cursor_is() -> None:
    opens = {
        "1": "MY FACILITIES",
        "3": "VISITS",
        "4": "TRANSACTION DETAILS",
        "5": "VD-7K3M9Q",
    }
    async with desk(world(), Home()) as at:
        await at.sees("Open this visit", "Pima County")
        await at.press("tab", "tab", "down")
        for key, sees in opens.items():
            await at.press(key)
            await at.sees(sees)
            await at.press("escape")
            await at.sees("Good evening, Ana.")


async def test_down_leads_from_the_tile_to_the_visit_and_on_to_the_facilities() -> None:
    async with desk(world(), Home()) as at:
        await at.sees(">1  Manage Account", "Pima County")
        await at.press("down", "down", "down", "down")
        await at.sees(">5  Open this visit")
        await at.press("down", "down")
        await at.sees(">… Pima County")
        await at.press("enter")
        await at.sees("MY FACILITIES", "You asked on Fri Nov 20", "Luz Ortega-Baca")


async def test_with_nothing_yet_it_says_where_to_begin() -> None:
    server = world()
    server.answer("GET", "/v1/access", Page(()))
    server.answer("GET", "/v1/visits", Page(()))
    async with desk(server, Home()) as at:
        await at.sees("No visit is scheduled.", "No facility yet. Add one in Manage Account.", "1-4 Choose")
        await at.press("5")
        await at.sees("─ No visit is scheduled.")
        await at.press("tab", "enter")
        await at.sees("ADD A NEW FACILITY", "Select State")


async def test_pending_turns_into_schedule_without_a_key() -> None:
    server = world(PENDING)
    async with desk(server, Home()) as at:
        await at.sees("Pending   answer due")
        server.answer("GET", "/v1/access", Page((replace(PENDING, status=AccessStatus.APPROVED, can_schedule=True),)))
        server.announce("access", PENDING.id)
        await reads(at, "✓ Pima County Adult Detention, AZ Schedule")


async def test_a_visit_cancelled_elsewhere_goes_and_a_begun_one_is_marked() -> None:
    server = world(APPROVED)
    async with desk(server, Home()) as at:
        await at.sees("2 upcoming")
        server.answer("GET", "/v1/visits", Page((VISIT,)))
        server.announce("visit", "V2")
        await at.sees("1 upcoming")
        server.answer("GET", "/v1/draft", {"draft": Draft(facility_id="F1", step="date")})
        server.announce("draft", "A1")
        await at.sees("begun")


async def test_long_names_are_shortened_and_move_nothing() -> None:
    server = world()
    long = replace(VISIT, individual_name="Maximiliano Bartholomew Featherstonehaugh-Villanueva")
    server.answer("GET", "/v1/visits", Page((long,)))
    async with desk(server, Home()) as at:
        glass = await at.sees("Maximiliano Bartholomew Fe…", "5  Open this visit")
        assert "└" in next(line for line in glass.splitlines() if "Open this visit" in line)
