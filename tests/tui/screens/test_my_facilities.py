"""My Facilities: how each access stands and why, what is missing, when an answer is due, and taking a request back."""

from __future__ import annotations

from dataclasses import replace

from backend_client import AccessStatus, Page
from tests.tui.screens.account_world import APPROVED, PENDING, TUCSON, at, dims, reads, world
from tests.tui.support import desk
from tui.screens.my_facilities import MyFacilities

WITHDRAWAL = "/v1/access/AC2/withdrawal"
GONE = replace(PENDING, status=AccessStatus.WITHDRAWN, decided_at=at(TUCSON, "2026-11-22 19:41"), due_at=None)


async def test_a_pending_request_says_when_an_answer_is_due_how_long_it_takes_and_what_is_missing() -> None:
    async with desk(world(), MyFacilities(mark="AC2")) as here:
        await here.sees(
            ">… Pima County Adult Detention, AZ",
            "You asked on Fri Nov 20, 9:02 AM MST to visit Luz Ortega-Baca (Sister).",
            "Answer due Wed Nov 25. Answers here usually take 20 hours.",
            "! Show your ID at the front desk of the facility.",
        )


async def test_an_answer_that_is_late_and_long_waits_are_told_as_such() -> None:
    late = replace(PENDING, due_at=at(TUCSON, "2026-11-20 17:00"), typical_answer_hours=96)
    async with desk(world(late), MyFacilities()) as here:
        await here.sees("answer was due Fri Nov 20", "ask the facility, please", "usually take 4 days")


async def test_a_refusal_is_shown_with_its_reason_and_cannot_be_withdrawn() -> None:
    async with desk(world(), MyFacilities(mark="AC3")) as here:
        await reads(here, "Denied on Mon Oct 5, 11:00 AM EDT. Reason given: The name does not match the ID.")
        await here.press("w")
        await here.sees("Only a pending request can be withdrawn.")
        await here.press("enter")
        await here.sees("There is no access here now. A asks for it again.")


async def test_enter_schedules_where_one_is_approved_and_says_why_not_elsewhere() -> None:
    server = world()
    async with desk(server, MyFacilities()) as here:
        await here.sees("You can schedule: Remote (at home).", ">✓ Shelby County Jail, TN")
        await here.press("down", "enter")
        await here.sees("You can schedule here once the facility has approved you.")


async def test_the_footer_dims_what_cannot_be_done_with_the_marked_access() -> None:
    async with desk(world(), MyFacilities()) as here:
        await here.sees(">✓ Shelby County Jail, TN")
        await dims(here, "withdraw")
        await here.press("down")
        await here.sees(">… Pima County")
        await dims(here, "enter")
        await here.press("down")
        await here.sees("Denied on")
        await dims(here, "enter", "withdraw")


async def test_the_word_of_an_access_stands_where_it_stood_whether_or_not_another_is_pending() -> None:
    server = world(APPROVED)
    async with desk(server, MyFacilities()) as here:

        def column() -> int:
            return next(line for line in here.text().splitlines() if "Shelby" in line).find("Schedule")

        await here.until(lambda: column() > 0 if "Shelby" in here.text() else False)
        alone = column()
        server.answer("GET", "/v1/access", Page((PENDING, APPROVED)))
        server.announce("access", PENDING.id)
        await here.sees("Pending   answer due")
        assert column() == alone


async def test_a_request_is_withdrawn_after_a_question_and_once() -> None:
    server = world()
    server.answer("POST", WITHDRAWAL, GONE)
    async with desk(server, MyFacilities(mark="AC2")) as here:
        await here.sees("Luz Ortega-Baca")
        await here.press("w")
        await here.sees("Withdraw this request?", "> Keep it")
        await here.press("enter")
        await here.sees_not("Withdraw this request?")
        assert server.seen("POST", WITHDRAWAL) == 0
        server.answer("GET", "/v1/access", Page((GONE, APPROVED)))
        gate = server.hold("POST", WITHDRAWAL)
        await here.press("w", "right", "enter", "w")
        await here.sees("One moment: this is being sent.")
        gate.open()
        await here.sees("The request is withdrawn.", "· Pima County Adult Detention, AZ", "Withdrawn")
        assert server.seen("POST", WITHDRAWAL) == 1


async def test_a_request_decided_meanwhile_is_not_withdrawn_and_the_list_is_fresh() -> None:
    server = world()
    server.refuse("POST", WITHDRAWAL, 409, "not_pending", "The facility has decided on this request already.")
    async with desk(server, MyFacilities(mark="AC2")) as here:
        await here.sees("Luz Ortega-Baca")
        server.answer("GET", "/v1/access", Page((replace(PENDING, status=AccessStatus.APPROVED, can_schedule=True),)))
        await here.press("w", "right", "enter")
        await here.sees("The facility has decided on this request already.", "Schedule")


async def test_an_unknown_end_names_the_key_that_asks_again_and_asks_with_the_same_key() -> None:
    server = world()
    server.lose("POST", WITHDRAWAL)
    async with desk(server, MyFacilities(mark="AC2")) as here:
        await here.sees("Luz Ortega-Baca")
        await here.press("w", "right", "enter")
        await reads(here, "We do not know whether that went through.", "Press W to ask again.")
        server.answer("POST", WITHDRAWAL, GONE)
        await here.press("w", "right", "enter")
        await here.sees("The request is withdrawn.")
        assert len({seen.key for seen in server.asked("POST", WITHDRAWAL)}) == 1


async def test_pending_turns_into_schedule_without_a_key() -> None:
    server = world(PENDING)
    async with desk(server, MyFacilities()) as here:
        await here.sees("Pending   answer due")
        server.answer("GET", "/v1/access", Page((replace(PENDING, status=AccessStatus.APPROVED, can_schedule=True),)))
        server.announce("access", PENDING.id)
        await reads(here, "✓ Pima County Adult Detention, AZ Schedule")


async def test_without_any_facility_enter_adds_the_first() -> None:
    server = world()
    server.answer("GET", "/v1/access", Page(()))
    async with desk(server, MyFacilities()) as here:
        await here.sees("No facility yet.", "Enter Add")
        await dims(here, "withdraw")
        await here.press("enter")
        await here.sees("ADD A NEW FACILITY")


async def test_left_and_right_go_from_tab_to_tab_and_escape_leaves() -> None:
    async with desk(world(), MyFacilities()) as here:
        for title in ("ADD A NEW FACILITY", "TRANSACTION DETAILS", "VISITS", "PROFILE"):
            await here.press("right")
            await here.sees(title)
        for title in ("VISITS", "TRANSACTION DETAILS", "ADD A NEW FACILITY", "MY FACILITIES"):
            await here.press("left")
            await here.sees(title)
        await here.press("escape")
        await here.sees_not("MY FACILITIES")
