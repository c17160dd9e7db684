"""Ways out of a kiosk, each tried in a real terminal; and each trial finds the door when it is planted open."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.kiosk import ANY_KEY, HOME, LONG, WHO, Kiosk, begin, open_door, opened_kiosk, sign_in
from tests.keys import KEYS, key
from tests.terminal import ScreenError, Terminal

pytestmark = [pytest.mark.terminal, pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kiosk]:
    with opened_kiosk(tmp_path_factory.mktemp("kiosk")) as opened:
        yield opened


@pytest.fixture
def terminals(kiosk: Kiosk) -> Iterator[None]:
    """Close what a test has opened: the next one begins with an empty desk."""
    yield
    for terminal in kiosk.desk.terminals:
        terminal.close()
    kiosk.desk.terminals.clear()


CONTROLS = [bytes([code]) for code in range(32) if code not in (9, 13, 27)] + [b"\x7f", b"\x9b", b"\xff"]
FUNCTIONS = [sent for name, sent in KEYS.items() if name.startswith("f") and name not in ("f10",)]
ALTERNATES = [key(f"alt+{letter}") for letter in "abcdefghijklmnopqrstuvwxyz.:!|~"]
REPORTS = [
    b"\x1b[<0;10;10M\x1b[<0;10;10m",  # a click
    b"\x1b[48;1;1;1;1t",  # a window of one cell
    b"\x1b[8;1;1t",
    b"\x1b[I\x1b[O",  # the window has the focus, and has it no more
    b"\x1b[200~\x1b]52;c;cGxhbnRlZA==\x07[@click=app.suspend_process]x[/][@click=app.quit]y[/]\x1b[201~",
    b"\x1b]52;c;?\x07",
    b"\x1bP$q q\x1b\\",
    b"\x1b[1;5A\x1b[1;6P\x1b[27;5;99~\x1b[99;5u\x1b[113;5u",  # ctrl+c and ctrl+q as other terminals write them
]
SHELL_WORDS = [b"!sh\r", b":!sh\r", b"~.\r", b"\x18\x19\r"]


def every_key(terminal: Terminal) -> None:
    """Press everything that a keyboard has, and send what only a program would."""
    for sent in [*CONTROLS, *FUNCTIONS, *ALTERNATES, *REPORTS, *SHELL_WORDS]:
        terminal.send(sent)


def settle(kiosk: Kiosk, terminal: Terminal, before: dict[str, bytes]) -> str:
    """Wait until the kiosk has taken every key and is quiet again, or a door is open; return what shows that it is."""
    terminal.wait_until(lambda screen: bool(screen.strip()), "anything on the screen", LONG)
    reason, written = "", -1
    while not reason and written != len(terminal.output):
        written = len(terminal.output)
        terminal.listen(1.0)
        reason = open_door(kiosk, terminal, before)
    return reason


@dataclass(frozen=True)
class Door:
    """A way out: how it is tried, on which page, and what opens it."""

    name: str
    page: Callable[[Terminal], None]
    tries: Callable[[Terminal], None]
    plant: str
    env: tuple[tuple[str, str], ...] = ()


def attract(terminal: Terminal) -> None:
    terminal.wait_for(ANY_KEY, LONG)


def at_once(terminal: Terminal) -> None:
    """Wait for nothing: the program is not loaded yet."""


def interrupt_often(terminal: Terminal) -> None:
    """Press Ctrl+C and its like all the time, until the program takes them as keys on the attract screen."""
    while "loading" not in terminal.screen_text():
        with suppress(ScreenError):
            terminal.wait_unechoed(0.02)
            break
    while WHO not in terminal.screen_text() and terminal.process.poll() is None:
        terminal.send(b"\x03\x1c\x1a")
        terminal.listen(0.02)


def kill(number: signal.Signals) -> Callable[[Terminal], None]:
    """Send a signal as a key of the terminal would: to every process of it."""
    return lambda terminal: os.killpg(terminal.process.pid, number)


def press(*names: str) -> Callable[[Terminal], None]:
    return lambda terminal: terminal.press(*names)


BOUND = """
import os, signal, subprocess
from tui.kiosk.app import KioskApp
heard = KioskApp.on_event
async def on_event(self, event):
    if getattr(event, "key", "") == "{key}":
        await self.run_action("{action}")
    await heard(self, event)
