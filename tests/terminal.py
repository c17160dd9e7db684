"""A real terminal for tests: a program in a pseudo-terminal, keys going in, and a screen that can be read.

    with Terminal([sys.executable, "-m", "tui"], columns=80, rows=24) as terminal:
        terminal.wait_for("Sign in")
        terminal.type("ann@example.com")
        terminal.press("tab", "enter")
        terminal.wait_for(re.compile(r"Held until \\d+:\\d\\d"))

Nothing here sleeps: every wait reads what the program writes until the screen is as expected, or fails at a deadline
with the screen in the message. The screen is kept by ``pyte``; ``svg`` draws it as a picture.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pyte

from tests.keys import key

WAIT: Final = 15.0
"""Seconds after which a wait has failed: far more than anything here takes, for machines that are busy."""

_UNKNOWN_TO_PYTE: Final = re.compile(
    rb"\x1b\[[<=>][0-9;:]*[a-zA-Z]"  # key modes and secondary attributes
    rb"|\x1b\[\?[0-9;]*[mu]"
    rb"|\x1b[PX^_].*?\x1b\\",  # device control and other strings
    re.DOTALL,
)
_TAKE_TERMINAL: Final = 'exec <>"$0"; exec "$@"'
"""The leader of a new session that opens a terminal makes it the session's own, so that Ctrl-C and hang-up work."""
_CUT_SHORT: Final = re.compile(rb"\x1b(?:\[[0-9;:<=>?]*|[PX^_][^\x1b]*\x1b?)?\Z")


class ScreenError(AssertionError):
    """The screen was not as expected by the deadline; the message holds the screen."""


@dataclass(frozen=True, slots=True)
class Output:
    """What the program wrote at one moment."""

    at: float
    """Seconds of :func:`time.monotonic`."""
    data: bytes


