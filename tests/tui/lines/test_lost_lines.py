"""A line that is gone: the program notices by itself, ends, and burns nothing until then."""

from __future__ import annotations

import os
import select
import signal
import sys
from pathlib import Path

import pytest

from tests.terminal import Terminal
from tests.tui.lines.conftest import Open
from tests.tui.lines.listener import TOKEN, Listener
from tests.tui.lines.test_signals import begin, enrolled, sign_in

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


@pytest.mark.parametrize("controlling", [True, False], ids=["with SIGHUP", "without"])
def test_a_lost_line_ends_a_kiosk_with_the_sign_in_and_all_its_processes(
    open_terminal: Open, listener: Listener, tmp_path: Path, *, controlling: bool
) -> None:
    terminal = open_terminal("--kiosk", controlling=controlling, **enrolled(tmp_path))
    begin(terminal)
    sign_in(terminal)
    processes = [os.pidfd_open(pid) for pid in (terminal.process.pid, *children_of(terminal.process.pid))]
    gone(terminal)
    listener.wait_heard(f"DELETE /v1/sign-in Bearer {TOKEN}")
    for process in processes:
        assert select.select([process], [], [], 15)[0], "a process is left"
        os.close(process)


def children_of(pid: int) -> list[int]:
    """Return the process ids of a process's children."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