KioskApp.on_event = on_event
KioskApp.check_action = lambda self, action, parameters: True
"""
PALETTE = BOUND.format(key="ctrl+p", action="command_palette") + "KioskApp.ENABLE_COMMAND_PALETTE = True\n"
SCREENSHOT = BOUND.format(key="f12", action="screenshot(None, '.')")
QUIT = BOUND.format(key="ctrl+q", action="quit_for_good") + (
    "KioskApp.action_quit_for_good = lambda self: os.kill(os.getppid(), signal.SIGKILL)\n"
)
SUSPEND = BOUND.format(key="ctrl+z", action="halt") + (
    "KioskApp.action_halt = lambda self: os.kill(os.getpid(), signal.SIGSTOP)\n"
)
BROWSER = BOUND.format(key="f9", action="browse") + (
    "KioskApp.action_browse = lambda self: subprocess.Popen(['sleep', '60'])\n"
)
CLIPBOARD = BOUND.format(key="ctrl+c", action="copy") + (
    "KioskApp.action_copy = lambda self: self._driver.write('\\x1b]52;c;cGxhbnRlZA==\\x07')\n"
)
SIGNALS_FROM_KEYS = "print('loading', flush=True)\nfrom tui.line import Line\nLine.take = lambda self: None\n"
NO_SCRUB = """
import os
import tui.__main__ as start
import tui.kiosk.starting as starting
start.scrub_environment = starting.scrub = lambda environ: None
open("planted", "w").write(os.environ["TEXTUAL_LOG"])
"""
DEAF = "import signal\nsignal.signal = lambda *a: None\n"

DOORS = [
    Door("every key, nobody there", attract, every_key, QUIT),
    Door("every key, on the sign-in page", begin, every_key, BROWSER),
    Door("every key, signed in", sign_in, every_key, CLIPBOARD),
    Door("the command palette", sign_in, press("ctrl+p", "ctrl+\\"), PALETTE),
    Door("a screenshot", sign_in, press("f12", "ctrl+s"), SCREENSHOT),
    Door("suspending", sign_in, press("ctrl+z"), SUSPEND),
    Door("Ctrl+C while it loads", at_once, interrupt_often, SIGNALS_FROM_KEYS),
    Door("SIGINT", sign_in, kill(signal.SIGINT), DEAF),
    Door("SIGQUIT", sign_in, kill(signal.SIGQUIT), DEAF),
    Door(
        "a key log and a driver by the environment",
        attract,
        at_once,
        NO_SCRUB,
        env=(
            ("TEXTUAL", "devtools,debug"),
            ("TEXTUAL_LOG", "keys.log"),
            ("TEXTUAL_DEBUG", "1"),
            ("TEXTUAL_DRIVER", "antigravity:planted"),
            ("TEXTUAL_PRESS", "x,1,f10"),
            ("TEXTUAL_SCREENSHOT", "1"),
            ("BROWSER", "touch planted"),
            ("PYTHON_KEYRING_BACKEND", "planted.Keyring"),
            ("PYTHONSTARTUP", "planted.py"),
            ("PYTHONINSPECT", "1"),
            ("PYTHONBREAKPOINT", "os.system"),
            ("LD_DEBUG_OUTPUT", "planted"),
            ("http_proxy", "http://127.0.0.1:1"),
            ("ESCDELAY", "0"),
        ),
    ),
]
NAMES = [door.name for door in DOORS]


def found_open(kiosk: Kiosk, door: Door, plant: str) -> str:
    """Try a door, and return what shows that it is open."""
    before = kiosk.files()
    terminal = kiosk.open(plant=plant, env=dict(door.env))
    try:
        door.page(terminal)
        door.tries(terminal)
        return settle(kiosk, terminal, before)
    except AssertionError:
        # the terminal did not come to where it was expected: whether that is a way out, is asked below
        if not (reason := open_door(kiosk, terminal, before)):
            raise
        return reason


@pytest.mark.usefixtures("terminals")
@pytest.mark.parametrize("door", DOORS, ids=NAMES)
def test_no_door_is_open(kiosk: Kiosk, door: Door) -> None:
    assert found_open(kiosk, door, "") == ""


@pytest.mark.usefixtures("terminals")
@pytest.mark.parametrize("door", DOORS, ids=NAMES)
def test_a_door_that_is_planted_open_is_found(kiosk: Kiosk, door: Door) -> None:
    found = found_open(kiosk, door, door.plant)
    for left in ("planted", "keys.log"):
        (kiosk.desk.home / left).unlink(missing_ok=True)
    for picture in Path(kiosk.desk.home).glob("*.svg"):
        picture.unlink()
    assert found != ""


@pytest.mark.usefixtures("terminals")
def test_f10_and_nothing_else_ends_a_visit_and_the_attract_screen_is_back(kiosk: Kiosk) -> None:
    terminal = kiosk.open()
    sign_in(terminal)
    every_key(terminal)
    terminal.press("f10")
    terminal.wait_for(ANY_KEY, LONG)
    assert WHO not in terminal.screen_text()
    assert HOME not in terminal.screen_text()
