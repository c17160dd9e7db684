"""A terminal that is slow or stops reading: the program goes on, waits without burning anything, and catches up."""

from __future__ import annotations

import os
import re
import select
import signal
from pathlib import Path

import pytest

from tests.terminal import Terminal
from tests.tui.lines.conftest import Open
from tests.tui.lines.listener import Listener
from tests.tui.lines.test_signals import tell

pytestmark = pytest.mark.terminal

ROUNDS = 60
"""Rounds through all fields and links: each of their frames is some hundred bytes, together several times what a
pseudo-terminal holds."""
ROUND = b"\t" * 4


def state_of(terminal: Terminal) -> tuple[str, float]:
    """Return the program's state (S: it waits, R: it runs or wants to), and the seconds of processor it has used."""
    words = Path(f"/proc/{terminal.process.pid}/stat").read_text().rpartition(")")[2].split()
    return words[0], (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def stall(terminal: Terminal) -> None:
    """Stop reading, and have the program write more than any buffer holds."""
    terminal.wait_for("Create account")
    terminal.wait_quiet()
    terminal.send_unread(ROUND * ROUNDS)


def wait_at_rest(terminal: Terminal) -> None:
    """Wait until the program has done what there was to do: for a second it only waits, and uses no processor."""
    for _ in range(60):
        began = state_of(terminal)[1]
        states, used = set[str](), began
        for _sample in range(10):
            select.select([], [], [], 0.1)
            state, used = state_of(terminal)
            states.add(state)
        if states == {"S"} and used - began < 0.03:
            return
    pytest.fail("with nothing to do it does not come to rest")


def sign_in_unseen(terminal: Terminal, listener: Listener) -> None:
    """Sign in at a terminal that does not read, after everything that was pressed before."""
    terminal.send_unread(b"ana@example.org\rcorrect horse battery\r")
    listener.wait_heard("POST /v1/sign-in")


def test_a_terminal_that_stops_reading_does_not_stop_the_program(open_terminal: Open, listener: Listener) -> None:
    terminal = open_terminal()
    stall(terminal)
    sign_in_unseen(terminal, listener)


def test_when_it_reads_again_it_gets_the_picture_of_now_and_no_older_ones(open_terminal: Open) -> None:
    terminal = open_terminal()
    stall(terminal)
    before = len(terminal.raw())
    terminal.send_unread(b"ana@example.org")
    wait_at_rest(terminal)
    terminal.wait_for("ana@example.org")
    terminal.wait_quiet()
    assert len(terminal.raw()) - before < 200_000, "all frames together are three times as much"
    caught_up = terminal.screen_text()
    terminal.screen.reset()
    tell(terminal, signal.SIGCONT)
    terminal.wait_until(lambda screen: screen == caught_up, "the same picture, painted anew")


def test_nothing_is_burnt_while_it_does_not_read(open_terminal: Open) -> None:
    terminal = open_terminal()
    stall(terminal)
    wait_at_rest(terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_all_the_same_and_the_terminal_finds_itself_restored(
    open_terminal: Open, number: signal.Signals
) -> None:
    terminal = open_terminal()
    stall(terminal)
    wait_at_rest(terminal)
    tell(terminal, number)
    assert terminal.process.wait(15) == 128 + number
    assert terminal.modes() == terminal.modes_before
    terminal.wait_exit()
    assert terminal.raw().endswith(b"\x1b[?1049l\x1b[?25h")


def test_a_slow_line_ends_with_the_picture_of_now(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.wait_for("E-mail")
    for letter in "ana@example.org":
        terminal.send_unread(letter.encode() + b"\t\x1b[Z" * 4)
        terminal.listen(0.01)
    terminal.wait_for(re.compile(r"ana@example\.org"))
