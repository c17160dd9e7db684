"""What comes in over the line: keys that a slow one splits, bytes that are no letters, reports nobody asked for."""

from __future__ import annotations

import pytest

from tests.terminal import Terminal
from tests.tui.lines.conftest import Open

pytestmark = pytest.mark.terminal

OVER_SSH = {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}


def slowly(terminal: Terminal, sequence: bytes, seconds: float) -> None:
    """Send the bytes of a key one by one, as a slow line delivers them."""
    for number in range(len(sequence)):
        terminal.send(sequence[number : number + 1])
        terminal.listen(seconds)


@pytest.mark.parametrize(
    ("arguments", "env", "between"),
    [((), {}, 0.04), ((), OVER_SSH, 0.3), (("--profile", "ssh"), {}, 0.3), ((), {"ESCDELAY": "1"}, 0.04)],
    ids=["here", "over SSH", "set to SSH", "whatever the environment says"],
)
def test_an_arrow_key_that_a_slow_line_splits_stays_an_arrow_key(
    open_terminal: Open, arguments: tuple[str, ...], env: dict[str, str], between: float
) -> None:
    terminal = open_terminal(*arguments, **env)
    terminal.wait_for("Create account")
    terminal.press("tab", "tab")
    terminal.wait_for(">Forgot your password?")
    slowly(terminal, b"\x1b[B", between)
    terminal.wait_for(">Create account")


def test_esc_alone_is_the_key_after_a_moment(open_terminal: Open) -> None:
    terminal = open_terminal()
    terminal.wait_for("Create account")
    terminal.send(b"\x1bOP")
    terminal.wait_for("Help")
    terminal.wait_gone("Create account")
    terminal.press("escape")
    terminal.wait_for("Create account")


@pytest.mark.parametrize("locale", ["C.UTF-8", "C", "POSIX"])
def test_bytes_that_are_no_letters_break_nothing(open_terminal: Open, locale: str) -> None:
    terminal = open_terminal(LANG=locale)
    terminal.wait_for("Create account")
    terminal.send(b"\xff\xfe\xc3\x28 \xe2\x82")
    terminal.press("backspace")
    terminal.type("ana")
    terminal.wait_for("ana")


@pytest.mark.parametrize(
    "report",
    [b"\x1b[48;3;9;0;0t", b"\x1b[?2048;1$y", b"\x1b[<0;5;12M\x1b[<0;5;12m", b"\x1b[7;9R"],
    ids=["another size", "sizes in band", "a click on a link", "where the cursor is"],
)
def test_a_report_that_nobody_asked_for_is_not_heeded(open_terminal: Open, report: bytes) -> None:
    terminal = open_terminal()
    terminal.wait_for("Create account")
    terminal.wait_for("There is no keyring here")
    terminal.wait_quiet()
    before = terminal.screen_text().split("\n")
    terminal.send(report)
    terminal.wait_quiet(0.5)
    terminal.type("ana@example.org")
    terminal.wait_for("ana@example.org")
    assert terminal.screen_text().split("\n")[2:4] == before[2:4]
    assert terminal.screen_text().split("\n")[5:] == before[5:]
    terminal.resize(60, 20)
    terminal.wait_for("80 by 24 is enough")
