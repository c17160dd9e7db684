"""Whoever tells the program to end, and whenever: it ends, says so by its exit code, and restores the terminal."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.terminal import Terminal
from tests.tui.lines.conftest import Open
from tests.tui.lines.listener import TOKEN, Listener

pytestmark = pytest.mark.terminal

ENDING = [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT]
RESTORED = b"\x1b[?1049l\x1b[?25h"
"""The screen from before, and the cursor."""


def sign_in(terminal: Terminal) -> None:
    """Sign in, at a page that is shown."""
    terminal.wait_for("E-mail")
    terminal.type("ana@example.org")
    terminal.press("enter")
    terminal.type("correct horse battery")
    terminal.wait_for("•" * 21)
    terminal.press("enter")
    terminal.wait_for("Ana")


def open_kiosk(open_terminal: Open, home: Path) -> Terminal:
    """Start a kiosk that is enrolled, and have somebody sign in there."""
    terminal = open_terminal("--kiosk", **enrolled(home))
    begin(terminal)
    sign_in(terminal)
    return terminal


def enrolled(home: Path) -> dict[str, str]:
    """Enrol a machine; return the environment that says so."""
    credential = home / "kiosk.credential"
    credential.touch(0o600)
    credential.write_text("a-credential\n")
    return {"VISITDESK_KIOSK_CREDENTIAL": str(credential)}


def begin(terminal: Terminal) -> None:
    """Press the key that begins at a kiosk."""
    terminal.wait_for("Press any key to begin.")
    terminal.press("enter")
    terminal.wait_for("E-mail")


def tell(terminal: Terminal, number: signal.Signals) -> None:
    """Send the program a signal."""
    os.kill(terminal.process.pid, number)


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_ends_it_with_the_terminal_as_it_was(open_terminal: Open, number: signal.Signals) -> None:
    terminal = open_terminal()
    terminal.wait_for("E-mail")
    assert terminal.modes() != terminal.modes_before
    tell(terminal, number)
    assert terminal.wait_exit() == 128 + number
    assert terminal.modes() == terminal.modes_before
    assert terminal.raw().endswith(RESTORED)


@pytest.mark.parametrize("number", ENDING)
@pytest.mark.parametrize("after", [0.0, 0.05, 0.1, 0.2, 0.4])
def test_a_signal_is_heeded_from_the_first_moment(open_terminal: Open, number: signal.Signals, after: float) -> None:
    terminal = open_terminal()
    terminal.wait_unechoed()
    terminal.listen(after)
    tell(terminal, number)
    assert terminal.wait_exit() == 128 + number
    assert terminal.modes() == terminal.modes_before
    assert b"\x1b[?1049h" not in terminal.raw().partition(RESTORED)[2]


def test_a_second_signal_does_not_cut_leaving_short(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.wait_for("E-mail")
    for _ in range(20):
        tell(terminal, signal.SIGTERM)
        tell(terminal, signal.SIGHUP)
    assert terminal.wait_exit() in {128 + signal.SIGTERM, 128 + signal.SIGHUP}
    assert terminal.modes() == terminal.modes_before
    assert RESTORED in terminal.raw()


HANGS = """
import asyncio, sys, time
from textual.widgets import Static
from tui import line as lines
from tui.on_line import OnLine

lines.LEAVING_SECONDS = 0.5

class Hangs(OnLine):
    def compose(self):
        yield Static("hangs")

    def on_key(self):
        self.exit(0, 7)
        if sys.argv[1] == "the loop":
            time.sleep(60)
        asyncio.get_running_loop().run_in_executor(None, time.sleep, 60)

with lines.Line(0) as line:
    app = Hangs()
    app.line = line
    app.run(mouse=False)
"""
"""An app of which something hangs when it ends, such as the look-up of a name in a network that is gone."""


@pytest.mark.parametrize("what", ["a thread", "the loop"])
def test_leaving_takes_no_longer_than_it_may_whatever_hangs(open_terminal: Open, what: str) -> None:
    terminal = open_terminal(command=[sys.executable, "-c", HANGS, what])
    terminal.wait_for("hangs")
    terminal.press("enter")
    assert terminal.wait_exit() == 7
    assert terminal.modes() == terminal.modes_before
    assert terminal.raw().endswith(RESTORED)


BEGINS = """
from textual.screen import Screen
from textual.widgets import Static
from tui import line as lines
from tui.on_line import OnLine

