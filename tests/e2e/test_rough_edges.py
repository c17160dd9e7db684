"""What goes wrong at a real terminal: slow lines, small windows, a server that goes away, a card that is declined."""

from __future__ import annotations

import re

import pytest

from tests.desk import Desk
from tests.e2e.walk import TIME_TO_READ, be, confirm, on_to_payment
from tests.terminal import Terminal

pytestmark = pytest.mark.terminal


def _slowly(terminal: Terminal, sequence: bytes, seconds: float) -> None:
    """Send a key's bytes one by one, as a slow line delivers them."""
    for number in range(len(sequence)):
        terminal.send(sequence[number : number + 1])
        terminal.listen(seconds)


@pytest.mark.parametrize(("env", "between"), [({}, 0.04), ({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, 0.3)])
def test_an_arrow_key_that_a_slow_line_splits_stays_an_arrow_key(
    desk: Desk, env: dict[str, str], between: float
) -> None:
    terminal = desk.open("--demo", env=env)
    terminal.wait_for("Sam Harper")
    _slowly(terminal, b"\x1b[B", between)
    terminal.wait_for(re.compile(r">2\s+Grace Okafor"))


def test_a_window_that_is_too_small_asks_for_room_and_loses_nothing(desk: Desk) -> None:
    terminal = desk.open()
    terminal.wait_for("E-mail")
    terminal.type("noor@example.org")
    terminal.wait_for("noor@example.org")
    terminal.resize(60, 20)
    terminal.wait_for("80 by 24 is enough")
    terminal.resize(100, 30)
    terminal.wait_for("noor@example.org")


def test_a_wrong_password_is_said_plainly_and_the_address_stays(desk: Desk) -> None:
    terminal = desk.open()
    terminal.wait_for("E-mail")
    for value in ("noor@example.org", "not the right password"):
        terminal.type(value)
        terminal.press("enter")
    terminal.wait_for("do not belong together")
    terminal.wait_for("noor@example.org")
    assert "not the right password" not in terminal.screen_text()


def test_a_paste_of_a_hundred_thousand_letters_is_cut_with_a_sentence(desk: Desk) -> None:
    terminal = desk.open()
    terminal.wait_for("E-mail")
    terminal.paste("x" * 100_000)
    terminal.wait_for("only the first")
    terminal.press("tab")
    terminal.type("still here")
    terminal.wait_for("••••••••••")


def test_a_server_that_is_killed_comes_back_and_the_page_with_it(desk: Desk) -> None:
    terminal = be(desk, 1, sees="2 upcoming")
    desk.kill_server()
    terminal.press("1")
    terminal.wait_for(re.compile(r"Shelby County Jail, TN\s+Schedule"))
    terminal.wait_gone("not reachable")


def test_a_declined_card_keeps_the_time_and_every_answer(desk: Desk) -> None:
    terminal = be(desk, 1, sees="2 upcoming")
    on_to_payment(terminal)
    terminal.wait_for("Visa 0002")
    terminal.press("2")
    confirm(terminal, times=2)
    terminal.wait_for(re.compile("declined", re.IGNORECASE))
    terminal.wait_for("We keep this time until")
    terminal.wait_for("Visa 4242")
    terminal.press("1")
    terminal.wait_for("Check your answers")
    terminal.wait_for("Mateo Rivera, #20418")
    confirm(terminal)
    terminal.wait_for("Your visit is confirmed.")


def test_a_visit_is_moved_with_keys_alone_and_stands_at_its_new_time(desk: Desk) -> None:
    terminal = be(desk, 1, sees="2 upcoming")
    terminal.press("3")
    terminal.wait_for("Visits to come")
    terminal.press("enter")
    terminal.wait_for("M Move")
    terminal.press("m")
    terminal.wait_for("You can schedule until")
    terminal.press("enter")
    terminal.wait_for("Select the Time")
    terminal.wait_for("ends ")
    terminal.press("enter")
    terminal.wait_for("Move this visit?")
    terminal.listen(TIME_TO_READ)
    terminal.press("enter")
    terminal.wait_for("Your visit is moved.")
