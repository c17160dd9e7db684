"""What every account page holds to: room, slowness, an ended sign-in, hostile data, a footer that fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from backend_client import Account, FacilityRef, Page, Role
from tests.tui.screens.account_world import (
    APPLICANT,
    APPROVED,
    HOSTILE,
    HOSTILE_DRAWN,
    IN_TENNESSEE,
    OFFICER,
    PROFILE,
    REQUEST,
    TRANSACTIONS,
    VISIT,
    facility,
    world,
)
from tests.tui.support import FakeServer, desk
from tui.screens.add_facility import AddFacility
from tui.screens.desk import Desk
from tui.screens.home import Home
from tui.screens.my_facilities import MyFacilities
from tui.screens.page import Page as AnyPage
from tui.screens.profile import Profile
from tui.screens.transaction_details import TransactionDetails
from tui.screens.visit_details import VisitDetails
from tui.screens.visits import Visits


@dataclass(frozen=True)
class Case:
    """A page, what it reads, what it shows of it, and who sits there."""

    make: Callable[[], AnyPage[None]]
    reads: str
    shows: str
    account: Account = PROFILE


CASES = {
    "home": Case(Home, "/v1/access", "Pima County Adult Detention, AZ"),
    "my_facilities": Case(MyFacilities, "/v1/access", "Pima County Adult Detention, AZ"),
    "add_facility": Case(AddFacility, "/v1/states", "Tennessee"),
    "transactions": Case(TransactionDetails, "/v1/transactions", "Luz Ortega-Baca"),
    "visits": Case(Visits, "/v1/visits", "Tue Dec 1, 8:00 AM CST"),
    "visit": Case(lambda: VisitDetails("V1"), "/v1/visits/V1", "Mateo Rivera, #20418"),
    "profile": Case(Profile, "/v1/account", "12 Elm Street"),
    "desk": Case(Desk, "/v1/desk/F1/access-requests", "Boyle, Sean", OFFICER),
}
each_page = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


@each_page
async def test_a_slow_answer_says_one_moment_and_freezes_nothing(case: Case) -> None:
    server = world()
    gate = server.hold("GET", case.reads)
    async with desk(server, case.make(), account=case.account) as at:
        await at.sees("One moment…")
        await at.press("f1")
        await at.sees("Keys of the page")
        await at.press("escape")
        gate.open()
        await at.sees(case.shows)
        await at.sees_not("One moment…")


@each_page
async def test_a_window_made_too_small_and_large_again_keeps_everything(case: Case) -> None:
    async with desk(world(), case.make(), account=case.account) as at:
        await at.sees(case.shows)
        await at.sees_not("One moment")
        await at.press("down")
        before, focused = at.text(), at.app.focused
        await at.pilot.resize_terminal(60, 20)
        await at.sees("It is 60 by 20 now.")
        await at.pilot.resize_terminal(80, 24)
        await at.until(lambda: at.text() == before)
        assert at.app.focused is focused


@each_page
async def test_every_key_of_the_page_fits_into_the_footer(case: Case) -> None:
    async with desk(world(), case.make(), account=case.account) as at:
        await at.sees(case.shows)
        footer = at.text().splitlines()[-1]
        assert "Help" in footer
        assert "…" not in footer.replace("Withdraw…", "").replace("Move…", "").replace("Deny…", "").replace(
            "visit…", ""
        )


@each_page
async def test_a_sign_in_that_has_ended_brings_the_sign_in_page(case: Case) -> None:
    server = world()
    server.refuse("GET", case.reads, 401, "not_signed_in")
    async with desk(server, case.make(), account=case.account) as at:
        await at.sees("You have been signed out.", "E-mail")


@each_page
async def test_a_server_that_answers_with_an_error_is_told_with_what_to_do(case: Case) -> None:
    server = world()
    server.refuse("GET", case.reads, 503, "busy_try_again", "Too many people at once.", retry_after_seconds=5)
    async with desk(server, case.make(), account=case.account) as at:
        await at.sees("Too many people at once.")


def hostile() -> FakeServer:
    """Return a server all of whose names would act on a terminal."""
    server = world(replace(APPROVED, facility=FacilityRef("F1", HOSTILE, "TN"), individual_name=HOSTILE))
    server.answer("GET", "/v1/visits", Page((replace(VISIT, individual_name=HOSTILE),)))
    server.answer("GET", "/v1/visits/V1", replace(VISIT, individual_name=HOSTILE))
    server.answer("GET", "/v1/transactions", Page((replace(TRANSACTIONS[0], individual_name=HOSTILE),)))
    server.answer("GET", "/v1/account", replace(PROFILE, first_name=HOSTILE))
    server.answer("GET", "/v1/states", Page(()))
    applicant = replace(APPLICANT, last_name=HOSTILE)
    server.answer("GET", "/v1/desk/F1/access-requests", Page((replace(REQUEST, applicant=applicant),)))
    return server


@pytest.mark.parametrize("name", [name for name in CASES if name != "add_facility"])
async def test_a_hostile_name_is_only_ever_drawn_and_loses_no_word(name: str) -> None:
    case = CASES[name]
    account = replace(case.account, first_name=HOSTILE)
    async with desk(hostile(), case.make(), account=account, size=(200, 40)) as at:
        shown = await at.sees("Doe [DOC#123]")
        if name not in {"transactions", "visits", "desk"}:
            assert HOSTILE_DRAWN in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown


async def test_a_facility_with_a_hostile_name_is_listed_as_it_is() -> None:
    server = world()
    named = facility(FacilityRef("F9", HOSTILE, "TN", "Memphis"))
    server.answer("GET", "/v1/facilities", Page((*IN_TENNESSEE, named)))
    async with desk(server, AddFacility(), size=(160, 40)) as at:
        await at.sees("Tennessee")
        await at.press("t", "enter")
        assert "\x1b" not in await at.sees(HOSTILE_DRAWN)


@pytest.mark.parametrize("role", [Role.VISITOR, Role.OFFICER, Role.SUPPORT])
async def test_escape_on_a_home_page_asks_before_it_signs_out(role: Role) -> None:
    from tui.homes import HOMES

    module, _colon, name = HOMES[role].partition(":")
    page: AnyPage[None] = getattr(__import__(module, fromlist=[name]), name)()
    server = world()
    server.answer("DELETE", "/v1/sign-in", None, status=204)
    async with desk(server, page, account=replace(OFFICER, role=role)) as at:
        await at.press("escape")
        await at.sees("Sign out?", "What you have begun is kept.", "> Stay")
        await at.press("enter")
        await at.sees_not("Sign out?")
        await at.press("escape")
        await at.sees("Sign out?")
        await at.press("right", "enter")
        await at.sees("Forgot your password?")
        await at.until(lambda: server.seen("DELETE", "/v1/sign-in") == 1)
