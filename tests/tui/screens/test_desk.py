"""The Facility Desk: requests soonest due first, one key a decision, and never a decision on the wrong person."""

from __future__ import annotations

from dataclasses import replace

from backend_client import AccessStatus, Page
from tests.tui.screens.account_world import (
    KNOX,
    LUZ,
    MEMPHIS,
    OFFICER,
    REQUEST,
    REQUESTS,
    SEAN,
    SHELBY,
    at,
    dims,
    reads,
    world,
)
from tests.tui.support import NOW, desk
from tui.screens.desk import Desk

LIST = "/v1/desk/F1/access-requests"
DECISION = "/v1/desk/access-requests/R1/decision"
APPROVED = replace(REQUEST, status=AccessStatus.APPROVED, decided_by="Dana Whitfield", decided_at=NOW, version=2)


async def test_it_shows_what_the_visitor_declared_and_what_was_found() -> None:
    async with desk(world(), Desk(), account=OFFICER) as here:
        glass = await here.sees(
            "Facility Desk · Shelby County Jail",
            "ACCESS REQUESTS 3",
            ">Today      Rivera, Ana",
            "Mon Nov 23 Boyle, Sean",
            "Wed Nov 25 Ortega-Baca, Luz",
            "Ana Rivera, born 03/14/1971. Driver's license, ends in 0881.",
            "12 Elm Street, Memphis TN 38103",
            "(901) 555-0142, ana@example.org",
            "Asked Fri Nov 20, 9:02 AM CST. Answer due Sun Nov 22, 11:30 PM CST.",
            "✓ Mateo Rivera is on the roster   ✓ ID seen by Dana Whitfield",
            "! 1 earlier request, withdrawn Sat Oct 3",
        )
        assert "seen at desk" in glass
        await here.press("down")
        await here.sees("Sean Boyle, born", "! nobody on the roster fits")


async def test_a_request_that_is_late_says_so() -> None:
    server = world()
    server.answer("GET", LIST, Page((replace(REQUEST, due_at=at(MEMPHIS, "2026-11-20 17:00")),)))
    async with desk(server, Desk(), account=OFFICER) as here:
        await here.sees(">Late")


async def test_approving_is_one_request_and_a_second_key_never_falls_on_the_next_person() -> None:
    server = world()
    server.answer("POST", DECISION, APPROVED)
    async with desk(server, Desk(), account=OFFICER) as here:
        await here.sees("Rivera, Ana")
        await here.press("a")
        server.answer("GET", LIST, Page((SEAN, LUZ)))
        server.announce("access", "R1")
        await here.sees("Ana Rivera has access now.", ">Approved", "ACCESS REQUESTS 2")
        await dims(here, "approve", "deny", "id_seen")
        await here.press("a", "d", "i")
        await here.sees("This request is no longer pending (Approved). Move to another one.")
        assert [asked.body for asked in server.asked("POST", DECISION)] == [
            {"decision": "approved", "reason": None, "version": 1}
        ]
        await here.press("down")
        await here.sees(">Mon Nov 23 Boyle, Sean")
        await here.sees_not("Rivera, Ana")


async def test_while_a_decision_is_on_its_way_no_other_is_taken() -> None:
    server = world()
    server.answer("POST", DECISION, APPROVED)
    gate = server.hold("POST", DECISION)
    async with desk(server, Desk(), account=OFFICER) as here:
        await here.sees("Rivera, Ana")
        await here.press("a", "a", "down", "d")
        await here.sees("One moment: this is being sent.")
        gate.open()
        await here.sees("Ana Rivera has access now.")
        assert server.seen("POST", DECISION) == 1


async def test_denying_needs_a_reason_which_is_kept_while_one_looks_again() -> None:
    server = world()
    server.answer("POST", DECISION, replace(APPROVED, status=AccessStatus.DENIED))
    async with desk(server, Desk(), account=OFFICER) as here:
        await here.sees("Rivera, Ana")
        await here.press("d", "enter")
        await here.sees("Why is Ana Rivera refused?", "A refusal needs a reason.")
        await here.type("No such person here.")
        await here.press("escape")
        await here.sees("ACCESS REQUESTS 3")
        await here.press("d")
        await here.sees("No such person here.")
        await here.press("enter", "enter")
        await here.sees("Ana Rivera was refused.", ">Denied")
        assert [asked.body for asked in server.asked("POST", DECISION)] == [
            {"decision": "denied", "reason": "No such person here.", "version": 1}
        ]


async def test_a_reason_of_a_hundred_thousand_letters_is_cut_and_said_so() -> None:
    async with desk(world(), Desk(), account=OFFICER) as here:
        await here.sees("Rivera, Ana")
        await here.press("d")
        await here.paste("x" * 100_000)
        await reads(here, "Too long: only the first 300 characters were taken.")


