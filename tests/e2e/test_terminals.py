"""The program on every kind of terminal and locale: a readable screen, and no byte that is not legal there."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

import pytest

from tests.backend.running import Installation
from tests.desk import Desk
from tests.terminal import Terminal

pytestmark = pytest.mark.terminal

TERMS: Final = ("linux", "xterm", "xterm-256color", "screen", "tmux-256color", "vt100", "dumb")
COLOURLESS: Final = frozenset({"vt100", "dumb"})
FEW_COLOURS: Final = frozenset({"linux", "xterm", "screen"})
LOCALES: Final[dict[str, tuple[dict[str, str], str]]] = {
    "C.UTF-8": ({"LANG": "C.UTF-8"}, "utf-8"),
    "C": ({"LANG": "C"}, "ascii"),
    "POSIX over all": ({"LANG": "C.UTF-8", "LC_ALL": "POSIX"}, "ascii"),
    "a locale that this machine lacks": ({"LANG": "xx_XX.ISO-8859-1"}, "ascii"),
    # the encoding is said outright: not every machine has the locale itself
    "ISO-8859-1": ({"LANG": "en_US.ISO-8859-1", "PYTHONIOENCODING": "iso-8859-1"}, "iso-8859-1"),
}
COLOUR: Final = re.compile(rb"\x1b\[[0-9;]*?(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|38[;:]|48[;:])[0-9;]*m")
MANY_COLOURS: Final = re.compile(rb"\x1b\[[0-9;]*?[34]8;[25];")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A demonstration that all of these terminals share."""
    with Installation() as installation:
        port = installation.serve("--demo", "--host", "127.0.0.1", "--port", "0", listeners=2).port
        yield f"http://127.0.0.1:{port}"


FACILITIES = re.compile(r"Facilities\n.*Shelby County Jail, TN +Schedule\n.*Pima County Adult Detention, AZ +Pending")
"""The last that Home shows."""


def walk(desk: Desk, server: str, env: dict[str, str]) -> Terminal:
    """Sign in as the agent, find a customer, and see her home: a page with a box, marks and lines."""
    terminal = desk.open("--server", server, env={"VISITDESK_DEMO": "true", "VISITDESK_PROFILE": "ssh", **env})
    terminal.wait_for("4  Sam Harper")
    terminal.press("4")
    terminal.wait_for("Name, e-mail, phone or reference")
    terminal.type("ana rivera")
    terminal.press("enter")
    terminal.wait_for("1 customer found.")
    terminal.press("enter")
    terminal.wait_for("Why do you look")
    terminal.type("Ticket 4711")
    terminal.press("enter")
    terminal.wait_for("Make sure that it is them")
    terminal.wait_for("1187 Peabody Avenue")
    terminal.press("1")
    terminal.wait_for("Video Connect")
    terminal.wait_for(FACILITIES)
    return terminal


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("term", TERMS)
def test_the_screen_is_readable_and_every_byte_is_legal(desk: Desk, server: str, term: str, locale: str) -> None:
    env, charset = LOCALES[locale]
    terminal = walk(desk, server, {"TERM": term, "COLORTERM": "", **env})
    sent = terminal.raw()
    # what is read stops anywhere, in the middle of a letter too: that is the end of what was read, not an illegal byte
    codecs.getincrementaldecoder(charset)().decode(sent)
    screen = terminal.screen_text()
    assert "LOOKING ONLY, nothing can be changed: Ana Rivera" in screen
    assert len(screen.splitlines()) == 24
    if charset != "utf-8":
        assert re.search(r"\+-+ ?Video Connect ?-+\+", screen), "the box is drawn with what there is"
    if term in COLOURLESS:
        assert not COLOUR.search(sent)
    elif term in FEW_COLOURS:
        assert not MANY_COLOURS.search(sent)
    terminal.press("f10")
    terminal.wait_for("Who would you like to be?")


def test_no_color_sends_none(desk: Desk, server: str) -> None:
    terminal = walk(desk, server, {"NO_COLOR": "1"})
    assert not COLOUR.search(terminal.raw())
