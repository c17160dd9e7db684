"""A kiosk in a real terminal: one visitor after another, and nothing of the one for the next."""

from __future__ import annotations

import os
import re
import signal
import termios
from collections.abc import Iterator

import pytest

from tests.e2e.kiosk import ANY_KEY, FACILITY, HOME, LONG, Kiosk, begin, family, opened_kiosk, sign_in, visitor

pytestmark = [pytest.mark.terminal, pytest.mark.slow, pytest.mark.timeout(300)]

NO_PATIENCE = "import tui.kiosk.standing\ntui.kiosk.standing.SHORT_LIFE = 0\n"
"""A key ends the sentence about a crash, however early it came: tests wait no quarter of a minute for its end."""
SHORT = "import tui.kiosk.standing\ntui.kiosk.standing.BROKE_SECONDS = 3.0\n"
"""Without a key it ends too; here sooner than for people."""
CRASH = """
from tui.screens.home import Home
def compose(self):
    card_number = "4242424242424242"
    raise ValueError(f"bad card {card_number}")
Home.compose = compose
"""


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kiosk]:
    with opened_kiosk(tmp_path_factory.mktemp("kiosk")) as opened:
        yield opened


@pytest.fixture(autouse=True)
def closed(kiosk: Kiosk) -> Iterator[None]:
    """Close what a test has opened: the next one begins with an empty desk."""
    yield
    for terminal in kiosk.desk.terminals:
        terminal.close()
    kiosk.desk.terminals.clear()


def test_the_attract_screen_says_where_this_is_and_any_key_begins(kiosk: Kiosk) -> None:
    terminal = kiosk.open()
    terminal.wait_for(ANY_KEY, LONG)
    terminal.wait_for(FACILITY)
    begin(terminal)


def test_who_goes_away_without_signing_in_leaves_nothing(kiosk: Kiosk) -> None:
    terminal = kiosk.open()
    begin(terminal)
    terminal.press("tab")
    terminal.type("ana@example.org")
    terminal.wait_for("ana@example.org", LONG)
    terminal.press("esc")
    terminal.wait_for(ANY_KEY, LONG)
    begin(terminal)
    assert "ana@" not in terminal.screen_text()


def test_every_visitor_has_a_process_of_their_own_and_leaves_nothing_on_the_terminal(kiosk: Kiosk) -> None:
    before = kiosk.files()
    terminal = kiosk.open()
    sign_in(terminal)
    first = visitor(terminal)
    terminal.press("f10")
    terminal.wait_for(ANY_KEY, LONG)
    assert visitor(terminal) != first
    last = terminal.raw().rpartition(b"Ana Rivera")[2]
    assert last.count(b"\x1b[3J") == 2  # of both screens
    assert last.index(b"\x1b[3J") < last.index(b"Press any key")
    assert kiosk.files() == before
    assert kiosk.credential.stat().st_mode & 0o777 == 0o600


def test_a_picture_that_is_held_still_is_not_what_the_next_visitor_finds(kiosk: Kiosk) -> None:
    terminal = kiosk.open()
    sign_in(terminal)
    line = os.open(f"/proc/{terminal.process.pid}/fd/0", os.O_RDWR | os.O_NOCTTY)
    termios.tcflow(line, termios.TCOOFF)  # what Scroll Lock does on a console
    os.close(line)
    terminal.press("f10")
    terminal.wait_for(ANY_KEY, LONG)
    assert "Ana" not in terminal.screen_text()


def test_keys_that_one_visitor_has_typed_ahead_are_not_the_next_ones(kiosk: Kiosk) -> None:
    terminal = kiosk.open()
    sign_in(terminal)
    terminal.press("f10", "x", "1", "1", "2", "enter")
    terminal.wait_for(ANY_KEY, LONG)
    terminal.listen(0.5)
    assert ANY_KEY in terminal.screen_text()


def test_a_crash_shows_a_sentence_and_a_reference_and_the_attract_screen_is_back(kiosk: Kiosk) -> None:
    before = kiosk.files()
    terminal = kiosk.open(plant=NO_PATIENCE + CRASH)
    begin(terminal)
    terminal.press("1")
    terminal.wait_for("Something went wrong on our side.", LONG)
    terminal.wait_for("Reference ")
    terminal.press("space")
    assert b"4242" not in terminal.raw()
    assert b"Traceback" not in terminal.raw()
    terminal.wait_for(ANY_KEY, LONG)
    assert "Reference" not in terminal.screen_text()
    assert kiosk.files() == before


