"""Pictures of every page of the wizard, at the smallest size and some at a wide one. Each was looked at and kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion

from backend_client import Page
from tests.tui.screens.schedule_visit.test_payment import WITH_PHONE, pay_with, with_phone
from tests.tui.screens.schedule_visit.world import (
    CHECKING,
    DEC_10,
    FULL_DRAFT,
    MATEO,
    OTHER_MATEO,
    PIMA,
    RICH,
    SHELBY,
    WAYS_TO_PAY,
    access,
    break_rule,
    drafted,
    hold,
    openings,
    resume,
    resume_at_confirm,
    resume_at_date,
    resume_at_individual,
    resume_at_time,
    there,
    world,
)
from tests.tui.support import Desk, FakeServer, desk
from tui.screens.schedule_visit import ScheduleVisit

SMALL, WIDE = (80, 24), (120, 40)


async def facility(at: Desk) -> None:
    await at.sees("Select the Facility", "Session fee")


async def visit_type(at: Desk) -> None:
    await at.sees("Select the type of visit", "SCHEDULE VISIT")


async def two_of_one_name(at: Desk) -> None:
    await resume_at_individual(at)
    await at.press("enter")
    await at.sees("2 people were found.")


async def a_day_in_december(at: Desk) -> None:
    await resume_at_date(at)
    await at.press("down", "right", "right")
    await at.sees("Thu Dec 10   14 of 16 times open")


async def taken_a_second_ago(at: Desk) -> None:
    await resume_at_time(at)
    await at.press("right", "right", "enter")
    await at.sees("That time was just taken.", "taken")


async def who_is_coming(at: Desk) -> None:
    await resume_at_confirm(at)
    await at.press("5")
    await at.sees("Up to 2 people")


async def running_out(at: Desk) -> None:
    await resume_at_confirm(at)
    at.clock.step(500)
    await at.sees("R Keep it longer")


async def checking(at: Desk) -> None:
    await resume_at_confirm(at)
    await at.press("enter")
    await at.sees("Checking the payment")


async def terms(at: Desk) -> None:
    await resume(at)
    await at.sees("Be on time", "more lines")


async def duration(at: Desk) -> None:
    await resume(at)
    await at.sees("Select the Duration")


async def payment(at: Desk) -> None:
    await resume(at)
    await at.sees("Payment information", "no money moves")


async def sources(at: Desk) -> None:
    await resume(at)
    await at.sees("You pay: $5.70, all from your account")
    await at.press("2")
    await at.sees("$4.00 of it from your account")


async def phone(at: Desk) -> None:
    await pay_with(at, "2")
    await at.sees("Pay $5.70 on your phone", "(8:00)")


async def confirmation(at: Desk) -> None:
    await resume_at_confirm(at)
    await at.press("enter")
    await at.sees("Your visit is confirmed.")


async def scan(at: Desk) -> None:
    await confirmation(at)
    await at.press("c")
    await at.sees("Scan this with your phone")


async def calendar_code(at: Desk) -> None:
    await confirmation(at)
    await at.press("k")
    await at.sees("For your phone's calendar")


async def begun(at: Desk) -> None:
    await at.sees("You were scheduling a visit.")


def two_facilities() -> FakeServer:
    return world(access(SHELBY), access(PIMA))


def two_mateos() -> FakeServer:
    server = world(draft=drafted("individual"))
    server.answer("GET", "/v1/facilities/F1/individuals", Page((MATEO, OTHER_MATEO)))
    return server


def busy() -> FakeServer:
    server = at_time()
    nearest = (there(DEC_10, 9, 30), there(DEC_10, 10))
    break_rule(server, "POST", "/v1/holds", "no_capacity", "That time was just taken.", nearest=nearest)
    server.answer("GET", "/v1/openings", openings(), openings(taken=((9, 0), (11, 30))))
    return server


def at_terms() -> FakeServer:
    return world(draft=drafted("terms"))


def at_individual() -> FakeServer:
    return world(draft=drafted("individual"))


def at_duration() -> FakeServer:
    return world(draft=drafted("duration"))


def at_date() -> FakeServer:
    return world(draft=drafted("date"))


def at_time() -> FakeServer:
    return world(draft=drafted("time"))


def kept() -> FakeServer:
    return world(draft=FULL_DRAFT, held=hold())


def rich() -> FakeServer:
    server = kept()
    server.answer("GET", WAYS_TO_PAY, replace(RICH, methods=WITH_PHONE.methods))
    return server


def slow_bank() -> FakeServer:
    server = kept()
    server.answer("POST", "/v1/visits", CHECKING, status=202)
    server.answer("GET", "/v1/payments/P1", CHECKING)
    return server


PAGES: dict[str, tuple[Callable[[], FakeServer], Callable[[Desk], Awaitable[None]]]] = {
    "begun": (kept, begun),
    "facility": (two_facilities, facility),
    "type": (world, visit_type),
    "terms": (at_terms, terms),
    "individual": (at_individual, resume_at_individual),
    "two_of_one_name": (two_mateos, two_of_one_name),
    "duration": (at_duration, duration),
    "date": (at_date, a_day_in_december),
    "time": (at_time, resume_at_time),
    "taken": (busy, taken_a_second_ago),
    "payment": (kept, payment),
    "sources": (rich, sources),
    "on_a_phone": (with_phone, phone),
    "confirm": (kept, resume_at_confirm),
    "who_is_coming": (kept, who_is_coming),
    "running_out": (kept, running_out),
    "checking": (slow_bank, checking),
    "confirmation": (kept, confirmation),
    "scan": (kept, scan),
    "calendar_code": (kept, calendar_code),
}


LOOKED_AT_WIDE = ("type", "terms", "date", "time", "sources", "on_a_phone", "confirm", "confirmation")
PICTURES = [
    *(pytest.param(page, SMALL, id=f"{page}-80x24") for page in PAGES),
    *(pytest.param(page, WIDE, id=f"{page}-120x40") for page in LOOKED_AT_WIDE),
]


@pytest.mark.parametrize(("page", "size"), PICTURES)
async def test_the_page_looks_as_it_did(page: str, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    make_server, walk = PAGES[page]
    async with desk(make_server(), ScheduleVisit(), size=size) as at:
        await walk(at)
        await at.sees_not("One moment")
        assert at.app.export_screenshot(title="Visit Desk") == snapshot(extension_class=SVGImageExtension)