class Terminal:
    """A program in a pseudo-terminal of its own, with the screen that a person would see."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        controlling: bool = True,
    ) -> None:
        """Start ``command``. It gets a small, clean environment (``PATH``, ``HOME``, a UTF-8 locale) and ``env``.

        Without ``controlling``, the terminal is not that of a session, so that a hang-up sends no signal.
        """
        self.screen = pyte.Screen(columns, rows)
        self.output: list[Output] = []
        self._stream = pyte.ByteStream(self.screen)
        self._held_back = b""
        self._fd, terminal_end = os.openpty()
        _set_size(terminal_end, columns, rows)
        os.set_blocking(self._fd, False)
        self.modes_before = termios.tcgetattr(terminal_end)
        taking = ["/bin/sh", "-c", _TAKE_TERMINAL, os.ttyname(terminal_end)] if controlling else []
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            [*taking, *(str(part) for part in command)],
            stdin=terminal_end,
            stdout=terminal_end,
            stderr=terminal_end,
            env=_environment(env or {}),
            cwd=cwd,
            start_new_session=True,
        )
        os.close(terminal_end)

    def __enter__(self) -> Self:
        """Return the terminal itself; leaving the block closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the terminal."""
        self.close()

    # What a person does

    def press(self, *names: str) -> None:
        """Press keys one after another, by name (see :func:`tests.keys.key`)."""
        self.send(b"".join(key(name) for name in names))

    def type(self, text: str) -> None:
        """Type text as it is."""
        self.send(text.encode())

    def paste(self, text: str) -> None:
        """Paste text as a terminal with bracketed paste does."""
        self.send(b"\x1b[200~" + text.encode() + b"\x1b[201~")

    def send(self, data: bytes) -> None:
        """Send raw bytes to the program, reading what it writes meanwhile."""
        deadline = time.monotonic() + WAIT
        while data:
            readable, writable, _ = select.select([self._fd], [self._fd], [], _left(deadline))
            if readable and not self._read():
                raise ScreenError(self._told("the program had ended when keys were sent"))
            if writable:
                with contextlib.suppress(BlockingIOError):
                    data = data[os.write(self._fd, data[:4096]) :]
            elif time.monotonic() > deadline:
                raise ScreenError(self._told("the program does not read its keys"))

    def send_unread(self, data: bytes) -> None:
        """Send raw bytes without reading anything, as a terminal that has stopped does."""
        while data:
            select.select([], [self._fd], [], WAIT)
            data = data[os.write(self._fd, data[:1024]) :]

    def hang_up(self) -> None:
        """End the line, without a word."""
        os.close(self._fd)
        self._fd = -1

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size; the program is told as usual."""
        self.screen.resize(rows, columns)
        _set_size(self._fd, columns, rows)

    # What a person sees

    def screen_text(self) -> str:
        """Return the screen as lines of text without the blanks at their ends."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait_for(self, expected: str | re.Pattern[str], timeout: float = WAIT) -> str:
        """Wait until a text, or a match of a pattern, is on the screen; return what was found there."""
        pattern = re.compile(re.escape(expected)) if isinstance(expected, str) else expected
        self.wait_until(lambda screen: pattern.search(screen) is not None, f"{pattern.pattern!r} to appear", timeout)
        found = pattern.search(self.screen_text())
        return found[0] if found else ""

    def wait_gone(self, unexpected: str, timeout: float = WAIT) -> None:
        """Wait until a text is no longer on the screen."""
        self.wait_until(lambda screen: unexpected not in screen, f"{unexpected!r} to go", timeout)

    def wait_until(self, is_so: Callable[[str], bool], what: str, timeout: float = WAIT) -> None:
        """Wait until ``is_so`` of the screen's text; ``what`` completes "waited for …" in the failure."""
        deadline = time.monotonic() + timeout
        while not is_so(self.screen_text()):
            if not self._pump(deadline):
                ended = " (the program has ended)" if self.process.poll() is not None else ""
                raise ScreenError(self._told(f"waited {timeout:g} s for {what}{ended}"))

    def wait_unechoed(self, timeout: float = WAIT) -> None:
        """Wait until the program takes keys without the terminal showing them by itself."""
        deadline = time.monotonic() + timeout
        while termios.tcgetattr(self._fd)[3] & termios.ECHO:
            if time.monotonic() > deadline:
                raise ScreenError(self._told(f"waited {timeout:g} s for keys not to be shown"))
            self.listen(0.002)

    def wait_quiet(self, seconds: float = 0.15, timeout: float = WAIT) -> None:
        """Wait until the program has written nothing for a while, as before a picture is taken."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and self._pump(min(deadline, time.monotonic() + seconds)):
            pass

    def listen(self, seconds: float) -> None:
        """Go on reading for a while, as a person who pauses between two keys does."""
        self.wait_quiet(seconds, timeout=seconds)

    def modes(self) -> list[int | list[bytes | int]]:
        """Return how the terminal treats keys now, to compare with ``modes_before``."""
        return termios.tcgetattr(self._fd)

    def wait_exit(self, timeout: float = WAIT) -> int:
        """Wait until the program ends; return its exit code (negative: the signal that ended it)."""
        deadline = time.monotonic() + timeout
        while self._pump(deadline):
            pass
        try:
            return self.process.wait(max(0.01, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise ScreenError(self._told(f"waited {timeout:g} s for the program to end")) from None

    def has_ended(self) -> bool:
        """Whether the program has ended; one that has let go of the terminal is waited for, as it is about to."""
        while select.select([self._fd], [], [], 0)[0]:
            if not self._read():
                self.process.wait(WAIT)
                break
        return self.process.poll() is not None

    def raw(self) -> bytes:
        """Return everything the program has written so far."""
        return b"".join(part.data for part in self.output)

    def close(self) -> None:
        """Hang up, as a closed window does; a program that stays all the same is killed."""
        if self._fd >= 0:
            self.hang_up()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def svg(self, path: Path, title: str) -> None:
        """Draw the screen as a picture, in an SVG file that asks nothing of any network."""
        from tests.picture import draw

        path.write_text(draw(self.screen, title), encoding="utf-8")

    # How it works

    def _pump(self, deadline: float) -> bool:
        """Read once what the program writes; False at the deadline or when the program has let go of the terminal."""
        readable, _, _ = select.select([self._fd], [], [], _left(deadline))
        return bool(readable) and self._read()

    def _read(self) -> bool:
        try:
            data = os.read(self._fd, 65536)
        except BlockingIOError:
            return True
        except OSError as error:
            if error.errno != errno.EIO:  # what Linux answers when nobody holds the other end any more
                raise
            data = b""
        if not data:
            return False
        self.output.append(Output(time.monotonic(), data))
        self.show(data)
        return True

    def show(self, data: bytes) -> None:
        """Bring what the program wrote to the screen; a stopwatch overrides this to do so after the race."""
        pending = _UNKNOWN_TO_PYTE.sub(b"", self._held_back + data)
        cut = _CUT_SHORT.search(pending)
        self._held_back = pending[cut.start() :] if cut else b""
        self._stream.feed(pending[: cut.start()] if cut else pending)

    def _told(self, what: str) -> str:
        edge = "+" + "-" * self.screen.columns + "+"
        lines = "\n".join(f"|{line}|" for line in self.screen.display)
        return f"{what}; the screen:\n{edge}\n{lines}\n{edge}"


@contextlib.contextmanager
def every_terminal_closed() -> Iterator[list[Terminal]]:
    """Give a list for terminals; all in it are closed at the end, whatever happened."""
    terminals: list[Terminal] = []
    try:
        yield terminals
    finally:
        for terminal in terminals:
            terminal.close()


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **extra}


def _set_size(fd: int, columns: int, rows: int) -> None:
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
