"""What the Support Desk asks the scripted server for: Robin, who finds Ana and looks at her account."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Final

from backend_client import (
    DoneBy,
    FoundAccount,
    FoundAccounts,
    FoundBy,
    Look,
    OneTimeCode,
    Page,
    Role,
    Secret,
    TimelineItem,
    TimelineSource,
)
from tests.tui.screens.account_world import PROFILE, SECOND_VISIT, TRANSACTIONS, VISIT, usd, world
from tests.tui.support import NOW, Desk, FakeServer, desk
from tui.screens.support import Support

AGENT: Final = replace(PROFILE, id="A9", role=Role.SUPPORT, first_name="Robin", last_name="Sato")
SEARCH: Final = "/v1/support/accounts/search"
LOOKS: Final = "/v1/support/looks"
END: Final = "/v1/support/looks/L1/end"
TIMELINE: Final = "/v1/support/looks/L1/timeline"
CODE: Final = "/v1/support/accounts/A1/one-time-code"
WHY: Final = "Ticket 4711"

ANA: Final = FoundAccount(
    "A1", "Ana Rivera", "a•••@example.org", disabled=False, phone_last4="0142", city="Memphis", state="TN"
)
OTHER_ANA: Final = FoundAccount("A2", "Ana Riveras", "r•••@example.org", disabled=True, phone_last4="0199")
BOTH: Final = FoundAccounts((ANA, OTHER_ANA), FoundBy.NAME, more=False, near=False)
LOOK: Final = Look("L1", "A1", NOW + timedelta(minutes=30))


def item(number: int, what: str, by: DoneBy = DoneBy.VISITOR, name: str | None = "Ana Rivera") -> TimelineItem:
    """Return something that happened, ``number`` hours ago."""
    at = NOW - timedelta(hours=number)
    return TimelineItem(f"trace:{number}", at, TimelineSource.TRACE, what, by, by_name=name)


CONFIRMED: Final = replace(item(1, "visit confirmed"), reference="VD-7K3M9Q", facility="Shelby County Jail")
PAID: Final = replace(
    CONFIRMED,
    id="payment:1",
    what="payment",
    source=TimelineSource.PAYMENT,
    note="Visa 4242",
    amount=usd(570),
    state="succeeded",
)
TOLD: Final = replace(
    item(2, "visit_confirmed", DoneBy.SERVER, None),
    id="notice:2",
    source=TimelineSource.NOTICE,
    note="a•••@example.org",
    state="failed",
)
BACK: Final = replace(
    item(9, "refund", DoneBy.SERVER, None), id="refund:9", source=TimelineSource.REFUND, amount=usd(570)
)
TIMES: Final = (
    replace(item(0, "account looked at", DoneBy.SUPPORT, "Robin Sato"), note=WHY),
    CONFIRMED,
    PAID,
    TOLD,
    BACK,
    item(9000, "created and signed in"),
)


def support_world(*, demonstration: bool = False) -> FakeServer:
    """Return a server that answers everything the Support Desk and the account pages ask for."""
    server = world(demonstration=demonstration)
    for visit_id in {SECOND_VISIT.id, *(line.visit_id for line in TRANSACTIONS if line.visit_id)} - {VISIT.id}:
        server.answer("GET", f"/v1/visits/{visit_id}", replace(VISIT, id=visit_id))
    server.answer("POST", SEARCH, BOTH)
    server.answer("POST", LOOKS, LOOK, status=201)
    server.answer("POST", END, {})
    server.answer("GET", TIMELINE, Page(TIMES))
    server.answer("POST", CODE, OneTimeCode(Secret("12345678"), NOW + timedelta(minutes=15)))
    return server


async def find(at: Desk) -> None:
    """Find both of that name."""
    await at.sees("Name, e-mail, phone or reference")
    await at.type("ana riv")
    await at.press("enter")
    await at.sees("2 customers found.")


async def look(at: Desk) -> None:
    """Find Ana and look at her account, until her page stands there."""
    await find(at)
    await at.press("enter")
    await at.sees("Why do you look")
    await at.type(WHY)
    await at.press("enter")
    await at.sees("12 Elm Street", "LOOKING ONLY, nothing can be changed: Ana Rivera")


@asynccontextmanager
async def looking(server: FakeServer, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Desk]:
    """Run the app as the agent who looks at Ana's account."""
    async with desk(server, Support(), account=AGENT, size=size) as at:
        await look(at)
        yield at
