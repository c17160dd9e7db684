"""What :class:`tui.line.Line` promises by itself, without an app: small programs in a real terminal."""

from __future__ import annotations

import sys

import pytest

from tests.tui.lines.conftest import Open

pytestmark = pytest.mark.terminal

NOTHING_STOPS_A_KIOSK = """
import os, signal
from tui.line import Line
with Line(0) as line:
    line.kiosk = True
    os.kill(os.getpid(), signal.SIGTSTP)
    print("went on")
"""

ITS_LOOP_IS_CLOSED = """
import asyncio, os, signal
from tui.line import Line
loop = asyncio.new_event_loop()
loop.close()
with Line(0) as line:
    line.listen(lambda code: loop.call_soon_threadsafe(print, code), lambda: loop.call_soon_threadsafe(print))
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGTSTP)
    print("went on", line.told)
"""

TOLD_BEFORE = """
import os, signal
from tui.line import Line
with Line(0) as line:
    line.listen(lambda code: print("heard", code), None)
    os.kill(os.getpid(), signal.SIGHUP)
    line.listen(lambda code: print("told anew", code), None)
"""

NOT_THE_ONE_OF_THE_SESSION = """
import os
from tui.line import Line

def refuse(_descriptor):
    raise PermissionError

ours, its = os.openpty()
os.dup2(its, 0)
os.ttyname = refuse
with Line(0) as line:
    os.write(line.own(), b"x")
    os.set_blocking(ours, False)
    print("it got", os.read(ours, 1))
"""


@pytest.mark.parametrize(
    ("program", "says"),
    [
        (NOTHING_STOPS_A_KIOSK, "went on"),
        (ITS_LOOP_IS_CLOSED, "went on 143"),
        (TOLD_BEFORE, "told anew 129"),
        (NOT_THE_ONE_OF_THE_SESSION, "it got b'x'"),
    ],
    ids=["nothing stops a kiosk", "its loop is closed", "told before", "another terminal than the session's"],
)
def test_the_line_keeps_its_word(open_terminal: Open, program: str, says: str) -> None:
    terminal = open_terminal(command=[sys.executable, "-c", program])
    terminal.wait_for(says)
    assert terminal.wait_exit() == 0
