"""Walking the program with keys alone, as somebody who sits at it for the first time does."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tests.desk import Desk
from tests.terminal import Terminal

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
TAKE_PICTURES = os.environ.get("VISITDESK_PICTURES") == "1"
"""Set by ``make pictures``: the walk then renews the pictures in the docs."""
FIRST_NAME, LAST_NAME, NUMBER = "Latoya", "Pettigrew", "DC-33916"
"""Somebody on the roster of the demonstration facility that answers by itself."""
QUICK = "Davidson County Jail"
TYPES = re.compile(r">1\s+Remote \(at home\)")
"""The types of visit are there to choose from."""
TIME_TO_READ = 0.4
"""Seconds after which the last page takes an Enter: one that was meant for the page before confirms nothing."""


def picture(terminal: Terminal, name: str) -> None:
    """Keep a picture of the screen for the docs, where pictures are asked for."""
    terminal.wait_quiet()
    if TAKE_PICTURES:
        terminal.svg(PICTURES / f"{name}.svg", f"Visit Desk: {name.replace('-', ' ')}")


def be(desk: Desk, number: int, *, sees: str) -> Terminal:
    """Start the demonstration and be one of its people, by the number on the sign-in page."""
    terminal = desk.open("--demo")
    terminal.wait_for("Who would you like to be?")
    terminal.wait_for("Sam Harper")
    terminal.press(str(number))
    terminal.wait_for(sees)
    return terminal


def sign_up(terminal: Terminal) -> None:
    """Create an account from the sign-in page, with keys alone; ends on Home."""
    terminal.press("tab", "tab", "tab")
    terminal.wait_for("Create account")
    terminal.press("down", "enter")
    terminal.wait_for("Your name, as it stands on your ID")
    _fill(terminal, "Noor", "Al-Rashid", "3/14/1971")
    terminal.wait_for("Where you live")
    _fill(terminal, "12 Elm Street", "Nashville", "TN", "37203", "615 555 0142")
    terminal.wait_for("The ID you will show")
    terminal.press("enter")
    _fill(terminal, "881A")
    terminal.wait_for("How you sign in")
    _fill(terminal, "noor@example.org", "a long enough password")
    terminal.wait_for("filled in from the message")
    terminal.press("enter")
    terminal.wait_for("Noor.")


def _fill(terminal: Terminal, *values: str) -> None:
    for value in values:
        terminal.type(value)
        terminal.press("enter")


def ask_for_access(terminal: Terminal, person: str, relationship: str) -> None:
    """From Home: Manage Account, Add a New Facility, state, facility, ADD FACILITY; ends on the popup."""
    terminal.press("1")
    terminal.wait_for("MY FACILITIES")
    terminal.press("right")
    terminal.wait_for("ADD A NEW FACILITY")
    terminal.wait_for("Arizona")
    picture(terminal, "add-facility")
    terminal.type("t")
    terminal.wait_for(re.compile(r">\s?Tennessee"))
    terminal.press("enter")
    terminal.wait_for(QUICK)
    picture(terminal, "add-facility-state")
    terminal.type("d")
    terminal.wait_for("An officer answers")
    terminal.press("enter")
    _fill(terminal, person, relationship)
    terminal.wait_for(re.compile(r">\s*ADD FACILITY"))
    picture(terminal, "add-facility-chosen")
    terminal.press("enter")
    terminal.wait_for("Request sent to")


def read_terms(terminal: Terminal) -> None:
    """Read the Terms and Conditions to their end and accept them."""
    terminal.wait_for("TERMS")
    terminal.wait_for("Read ")
    picture(terminal, "schedule-terms")
    while "You have read to the end." not in terminal.screen_text():
        terminal.press("pagedown")
        terminal.wait_quiet()
    terminal.press("enter")


def find_person(terminal: Terminal) -> None:
    """Find the Incarcerated Individual by first and last name."""
    terminal.wait_for("Find the Incarcerated Individual")
    picture(terminal, "schedule-individual")
    terminal.press("enter", "enter")
    terminal.wait_for(NUMBER)
    terminal.press("enter")


def schedule(terminal: Terminal) -> None:
    """Go through the wizard from the type to the confirmation, in the order of the seed."""
    terminal.wait_for("Select the type of visit")
    terminal.wait_for(TYPES)
    picture(terminal, "schedule-type")
    terminal.press("1")
    terminal.wait_for(re.compile(r">\s*SCHEDULE VISIT"))
    terminal.press("enter")
    read_terms(terminal)
    find_person(terminal)
    terminal.wait_for("Select the Duration")
    picture(terminal, "schedule-duration")
    terminal.press("enter")
    terminal.wait_for("Select the Date")
    terminal.wait_for(re.compile(r"\d+ of \d+ times open"))
    picture(terminal, "schedule-date")
    terminal.press("enter")
    terminal.wait_for("Select the Time")
    terminal.wait_for(re.compile(r">\d+:\d\d<"))
    picture(terminal, "schedule-time")
    terminal.press("enter")
    terminal.wait_for("Payment information")
    terminal.wait_for("Visa")
    picture(terminal, "schedule-payment")
    terminal.press("enter")
    terminal.wait_for("Check your answers")
    picture(terminal, "schedule-confirm")
    confirm(terminal)
    terminal.wait_for("Your visit is confirmed.")
    picture(terminal, "schedule-done")


def confirm(terminal: Terminal, times: int = 1) -> None:
    """Press Enter on the page of all answers, as often as an impatient person does."""
    terminal.wait_for("Check your answers")
    terminal.listen(TIME_TO_READ)
    terminal.press(*["enter"] * times)


def on_to_payment(terminal: Terminal) -> None:
    """Go from Ana's Home through every step of a remote visit with her son to the choice of payment."""
    terminal.press("2")
    terminal.wait_for(TYPES)
    terminal.press("1")
    terminal.wait_for(re.compile(r">\s*SCHEDULE VISIT"))
    terminal.press("enter")
    terminal.wait_for("You accepted this text")
    terminal.press("enter")
    terminal.wait_for("Find the Incarcerated Individual")
    terminal.press("tab", "tab")
    terminal.type("20418")
    terminal.press("enter")
    terminal.wait_for("#20418")
    terminal.press("enter")
    terminal.wait_for("Select the Duration")
    terminal.press("enter")
    terminal.wait_for(re.compile(r"\d+ of \d+ times open"))
    terminal.press("enter")
    terminal.wait_for(re.compile(r">\d+:\d\d<"))
    terminal.press("enter")
