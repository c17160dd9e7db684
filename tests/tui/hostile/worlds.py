"""What the screens ask for, in plenty: servers whose answers fill every list and every branch of a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from backend_client import FreeVisit, Kiosk, Openings, PaymentPage, PaymentStatus, Promotion, Reason, WaitsFor
from backend_client import Page as PageOf
from tests.tui.screens import account_world as accounts
from tests.tui.screens.schedule_visit import world as wizard
from tests.tui.support import NOW, FakeServer

ROWS = 40
"""Rows of a list: more than the tallest terminal here shows."""


def full_world() -> FakeServer:
    """Return a server whose lists are longer than a screen."""
    server = accounts.world()
    server.answer("GET", "/v1/access", PageOf(accounts.ACCESSES * (ROWS // 4)))
    server.answer("GET", "/v1/visits", PageOf((accounts.VISIT,) * ROWS))
    server.answer("GET", "/v1/transactions", PageOf(accounts.TRANSACTIONS * (ROWS // 5)))
    server.answer("GET", "/v1/facilities", PageOf(accounts.IN_TEXAS[:ROWS]))
    server.answer("GET", "/v1/desk/F1/access-requests", PageOf(accounts.REQUESTS * (ROWS // 3)))
    day = replace(accounts.DESK_DAY, items=accounts.DESK_DAY.items * (ROWS // 2))
    server.answer("GET", "/v1/desk/F1/visits", day)
    return server


def drafted(step: str) -> Callable[[], FakeServer]:
    def make() -> FakeServer:
        server = wizard.world(draft=wizard.drafted(step))
        server.answer("GET", wizard.WAYS_TO_PAY, replace(wizard.WAYS, methods=wizard.METHODS * 9))
        people = (wizard.MATEO, wizard.OTHER_MATEO) * 5
        server.answer("GET", "/v1/facilities/F1/individuals", PageOf(people))
        server.answer("GET", "/v1/openings", openings())
        return server

    return make


def openings() -> Openings:
    reason = Reason("outside_timetable", "People are counted at this time.")
    found = wizard.openings()
    return replace(found, items=tuple(replace(one, reasons=(reason, reason)) for one in found.items))


def held() -> FakeServer:
    server = wizard.world(draft=wizard.FULL_DRAFT, held=wizard.hold())
    server.answer("GET", wizard.WAYS_TO_PAY, replace(wizard.WAYS, methods=wizard.METHODS * 9))
    return server


def rich() -> FakeServer:
    """Return a server at which every source can pay something."""
    server = held()
    ways = replace(wizard.RICH, free=FreeVisit(2, wizard.usd(570)), promo=Promotion("SPRING", wizard.usd(200)))
    server.answer("GET", wizard.WAYS_TO_PAY, ways)
    return server


def elsewhere() -> FakeServer:
    """Return a server that waits for somebody's phone."""
    server = held()
    page = PaymentPage("https://visits.example.org/p/K7M2QX4TRD", NOW, 480)
    payment = replace(wizard.PAYMENT, status=PaymentStatus.CHECKING, waits_for=WaitsFor.PHONE, page=page)
    server.answer("POST", "/v1/visits", replace(wizard.CHECKING, payment=payment), status=202)
    server.answer("GET", "/v1/payments/P1", replace(wizard.CHECKING, payment=payment))
    return server


def unsettled() -> FakeServer:
    server = held()
    server.answer("POST", "/v1/visits", wizard.CHECKING, status=202)
    server.answer("GET", "/v1/payments/P1", wizard.CHECKING)
    return server


def refused() -> FakeServer:
    server = held()
    wizard.break_rule(server, "POST", "/v1/visits", "any", "No.")
    return server


def enrolled() -> FakeServer:
    """Return a server that knows this terminal as a kiosk."""
    server = accounts.world()
    server.answer("GET", "/v1/kiosk", Kiosk("K1", "Front desk 1", accounts.SHELBY, 120, 300))
    return server


def no_kiosk() -> FakeServer:
    """Return a server that knows this terminal as no kiosk."""
    server = accounts.world()
    server.refuse("GET", "/v1/kiosk", 403, "kiosk_not_enrolled", "This is no kiosk.")
    return server
