"""A line that is gone: the program notices by itself, ends, and burns nothing until then."""

from __future__ import annotations

import signal
import sys

import pytest

from tests.terminal import Terminal
from tests.tui.lines.conftest import VISITDESK, Open
from tests.tui.lines.listener import Listener

pytestmark = pytest.mark.terminal

DEAF = """
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])
os.execv(sys.executable, [sys.executable, "-m", "tui", *sys.argv[1:]])
"""
"""Starts Visit Desk so that SIGHUP never reaches it."""
ENDED = 128 + signal.SIGHUP


def gone(terminal: Terminal, seconds: float = 15) -> int:
    """Hang up, wait until the program has ended, and return its exit code."""
    terminal.hang_up()
    return terminal.process.wait(seconds)


@pytest.mark.parametrize("controlling", [True, False], ids=["with SIGHUP", "without"])
def test_a_lost_line_ends_the_program(open_terminal: Open, *, controlling: bool) -> None:
    terminal = open_terminal(controlling=controlling)
    terminal.wait_for("E-mail")
    assert gone(terminal) == ENDED


def test_a_lost_line_ends_a_program_that_no_signal_reaches(open_terminal: Open, listener: Listener) -> None:
    terminal = open_terminal(command=[sys.executable, "-c", DEAF, "--server", listener.url])
    terminal.wait_for("E-mail")
    assert gone(terminal) == ENDED


@pytest.mark.parametrize("after", [0.0, 0.1, 0.3])
def test_a_line_that_is_lost_while_it_starts_ends_it_too(open_terminal: Open, listener: Listener, after: float) -> None:
    command = [sys.executable, "-c", DEAF, "--server", listener.url]
    terminal = open_terminal(command=command, controlling=False)
    terminal.wait_unechoed()
    terminal.listen(after)
    assert gone(terminal) == ENDED


def test_a_line_that_is_lost_with_much_on_its_way_ends_it_too(open_terminal: Open) -> None:
    terminal = open_terminal(controlling=False)
    terminal.wait_for("E-mail")
    terminal.send_unread(b"\t" * 600)
    assert gone(terminal) == ENDED


def test_the_program_is_started_as_people_start_it() -> None:
    assert VISITDESK[1:] == ["-m", "tui"]
