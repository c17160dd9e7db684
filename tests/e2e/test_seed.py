"""The seed, sentence by sentence, in a real terminal against the real server. ``docs/seed.toml`` names these tests."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from tests.desk import Desk
from tests.e2e.walk import FIRST_NAME, LAST_NAME, QUICK, TYPES, ask_for_access, be, picture, schedule, sign_up

pytestmark = [pytest.mark.terminal, pytest.mark.slow]

COLUMNS = (
    "Date Paid",
    "Incarcerated Individual's Name",
    "Appointment Date/Time",
    "Session Fee",
    "Transaction Fee",
    "Fee Source",
    "Details",
)


def test_nothing_is_shown_before_somebody_has_signed_in(desk: Desk) -> None:
    terminal = desk.open("--demo")
    terminal.wait_for("Sam Harper")
    picture(terminal, "sign-in")
    terminal.press("escape")
    terminal.wait_quiet()
    assert "Manage Account" not in terminal.screen_text()
    assert "E-mail" in terminal.screen_text()


def test_home_shows_the_video_connect_tile_and_its_first_item_is_manage_account(desk: Desk) -> None:
    terminal = be(desk, 1, sees="Video Connect")
    terminal.wait_for("Shelby County Jail, TN")
    terminal.wait_for("2 upcoming")
    picture(terminal, "home")
    assert re.search(r">1\s+Manage Account", terminal.screen_text())
    terminal.press("enter")
    terminal.wait_for("MY FACILITIES")
    assert re.search(
        r"MY FACILITIES\s+Add a New Facility\s+Transaction Details\s+Visits\s+Profile", terminal.screen_text()
    )


def test_a_facility_is_added_and_is_pending_until_it_is_approved(desk: Desk) -> None:
    terminal = be(desk, 2, sees="Video Connect")
    ask_for_access(terminal, f"{FIRST_NAME} {LAST_NAME}", "sister")
    picture(terminal, "add-facility-popup")
    terminal.wait_for("It shows as Pending")
    assert terminal.screen_text().count("OK") == 1
    terminal.press("enter")
    terminal.wait_for(re.compile(rf"{QUICK}.*Pending\s+answer due"))
    picture(terminal, "my-facilities-pending")
    terminal.wait_for(re.compile(rf"{QUICK}.*Schedule"))
    picture(terminal, "my-facilities-schedule")


def test_access_is_asked_for_from_manage_account_and_decided_by_an_officer(desk: Desk) -> None:
    visitor = be(desk, 2, sees="Video Connect")
    visitor.press("1")
    visitor.wait_for("MY FACILITIES")
    visitor.press("right")
    visitor.wait_for("Arizona")
    visitor.type("t")
    visitor.press("enter")
    visitor.wait_for(QUICK)
    visitor.type("s")
    visitor.wait_for(re.compile(r">\s?Shelby County Jail"))
    visitor.press("enter")
    visitor.type("Mateo Rivera")
    visitor.press("enter")
    visitor.type("friend")
    visitor.press("enter", "enter")
    visitor.wait_for("Request sent to Shelby County Jail, TN.")
    visitor.press("enter")
    visitor.wait_for(re.compile(r"Shelby County Jail, TN\s+Pending"))

    officer = be(desk, 3, sees="ACCESS REQUESTS 4")
    officer.press("end")
    officer.wait_for(re.compile(r">.*Okafor, Grace"))
    officer.type("i")
    officer.wait_for(re.compile(r"Okafor, Grace.*seen at desk"))
    officer.type("a")
    officer.wait_for("ACCESS REQUESTS 3")

    visitor.wait_for(re.compile(r"Shelby County Jail, TN\s+Schedule"))


def test_each_facility_shows_only_the_types_of_visit_that_it_offers(desk: Desk) -> None:
    terminal = be(desk, 2, sees="Video Connect")
    ask_for_access(terminal, f"{FIRST_NAME} {LAST_NAME}", "sister")
    terminal.press("enter")
    terminal.wait_for(re.compile(rf"{QUICK}.*Schedule"))
    terminal.press("enter")
    terminal.wait_for(TYPES)
    assert "by video" not in terminal.screen_text().replace("join by video", "")
    terminal.press("escape")
    terminal.wait_for("MY FACILITIES")

    terminal.press("f10")
    terminal.wait_for("Sam Harper")
    terminal.press("1")
    terminal.wait_for("2 upcoming")
    terminal.press("2")
    terminal.wait_for(TYPES)
    terminal.wait_for("Onsite (at the facility), in person")
    terminal.wait_for("Onsite (at the facility), by video")


def test_a_remote_visit_is_scheduled_paid_and_confirmed_in_the_order_of_the_seed(desk: Desk) -> None:
    terminal = desk.open("--demo")
    terminal.wait_for("Sam Harper")
    sign_up(terminal)
    ask_for_access(terminal, f"{FIRST_NAME} {LAST_NAME}", "sister")
    terminal.press("enter")
    terminal.wait_for(re.compile(rf"{QUICK}.*Schedule"))
    terminal.press("enter")
    schedule(terminal)
    reference = re.search(r"VD-[0-9A-Z]{6}", terminal.screen_text())
    assert reference
    terminal.press("enter")
    terminal.wait_for("1 upcoming")
    terminal.press("4")
    terminal.wait_for(re.compile(rf"{FIRST_NAME} {LAST_NAME[:6]}.*Visa 4242 Booked"))
    terminal.press("enter")
    terminal.wait_for(reference.group())


def test_transaction_details_has_exactly_the_columns_of_the_seed(desk: Desk) -> None:
    terminal = be(desk, 1, sees="2 upcoming")
    terminal.press("4")
    terminal.wait_for("TRANSACTION DETAILS")
    terminal.wait_for("Refund")
    picture(terminal, "transaction-details")
    assert _heading(terminal.screen_text()) == COLUMNS


def _heading(screen: str) -> tuple[str, ...]:
    """Return the headings of the table, read column by column from the lines above its first row."""
    lines = screen.splitlines()
    last = next(number for number, line in enumerate(lines) if "Date/Time" in line)
    edges = (0, 7, 23, 42, 50, 62, 72, 80)
    columns = []
    for left, right in pairwise(edges):
        words = " ".join(lines[number][left:right].strip(" ▾▴") for number in range(last - 2, last + 1))
        columns.append(" ".join(words.split()))
    return tuple(columns)
