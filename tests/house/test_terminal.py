"""The terminal of the tests shows what a person would see and sends what a person would press."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks import hello
from tests.keys import key
from tests.terminal import ScreenError, Terminal, every_terminal_closed

SHOW_KEYS = """
import os, tty
tty.setraw(0)
os.write(1, b"ready")
while True:
    os.write(1, b"<" + os.read(0, 1000).hex().encode() + b">")
"""

SHOW_SIZE = """
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGWINCH])
while True:
    print("size", *os.get_terminal_size(), flush=True)
    signal.sigwait([signal.SIGWINCH])
"""


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    with every_terminal_closed() as opened:
        yield opened


def run_python(program: str, columns: int = 80, rows: int = 24) -> Terminal:
    return Terminal([sys.executable, "-c", program], columns=columns, rows=rows)


def test_text_of_the_program_is_on_the_screen(terminals: list[Terminal]) -> None:
    terminals.append(run_python("print('Grüße,\\nvisitor 41')"))
    assert terminals[0].wait_for(re.compile(r"visitor \d+")) == "visitor 41"
    assert terminals[0].screen_text().startswith("Grüße,\nvisitor 41")
    assert terminals[0].wait_exit() == 0


def test_the_exit_code_is_told(terminals: list[Terminal]) -> None:
    terminals.append(run_python("raise SystemExit(7)"))
    assert terminals[0].wait_exit() == 7


def test_a_text_that_never_comes_fails_with_the_screen_in_the_message(terminals: list[Terminal]) -> None:
    terminals.append(run_python("print('something else'); input()"))
    terminals[0].wait_for("something")
    with pytest.raises(ScreenError, match="something else"):
        terminals[0].wait_for("never", timeout=0.05)


def test_a_program_that_has_ended_fails_the_wait_at_once(terminals: list[Terminal]) -> None:
    terminals.append(run_python("print('bye')"))
    asked = time.monotonic()
    with pytest.raises(ScreenError):
        terminals[0].wait_for("never", timeout=60)
    assert time.monotonic() - asked < 30


@pytest.mark.parametrize(
    ("name", "sent"),
    [("enter", "0d"), ("f1", "1b4f50"), ("up", "1b5b41"), ("ctrl+c", "03"), ("alt+x", "1b78"), ("shift+tab", "1b5b5a")],
)
def test_a_named_key_arrives_as_a_terminal_sends_it(terminals: list[Terminal], name: str, sent: str) -> None:
    terminals.append(run_python(SHOW_KEYS))
    terminals[0].wait_for("ready")
    terminals[0].press(name)
    terminals[0].wait_for(f"<{sent}>")


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValueError, match="no key is called 'hyper'"):
        key("hyper")


def test_ctrl_c_interrupts_the_program_by_its_own_terminal(terminals: list[Terminal]) -> None:
    terminals.append(run_python("print('running', flush=True)\nimport signal\nsignal.pause()"))
    terminals[0].wait_for("running")
    terminals[0].press("ctrl+c")
    terminals[0].wait_for("KeyboardInterrupt")


def test_the_program_is_told_when_the_window_changes_its_size(terminals: list[Terminal]) -> None:
    terminals.append(run_python(SHOW_SIZE, columns=100, rows=30))
    terminals[0].wait_for("size 100 30")
    terminals[0].resize(60, 20)
    terminals[0].wait_for("size 60 20")


def test_a_paste_larger_than_any_buffer_arrives_whole(terminals: list[Terminal]) -> None:
    terminals.append(
        run_python(
            "import os, tty\ntty.setraw(0)\nos.write(1, b'ready')\nn = 0\n"
            "while n < 200_012:\n    n += len(os.read(0, 65536))\nos.write(1, b'all there')"
        )
    )
    terminals[0].wait_for("ready")
    terminals[0].paste("x" * 200_000)
    terminals[0].wait_for("all there")


def test_closing_hangs_up_and_ends_even_a_program_that_does_not_listen() -> None:
    terminal = run_python("import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\nprint('deaf', flush=True)")
    terminal.wait_for("deaf")
    terminal.close()
    assert terminal.process.returncode is not None


def test_sequences_that_the_screen_does_not_know_leave_no_letters_behind(terminals: list[Terminal]) -> None:
    parts = [r"\x1b[>1u", r"\x1b[<", "1u", r"\x1b[?4m", r"\x1bP$q", r"q\x1b\\", r"\x1b[?2026$p", "clean"]
    writes = "\n".join(f"os.write(1, b'{part}')" for part in parts)
    terminals.append(run_python(f"import os\n{writes}"))
    terminals[0].wait_exit()
    assert terminals[0].screen_text().strip() == "clean"


def test_a_textual_program_is_read_and_typed_into(terminals: list[Terminal], tmp_path: Path) -> None:
    terminals.append(Terminal([sys.executable, str(hello.__file__)]))
    terminals[0].wait_for("Hello world")
    terminals[0].type("Ann")
    terminals[0].wait_for("Ann")
    picture = tmp_path / "hello.svg"
    terminals[0].wait_quiet()
    terminals[0].svg(picture, "Hello")
    drawn = picture.read_text(encoding="utf-8")
    assert "Ann" in drawn
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")
    terminals[0].press("ctrl+q")
    assert terminals[0].wait_exit() == 0


def test_a_picture_keeps_colours_bold_and_reverse(terminals: list[Terminal], tmp_path: Path) -> None:
    text = r"\x1b[38;2;1;2;3mred\x1b[0m \x1b[1mbold\x1b[0m \x1b[7mback\x1b[0m \x1b[32mgreen\x1b[0m"
    terminals.append(run_python(f"print('{text}')"))
    terminals[0].wait_exit()
    terminals[0].svg(tmp_path / "a.svg", "A")
    terminals[0].svg(tmp_path / "b.svg", "A")
    drawn = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "#010203" in drawn
    assert "font-weight: bold" in drawn
    assert drawn == (tmp_path / "b.svg").read_text(encoding="utf-8")


def test_a_picture_is_well_formed_and_places_every_word_where_it_stands(
    terminals: list[Terminal], tmp_path: Path
) -> None:
    terminals.append(run_python("print('   <b> & two words    far')", columns=40, rows=5))
    terminals[0].wait_exit()
    terminals[0].svg(tmp_path / "a.svg", "A & B")
    group = ET.parse(tmp_path / "a.svg").getroot().findall(".//{*}g/{*}text")
    assert [(word.text, word.get("x")) for word in group] == [("<b> & two words", "30"), ("far", "220")]


def test_a_pause_between_two_keys_is_as_long_as_was_asked_for(terminals: list[Terminal]) -> None:
    terminals.append(run_python("print('quiet from now on', flush=True)\ninput()"))
    terminals[0].wait_for("quiet")
    begun = time.monotonic()
    terminals[0].listen(0.05)
    terminals[0].wait_quiet(60, timeout=0.05)
    assert 0.09 < time.monotonic() - begun < 30
