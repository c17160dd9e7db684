"""A line that ends, and the local server behind the terminal: it stays for others, and goes with the last."""

from __future__ import annotations

import select
import signal
import time

import pytest

from tests.desk import Desk
from tests.terminal import WAIT

pytestmark = pytest.mark.terminal


def wait_server_gone(desk: Desk) -> None:
    """Wait until no server of this machine runs."""
    deadline = time.monotonic() + WAIT
    while desk.server_pids():
        assert time.monotonic() < deadline, "the server is still there"
        select.select([], [], [], 0.05)


def test_with_the_last_line_the_server_ends_and_no_process_is_left(desk: Desk) -> None:
    terminal = desk.open()
    terminal.wait_for("There is no facility here yet.")
    terminal.hang_up()
    assert terminal.process.wait(WAIT) == 128 + signal.SIGHUP
    wait_server_gone(desk)


def test_a_lost_line_takes_nothing_from_another_terminal_of_the_same_person(desk: Desk) -> None:
    lost = desk.open()
    lost.wait_for("There is no facility here yet.")
    stays = desk.open()
    stays.wait_for("There is no facility here yet.")
    (server,) = desk.server_pids()
    lost.hang_up()
    assert lost.process.wait(WAIT) == 128 + signal.SIGHUP
    stays.type("ana@example.org")
    stays.wait_for("ana@example.org")
    assert desk.server_pids() == [server]
    stays.press("ctrl+q")
    assert stays.wait_exit() == 0
    wait_server_gone(desk)