def test_where_it_broke_is_in_the_journal_and_no_value_is(kiosk: Kiosk) -> None:
    journal = kiosk.desk.home / "journal"
    terminal = kiosk.open(
        plant=f"import os\nos.dup2(os.open({str(journal)!r}, os.O_WRONLY | os.O_CREAT), 2)\n{SHORT}{CRASH}"
    )
    begin(terminal)
    terminal.press("1")
    reference = terminal.wait_for(re.compile(r"Reference \w{6}"), LONG).split()[1]
    terminal.wait_for(ANY_KEY, LONG)
    said = journal.read_text()
    journal.unlink()
    assert said.startswith(f"{reference} ValueError\n")
    assert " compose\n" in said
    assert f"{reference} a visitor's process ended with 1" in said
    assert "4242" not in said


def test_a_kiosk_that_cannot_start_says_so_and_nothing_more(kiosk: Kiosk) -> None:
    terminal = kiosk.open(plant="import tui.kiosk.starting as starting\ndel starting._show")
    terminal.wait_for("This kiosk cannot start.", LONG)
    assert terminal.wait_exit(LONG) == 1
    assert b"Traceback" not in terminal.raw()


def test_a_visitors_process_that_is_killed_is_followed_by_the_attract_screen(kiosk: Kiosk) -> None:
    terminal = kiosk.open(plant=NO_PATIENCE)
    sign_in(terminal)
    os.kill(visitor(terminal), signal.SIGKILL)
    terminal.wait_for("Something went wrong on our side.", LONG)
    terminal.press("space")
    terminal.wait_for(ANY_KEY, LONG)


def test_a_kiosk_that_is_killed_takes_its_visitor_along(kiosk: Kiosk) -> None:
    terminal = kiosk.open()
    sign_in(terminal)
    terminal.process.kill()
    assert terminal.wait_exit(LONG) == -signal.SIGKILL
    terminal.wait_quiet(0.5)
    assert family(terminal) == {}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_told_to_end_a_kiosk_wipes_the_terminal_and_signs_out(kiosk: Kiosk, number: signal.Signals) -> None:
    terminal = kiosk.open()
    sign_in(terminal)
    os.kill(terminal.process.pid, number)
    assert terminal.wait_exit(LONG) == 128 + number
    assert "Ana" not in terminal.screen_text()
    assert family(terminal) == {}


def test_a_kiosk_that_was_taken_out_of_service_serves_nobody(kiosk: Kiosk) -> None:
    kiosk.enrol("Front desk 2")
    kiosk.operator("kiosk", "revoke", FACILITY, "Front desk 2")
    terminal = kiosk.open()
    terminal.wait_for("This kiosk is not in service.", LONG)
    terminal.press("space", "enter")
    terminal.listen(0.5)
    assert "not in service" in terminal.screen_text()
    kiosk.enrol("Front desk 3")


def test_a_credential_that_others_can_read_is_not_used(kiosk: Kiosk) -> None:
    kiosk.credential.chmod(0o640)
    try:
        terminal = kiosk.open()
        terminal.wait_for("can be read by others", LONG)
    finally:
        kiosk.credential.chmod(0o600)


def test_signed_out_by_the_clock_the_next_attract_screen_says_so(kiosk: Kiosk) -> None:
    kiosk.operator("facility", "set", FACILITY, "--setting", "kiosk_idle_seconds=30", "kiosk_warning_seconds=25")
    try:
        terminal = kiosk.open()
        sign_in(terminal)
        terminal.wait_for("Are you still there?", LONG)
        terminal.press("3")  # the answer, and nothing else
        terminal.wait_gone("Are you still there?", LONG)
        terminal.wait_for(HOME)
        terminal.wait_for("The time of whoever was here before was over", LONG)
        assert "Ana" not in terminal.screen_text()
    finally:
        kiosk.operator("facility", "set", FACILITY, "--setting", "kiosk_idle_seconds=120", "kiosk_warning_seconds=30")
