"""Where a sign-in waits for the next start, as a person sees it: nowhere without a keyring, in the kernel over SSH."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.backend_client.test_session_keyring import JOIN, needs_the_kernel
from tests.terminal import Terminal
from tests.tui.lines.conftest import VISITDESK, Open
from tests.tui.lines.listener import TOKEN, Listener
from tests.tui.lines.test_signals import begin, enrolled, sign_in

pytestmark = pytest.mark.terminal

TWICE = """
import subprocess, sys
for _ in range(2):
    print("ended", subprocess.call(sys.argv[1:]), flush=True)
"""
AGAIN = "next time you will be asked to sign in again."


def files_with(text: str, folder: Path) -> list[Path]:
    """Return every file below a folder that holds a text."""
    return [file for file in folder.rglob("*") if file.is_file() and text.encode() in file.read_bytes()]


def as_started(*arguments: str, listener: Listener) -> list[str]:
    return [*VISITDESK, "--server", listener.url, *arguments]


def end(terminal: Terminal) -> None:
    """End the Visit Desk that runs in the terminal, from outside, as a lost connection does."""
    children = Path(f"/proc/{terminal.process.pid}/task/{terminal.process.pid}/children")
    os.kill(int(children.read_text().split()[0]), signal.SIGTERM)


def test_without_a_keyring_one_line_says_so_and_signing_in_works(
    open_terminal: Open, listener: Listener, tmp_path: Path
) -> None:
    terminal = open_terminal()
    terminal.wait_for(f"There is no keyring here: {AGAIN}")
    sign_in(terminal)
    terminal.press("ctrl+q")
    assert terminal.wait_exit() == 0
    assert files_with(TOKEN, tmp_path) == []
    assert not [line for line in listener.all_heard() if line.startswith("DELETE")]


def test_over_ssh_the_next_start_of_the_same_login_knows_who_is_signed_in(
    open_terminal: Open, listener: Listener, tmp_path: Path
) -> None:
    needs_the_kernel()
    command = [sys.executable, "-c", JOIN + TWICE, *as_started("--profile", "ssh", listener=listener)]
    terminal = open_terminal(command=command)
    sign_in(terminal)
    assert "keyring" not in terminal.screen_text()
    terminal.wait_quiet()
    listener.all_heard()
    end(terminal)
    listener.wait_heard("GET /v1/about")
    terminal.screen.reset()
    terminal.wait_for("Ana")
    assert "POST /v1/sign-in" not in listener.all_heard()
    assert files_with(TOKEN, tmp_path) == []


def test_the_kernel_keeps_nothing_at_a_kiosk(open_terminal: Open, listener: Listener, tmp_path: Path) -> None:
    needs_the_kernel()
    command = [sys.executable, "-c", JOIN + TWICE, *as_started("--kiosk", listener=listener)]
    terminal = open_terminal(command=command, **enrolled(tmp_path))
    begin(terminal)
    sign_in(terminal)
    terminal.screen.reset()
    end(terminal)
    begin(terminal)
    assert "Ana" not in terminal.screen_text()
