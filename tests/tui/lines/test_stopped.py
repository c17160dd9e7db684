"""Stopped and continued: the shell gets its terminal back as it was, the program its own, with the whole picture."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.terminal import WAIT, Terminal
from tests.tui.lines import shell
from tests.tui.lines.conftest import VISITDESK, Open
from tests.tui.lines.listener import Listener
from tests.tui.lines.test_signals import RESTORED, begin, enrolled

pytestmark = pytest.mark.terminal


def job_of(terminal: Terminal) -> int:
    """Return the process id of the shell's job."""
    children = Path(f"/proc/{terminal.process.pid}/task/{terminal.process.pid}/children")
    return int(children.read_text().split()[0])


def as_a_job(open_terminal: Open, listener: Listener) -> Terminal:
    """Start Visit Desk as a job of a shell, and type something on its first page."""
    terminal = open_terminal(command=[sys.executable, shell.__file__, *VISITDESK, "--server", listener.url])
    terminal.wait_for("E-mail")
    terminal.type("ana@")
    terminal.wait_for("ana@")
    terminal.wait_for("There is no keyring here")  # the last that comes by itself: from now on only a stop changes it
    terminal.wait_quiet()
    return terminal


def go_on(terminal: Terminal) -> None:
    """Continue the job, and see that the page stands there whole and takes keys as if nothing had been."""
    terminal.screen.reset()
    terminal.type("fg\n")
    terminal.wait_for("Create account")
    terminal.wait_for("Password")
    terminal.wait_unechoed()
    terminal.type("example.org")
    terminal.wait_for("ana@example.org")


def test_a_stop_gives_the_terminal_back_and_going_on_takes_it_again(open_terminal: Open, listener: Listener) -> None:
    terminal = as_a_job(open_terminal, listener)
    os.kill(job_of(terminal), signal.SIGTSTP)
    terminal.wait_for(re.compile(r"stopped, terminal sane"))
    assert b"\x1b[?1049l" in terminal.raw()
    go_on(terminal)
    os.kill(job_of(terminal), signal.SIGTSTP)
    terminal.wait_for(re.compile(r"stopped, terminal sane"))


def test_a_stop_without_a_word_is_made_good_when_it_is_continued(open_terminal: Open, listener: Listener) -> None:
    terminal = as_a_job(open_terminal, listener)
    os.kill(job_of(terminal), signal.SIGSTOP)
    terminal.wait_for("stopped, terminal raw")
    go_on(terminal)


def test_a_stop_is_heeded_before_there_is_a_page(open_terminal: Open, listener: Listener) -> None:
    terminal = open_terminal(command=[sys.executable, shell.__file__, *VISITDESK, "--server", listener.url])
    terminal.wait_unechoed()
    os.kill(job_of(terminal), signal.SIGTSTP)
    terminal.wait_for("stopped, terminal sane")
    terminal.screen.reset()
    terminal.type("fg\n")
    terminal.wait_for("Create account")


def test_nothing_stops_a_kiosk_half_way(open_terminal: Open, listener: Listener, tmp_path: Path) -> None:
    command = [sys.executable, shell.__file__, *VISITDESK, "--server", listener.url, "--kiosk"]
    terminal = open_terminal(command=command, **enrolled(tmp_path))
    begin(terminal)
    terminal.type("ana@")
    terminal.wait_for("ana@")
    os.killpg(job_of(terminal), signal.SIGTSTP)
    terminal.type("example.org")
    terminal.wait_for("ana@example.org")
    assert "stopped" not in terminal.screen_text()


def wait_stopped(terminal: Terminal) -> None:
    """Wait until the program is stopped."""
    status = Path(f"/proc/{terminal.process.pid}/stat")
    deadline = time.monotonic() + WAIT
    while status.read_text().rpartition(")")[2].split()[0] != "T":
        assert time.monotonic() < deadline, "it does not stop"
        terminal.listen(0.02)


def test_without_a_shell_too_a_stop_gives_the_terminal_back_and_going_on_takes_it_again(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.wait_for("There is no keyring here")
    terminal.wait_quiet()
    os.kill(terminal.process.pid, signal.SIGTSTP)
    wait_stopped(terminal)
    assert terminal.modes() == terminal.modes_before
    terminal.wait_quiet()
    assert terminal.raw().endswith(RESTORED)
    terminal.screen.reset()
    os.kill(terminal.process.pid, signal.SIGCONT)
    terminal.wait_for("Create account")
    terminal.type("ana@example.org")
    terminal.wait_for("ana@example.org")


def test_a_line_that_is_lost_while_it_is_stopped_ends_it(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.wait_for("E-mail")
    os.kill(terminal.process.pid, signal.SIGTSTP)
    wait_stopped(terminal)
    terminal.hang_up()
    assert terminal.process.wait(WAIT) == 128 + signal.SIGHUP
