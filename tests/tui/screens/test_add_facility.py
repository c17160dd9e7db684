"""Add a New Facility: Select State, Select Facility, ADD FACILITY, one popup; nothing is asked twice."""

from __future__ import annotations

from dataclasses import replace

from backend_client import AccessStatus, FacilityRef, Page, State
from tests.tui.screens.account_world import (
    APPROVED,
    IN_TENNESSEE,
    IN_TEXAS,
    KNOX,
    PENDING,
    PROFILE,
    facility,
    reads,
    world,
)
from tests.tui.support import SESSION, Desk, FakeServer, Json, desk
from tui.screens.add_facility import AddFacility

ASKED = replace(PENDING, id="AC7", facility=KNOX, zone=KNOX.zone, missing=())


def with_knox() -> FakeServer:
    server = world(APPROVED)
    server.answer("POST", "/v1/access", ASKED, status=201)
    return server


async def choose(at: Desk, *letters: str) -> None:
    """Choose Tennessee, jump to a facility, and choose it."""
    await at.sees("Tennessee")
    await at.press("t", "enter")
    await at.sees("Knox County Detention Facility")
    await at.press(*letters, "enter")


async def fill_in(at: Desk) -> None:
    await choose(at, "k")
    await at.type("Luz Ortega-Baca")
    await at.press("enter")
    await at.type("sister")
    await at.press("enter")


async def test_a_facility_is_asked_for_once_and_one_popup_with_one_button_confirms_it() -> None:
    server = with_knox()
    async with desk(server, AddFacility()) as at:
        await fill_in(at)
        gate = server.hold("POST", "/v1/access")
        await at.press("enter", "enter", "enter")
        gate.open()
        glass = await at.sees(
            "Request sent to Knox County Detention Facility, TN.",
            "It shows as Pending. Answer due Wed Nov 25.",
        )
        assert glass.count("OK") == 1
        (asked,) = server.asked("POST", "/v1/access")
        assert asked.body == {"facility_id": "F3", "individual_name": "Luz Ortega-Baca", "relationship": "sister"}
        server.answer("GET", "/v1/access", Page((ASKED, APPROVED)))
        await at.press("enter")
        await at.sees("MY FACILITIES", ">… Knox County Detention Facility, TN", "Pending   answer due")


async def test_a_facility_that_approves_at_once_says_that_one_can_schedule_now() -> None:
    server = with_knox()
    server.answer("GET", "/v1/facilities", Page((facility(KNOX, automatic=True),)))
    server.answer("POST", "/v1/access", replace(ASKED, status=AccessStatus.APPROVED, can_schedule=True), status=201)
    async with desk(server, AddFacility()) as at:
        await choose(at)
        await at.sees("This facility approves at once.")
        await at.type("Luz")
        await at.press("enter")
        await at.type("sister")
        await at.press("enter", "enter")
        await at.sees("Facility added", "You can schedule a visit now.")


async def test_what_the_facility_asks_for_stands_there_before_anything_is_sent() -> None:
    async with desk(world(APPROVED), AddFacility()) as at:
        await choose(at, "b")
        await at.sees(
            "Bledsoe County Correctional Complex", "Pikeville, TN. An officer answers within 3", "Show your ID at"
        )


async def test_no_name_is_cut_where_there_is_room_for_it() -> None:
    async with desk(world(APPROVED), AddFacility()) as at:
        await choose(at)
        glass = await at.sees("Bledsoe County Correctional Complex")
        assert "Pikeville" not in glass.splitlines()[6]
        await at.pilot.resize_terminal(120, 40)
        await at.sees("Bledsoe County Correctional Complex")
        await at.until(lambda: "Pikeville\n" in at.text())


async def test_letters_jump_in_a_list_of_more_than_a_hundred() -> None:
    server = world(APPROVED)
    server.answer("GET", "/v1/facilities", Page(IN_TEXAS[:60], "next"), Page(IN_TEXAS[60:]))
    async with desk(server, AddFacility()) as at:
        await at.sees("Texas")
        await at.press("t", "t", "enter")
        await at.sees("Select Facility in Texas", ">Aanson County Jail")
        assert server.asked("GET", "/v1/facilities")[1].query["cursor"] == "next"
        await at.press("t")
        await at.sees(">Travis Unit 01")
        await at.press("end", "enter")
        await at.sees(">Travis Unit 54", "Town ")
        await at.press("b")
        await at.sees("Whom do you want to visit?", "b")


async def test_a_facility_that_takes_no_visits_says_why_and_cannot_be_asked() -> None:
    server = world(APPROVED)
    closed = facility(FacilityRef("F6", "Polk County Jail", "TN"), not_bookable="Its time zone is not known yet.")
    server.answer("GET", "/v1/facilities", Page((*IN_TENNESSEE, closed)))
    async with desk(server, AddFacility()) as at:
        await choose(at, "p")
        await at.sees("not yet", "Polk County Jail cannot be added yet. Its time zone is not known yet.")
        await at.sees("Choose another facility.")
        server.answer("POST", "/v1/access", ASKED, status=201)
        await at.press("tab")
        await at.type("Luz")
        await at.press("enter")
        await at.type("sister")
        await at.press("enter", "enter")
        await at.sees("Choose another facility.", ">Polk County Jail")
        assert server.seen("POST", "/v1/access") == 0