async def test_the_id_is_seen_before_a_request_is_approved() -> None:
    server = world()
    seen = replace(SEAN, id_seen_at=NOW, id_seen_by="Dana Whitfield", version=2)
    server.answer("POST", "/v1/desk/access-requests/R2/id-seen", seen)
    server.answer("POST", "/v1/desk/access-requests/R2/decision", replace(seen, status=AccessStatus.APPROVED))
    async with desk(server, Desk(), account=OFFICER) as here:
        await here.sees("Boyle, Sean")
        await here.press("i")
        await here.sees("The ID was seen already.")
        await here.press("down", "a")
        await here.sees("See the ID first, then press I.")
        await here.press("i")
        await here.sees("ID seen by Dana Whitfield")
        await here.press("a")
        await here.sees("Sean Boyle has access now.")
        (asked,) = server.asked("POST", "/v1/desk/access-requests/R2/decision")
        assert asked.body == {"decision": "approved", "reason": None, "version": 2}


async def test_decided_by_another_officer_it_says_who_and_what_and_shows_a_fresh_list() -> None:
    server = world()
    said = "P. Osei approved this on Nov 22 at 8:40 PM CST."
    server.refuse("POST", DECISION, 409, "already_decided", said)
    async with desk(server, Desk(), account=OFFICER) as here:
        await here.sees("Rivera, Ana")
        server.answer("GET", LIST, Page((SEAN, LUZ)))
        await here.press("a")
        await reads(here, said, "Nothing more is needed from you.", "ACCESS REQUESTS 2", ">Decided")


async def test_decided_by_another_officer_under_the_cursor_it_stays_there_until_one_moves() -> None:
    server = world()
    async with desk(server, Desk(), account=OFFICER) as here:
        await here.sees("Rivera, Ana")
        server.answer("GET", LIST, Page((SEAN, LUZ)))
        server.announce("access", "R1")
        await here.sees(">Decided    Rivera, Ana", "ACCESS REQUESTS 2")
        await here.press("a")
        assert server.seen("POST", DECISION) == 0


async def test_an_unknown_end_names_the_key_that_asks_again_and_asks_with_the_same_key() -> None:
    server = world()
    server.lose("POST", DECISION)
    async with desk(server, Desk(), account=OFFICER) as here:
        await here.sees("Rivera, Ana")
        await here.press("a")
        await reads(here, "We do not know whether that went through.", "Press A to ask again.")
        server.answer("POST", DECISION, APPROVED)
        await here.press("a")
        await here.sees("Ana Rivera has access now.")
        assert len({asked.key for asked in server.asked("POST", DECISION)}) == 1


async def test_a_new_request_appears_without_a_key_and_the_cursor_stays_on_its_person() -> None:
    server = world()
    server.answer("GET", LIST, Page((SEAN,)))
    async with desk(server, Desk(), account=OFFICER) as here:
        await here.sees(">Mon Nov 23 Boyle, Sean")
        server.answer("GET", LIST, Page(REQUESTS))
        server.announce("access", "R1")
        await here.sees("Rivera, Ana", ">Mon Nov 23 Boyle, Sean", "ACCESS REQUESTS 3")


async def test_an_empty_desk_says_that_requests_appear_by_themselves() -> None:
    server = world()
    server.answer("GET", LIST, Page(()))
    async with desk(server, Desk(), account=OFFICER) as here:
        await here.sees("Nobody waits for an answer.", "ACCESS REQUESTS 0")
        await here.press("a")
        await here.sees("─ Nobody waits for an answer.")


async def test_f_goes_to_the_next_facility_and_is_not_there_for_one() -> None:
    server = world()
    server.answer("GET", "/v1/desk/F3/access-requests", Page((LUZ,)))
    both = replace(OFFICER, facilities=(SHELBY, KNOX))
    async with desk(server, Desk(), account=both) as here:
        await here.sees("Rivera, Ana", "F Facility")
        await here.press("f")
        await here.sees("Facility Desk · Knox County", "ACCESS REQUESTS 1", "Ortega-Baca, Luz")
        server.answer("GET", "/v1/desk/F3/access-requests", Page((LUZ, SEAN)))
        server.announce("access", "R2")
        await here.sees("ACCESS REQUESTS 2")
        await here.press("f")
        await here.sees("Facility Desk · Shelby County Jail", "ACCESS REQUESTS 3")
    async with desk(world(), Desk(), account=OFFICER) as here:
        await here.sees("Rivera, Ana")
        await here.sees_not("F Facility")


async def test_an_officer_without_a_facility_is_told_whom_to_ask() -> None:
    async with desk(world(), Desk(), account=replace(OFFICER, facilities=())) as here:
        await here.sees("You are not assigned to a facility.")


async def test_more_requests_are_read_as_the_cursor_comes_near_the_end() -> None:
    many = tuple(replace(SEAN, id=f"R{n}", individual_name=f"Person {n:03}") for n in range(120))
    server = world()
    server.answer("GET", LIST, Page(many[:100], "next"), Page(many[100:]))
    async with desk(server, Desk(), account=OFFICER) as here:
        await here.sees("ACCESS REQUESTS 100+")
        await here.press("end")
        await here.sees("ACCESS REQUESTS 120")