class Begins(Screen):
    def compose(self):
        yield Static(id="there")

    def on_mount(self):
        self.query_one("#there")

class Told(OnLine):
    def on_mount(self):
        super().on_mount()
        self.exit(None, 130)
        self.push_screen(Begins())

with lines.Line(0) as line:
    app = Told()
    app.line = line
    app.run(mouse=False)
raise SystemExit(app.return_code)
"""
"""An app that is told to end just before its first page begins: such a page is given no widgets any more."""


def test_a_page_that_begins_while_the_app_ends_is_no_fault(open_terminal: Open) -> None:
    terminal = open_terminal(command=[sys.executable, "-c", BEGINS])
    assert terminal.wait_exit() == 130
    assert terminal.modes() == terminal.modes_before
    assert terminal.raw().endswith(RESTORED)


NOT_ANEW = """
import os, sys
from tui.__main__ import main

def refuse(_descriptor):
    raise PermissionError

os.ttyname = refuse
code = main(sys.argv[1:])
print("left", code, os.get_blocking(0), flush=True)
"""
"""Visit Desk where the terminal's own name cannot be opened, as after ``su`` to somebody else."""


@pytest.mark.parametrize("controlling", [True, False], ids=["by /dev/tty", "not at all"])
def test_a_terminal_that_cannot_be_opened_anew_is_used_as_it_is_and_set_back(
    open_terminal: Open, listener: Listener, *, controlling: bool
) -> None:
    command = [sys.executable, "-c", NOT_ANEW, "--server", listener.url]
    terminal = open_terminal(command=command, controlling=controlling)
    terminal.wait_for("Create account")
    terminal.type("ana@example.org")
    terminal.wait_for("ana@example.org")
    terminal.press("ctrl+q")
    terminal.wait_for("left 0 True")


ON_ITS_WAY_OUT = """
import os, signal
from tui.line import Line
with Line(0):
    pass
os.kill(os.getpid(), signal.SIGTERM)
raise SystemExit(5)
"""


def test_a_signal_on_the_way_out_changes_nothing_any_more(open_terminal: Open) -> None:
    terminal = open_terminal(command=[sys.executable, "-c", ON_ITS_WAY_OUT])
    assert terminal.wait_exit() == 5


@pytest.mark.parametrize("profile", ["desktop", "ssh"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_at_a_desk_and_over_ssh_the_sign_in_outlives_the_signal(
    open_terminal: Open, listener: Listener, profile: str, number: signal.Signals
) -> None:
    terminal = open_terminal("--profile", profile)
    sign_in(terminal)
    tell(terminal, number)
    assert terminal.wait_exit() == 128 + number
    assert not [line for line in listener.all_heard() if line.startswith("DELETE")]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, "hang up"])
def test_at_a_kiosk_the_sign_in_ends_with_the_program(
    open_terminal: Open, listener: Listener, tmp_path: Path, how: signal.Signals | str
) -> None:
    terminal = open_kiosk(open_terminal, tmp_path)
    listener.all_heard()
    if isinstance(how, signal.Signals):
        tell(terminal, how)
    else:
        terminal.hang_up()
    listener.wait_heard(f"DELETE /v1/sign-in Bearer {TOKEN}")
    terminal.process.wait(15)


def test_a_server_that_does_not_hear_of_it_keeps_a_kiosk_for_a_second_only(
    open_terminal: Open, listener: Listener, tmp_path: Path
) -> None:
    terminal = open_kiosk(open_terminal, tmp_path)
    listener.mute.add("DELETE /v1/sign-in")
    tell(terminal, signal.SIGTERM)
    listener.wait_heard(f"DELETE /v1/sign-in Bearer {TOKEN}")
    began = time.monotonic()
    assert terminal.wait_exit() == 128 + signal.SIGTERM
    assert time.monotonic() - began < 4.0, "a second, and what a busy machine takes for the rest"
