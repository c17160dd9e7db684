"""Pictures of the account pages, at the smallest size and at a wide one. Each was looked at before it was kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion

from backend_client import Account
from tests.tui.screens.account_world import OFFICER, PROFILE, SHELBY, world
from tests.tui.support import Desk as Here
from tests.tui.support import desk
from tui.screens.add_facility import AddFacility
from tui.screens.desk import Desk
from tui.screens.desk_visits import DeskVisits
from tui.screens.home import Home
from tui.screens.my_facilities import MyFacilities
from tui.screens.page import Page
from tui.screens.profile import Profile
from tui.screens.transaction_details import TransactionDetails
from tui.screens.transaction_story import TransactionStory
from tui.screens.visit_details import VisitDetails
from tui.screens.visits import Visits

SIZES = [pytest.param((80, 24), id="80x24"), pytest.param((120, 40), id="120x40")]


def keys(first: str, *then: str, sees: str = "") -> Callable[[Here], Awaitable[None]]:
    """Return a walk: wait for the first words, press these keys, wait for other words."""

    async def walk(at: Here) -> None:
        await at.sees(first)
        await at.press(*then)
        await at.sees(sees or first)

    return walk


async def add_facility(at: Here) -> None:
    await at.sees("Tennessee")
    await at.press("t", "enter")
    await at.sees("Knox County Detention Facility")
    await at.press("k", "enter")
    await at.type("Luz Ortega-Baca")


async def by_phone(at: Here) -> None:
    await at.sees("Prepaid balance")
    await at.press("t")
    await at.sees("A code from a facility's desk")
    await at.press("2")
    await at.sees("Choose how to pay $25.00")
    await at.press("1")
    await at.sees("Pay $25.00 on your phone", "(8:00)")


@dataclass(frozen=True)
class Picture:
    """A page, the way to what is pictured of it, and who sits there."""

    page: Callable[[], Page[None]]
    walk: Callable[[Here], Awaitable[None]]
    account: Account = PROFILE


PICTURES = {
    "home": Picture(Home, keys("Pima County")),
    "my_facilities": Picture(MyFacilities, keys("Pima County", "down", sees="Answer due")),
    "withdraw": Picture(MyFacilities, keys("Pima County", "down", "w", sees="Withdraw this request?")),
    "add_facility": Picture(AddFacility, add_facility),
    "transactions": Picture(TransactionDetails, keys("11/15", "down", "down", sees="lockdown")),
    "filter": Picture(TransactionDetails, keys("11/15", "slash", sees="Show only what was paid")),
    "story": Picture(lambda: TransactionStory("T7"), keys("receipt 01MATEO")),
    "totals": Picture(TransactionDetails, keys("11/15", "m", sees="By fee source")),
    "export": Picture(TransactionDetails, keys("11/15", "x", sees="Save as")),
    "visits": Picture(Visits, keys("Tue Dec 1")),
    "visit": Picture(lambda: VisitDetails("V1"), keys("Confirmed")),
    "cancel": Picture(lambda: VisitDetails("V1"), keys("Confirmed", "c", sees="Cancel this visit?")),
    "profile": Picture(Profile, keys("12 Elm Street")),
    "zone": Picture(Profile, keys("12 Elm Street", "6", sees="Pacific Time")),
    "top_up": Picture(Profile, keys("Prepaid balance", "t", sees="A code from a facility's desk")),
    "top_up_by_phone": Picture(Profile, by_phone),
    "password": Picture(Profile, keys("12 Elm Street", "7", sees="Present password")),
    "desk": Picture(Desk, keys("Boyle, Sean"), OFFICER),
    "deny": Picture(Desk, keys("Boyle, Sean", "d", sees="refused?"), OFFICER),
    "desk_visits": Picture(lambda: DeskVisits(SHELBY), keys("Needs review 1"), OFFICER),
    "outcome": Picture(lambda: DeskVisits(SHELBY), keys("Needs review 1", "o", sees="What became"), OFFICER),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PICTURES)
async def test_the_page_looks_as_it_did(name: str, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    picture = PICTURES[name]
    async with desk(world(demonstration=True), picture.page(), size=size, account=picture.account) as at:
        await picture.walk(at)
        await at.sees_not("One moment")
        assert at.app.export_screenshot(title="Visit Desk") == snapshot(extension_class=SVGImageExtension)