async def test_where_one_has_access_or_has_asked_already_is_said_before_it_is_sent() -> None:
    server = world(APPROVED, ASKED)
    async with desk(server, AddFacility()) as at:
        await choose(at, "s")
        await at.sees("added", "You have access to Shelby County Jail already: My Facilities shows Schedule.")
        await at.press("k", "enter")
        await at.sees("You have asked Knox County Detention Facility already")
        assert server.seen("POST", "/v1/access") == 0


async def test_what_is_missing_is_asked_for_where_it_is_missing() -> None:
    server = with_knox()
    async with desk(server, AddFacility()) as at:
        await at.sees("Tennessee")
        await at.press("tab", "tab", "tab", "tab", "enter")
        await at.sees("No facility is chosen yet.", "Select a state, then a facility.")
        await choose(at, "k")
        await at.press("tab", "tab", "enter")
        await at.sees("Say whom you want to visit.")
        await at.type("Luz")
        await at.press("enter", "enter", "enter")
        await reads(at, "Say what you are to them, such as mother or friend.")
        assert server.seen("POST", "/v1/access") == 0


async def test_enter_on_an_empty_name_says_so_at_once() -> None:
    async with desk(with_knox(), AddFacility()) as at:
        await choose(at, "k")
        await at.press("enter")
        await at.sees("Say whom you want to visit.")
        await at.type("Luz")
        await at.press("enter", "enter")
        await reads(at, "Say what you are to them, such as mother or friend.")


async def test_the_chosen_state_stays_in_sight_when_what_its_facility_asks_for_takes_its_room() -> None:
    server = with_knox()
    before = tuple(State(f"{n}", f"Astate {n:02}", 1) for n in range(40))
    server.answer("GET", "/v1/states", Page((*before[:8], State("TN", "Tennessee", 3), *before[8:])))
    async with desk(server, AddFacility()) as at:
        await choose(at, "b")
        await at.sees("Show your ID at", ">Tennessee", ">Bledsoe")


async def test_a_refusal_is_a_sentence_and_keeps_what_was_typed() -> None:
    server = with_knox()
    server.refuse("POST", "/v1/access", 409, "too_many_open_requests", "You have 5 pending requests.", then=ASKED)
    async with desk(server, AddFacility()) as at:
        await fill_in(at)
        await at.press("enter")
        await at.sees("You have 5 pending requests.", "Luz Ortega-Baca", "sister")
        await at.press("enter")
        await at.sees("Request sent to")
        assert len({seen.key for seen in server.asked("POST", "/v1/access")}) == 2


async def test_what_the_server_finds_wrong_stands_at_its_field() -> None:
    server = with_knox()
    wrong: list[Json] = [{"field": "individual_name", "sentence": "Write the first and the last name."}]
    server.refuse("POST", "/v1/access", 422, "invalid", errors=wrong)
    async with desk(server, AddFacility()) as at:
        await fill_in(at)
        await at.press("enter")
        await at.sees("! Write the first and the last name.", "Luz Ortega-Baca")


async def test_an_unknown_end_is_asked_again_with_the_same_key() -> None:
    server = with_knox()
    server.lose("POST", "/v1/access")
    async with desk(server, AddFacility()) as at:
        await fill_in(at)
        await at.press("enter")
        await reads(at, "We do not know whether that went through.", "Press Enter to ask again.")
        server.answer("POST", "/v1/access", ASKED, status=201)
        await at.press("enter")
        await at.sees("Request sent to")
        assert len({seen.key for seen in server.asked("POST", "/v1/access")}) == 1


async def test_another_tab_and_back_keeps_state_facility_and_what_was_typed() -> None:
    async with desk(with_knox(), AddFacility()) as at:
        await fill_in(at)
        await at.press("right")
        await at.sees("TRANSACTION DETAILS")
        await at.press("left")
        await at.sees("Luz Ortega-Baca", "sister", ">Tennessee", ">Knox County Detention Facility")


async def test_what_was_typed_is_there_after_signing_in_again_but_never_for_somebody_else() -> None:
    server = with_knox()
    async with desk(server, AddFacility()) as at:
        await fill_in(at)
        at.app.session.end()
        at.app.session.begin(PROFILE, SESSION)
        assert at.app.session.typed["add_facility.relationship"] == "sister"
        at.app.session.begin(replace(PROFILE, id="A2"), SESSION)
        assert not at.app.session.typed


async def test_signing_out_forgets_what_was_typed() -> None:
    server = with_knox()
    server.answer("DELETE", "/v1/sign-in", None, status=204)
    async with desk(server, AddFacility()) as at:
        await fill_in(at)
        await at.press("f10")
        await at.sees("Forgot your password?")
        assert not at.app.session.typed


async def test_a_paste_of_a_hundred_thousand_letters_is_cut_and_said_so() -> None:
    async with desk(with_knox(), AddFacility()) as at:
        await choose(at, "k")
        await at.paste("x" * 100_000)
        await reads(at, "Too long: only the first 120 characters were taken.")
