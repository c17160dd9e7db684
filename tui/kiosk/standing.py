"""The kiosk's parent process: one child for every visitor, and a clean terminal between them.

The parent never signs anybody in and knows nothing of anybody. It loads the program once and forks: each child shows
the attract screen, serves one visitor, and ends when that visitor has gone. What was in its memory goes with it; what
was on the screen, in scrollback and among the keys that nobody has read yet, the parent wipes.

=========================  =============================================================================================
what ends                  what the parent does
=========================  =============================================================================================
a child, as it should      wipes the terminal, and forks the next one at once
a child that broke         wipes, shows a neutral sentence and the reference for a while, then goes on
the parent, by SIGTERM     has the child sign its visitor out and end, wipes, and ends with 128 and the signal's number
or SIGHUP
=========================  =============================================================================================
"""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Final

from tui.crash import new_reference, note_places
from tui.text import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.line import Line

    Turns = Callable[[bool, str, int | None], int]

GONE: Final = 128 + signal.SIGHUP
"""Exit code of the parent when the line is lost and no signal said so."""
OVER: Final = 10
"""Exit code of a child whose visitor's time was over: the next attract screen says so."""
WIPE: Final = (
    b"\x18\x1b[0m\x1b[?1049h\x1b[2J\x1b[3J\x1b[?1049l\x1b[H\x1b[2J\x1b[3J\x1b[?25l\x1b[?2004l\x1b[?1004l\x1b[?7h"
)
"""End a sequence cut short; clear both screens and what was scrolled out of them; no cursor."""
BROKE_SECONDS: Final = 15.0
"""How long the sentence about a child that broke stays, unless a key is pressed."""
SHORT_LIFE: Final = 2.0
"""A child that breaks within so many seconds is followed by the next one only after the sentence has stayed."""
_PR_SET_PDEATHSIG: Final = 1


class Standing:
    """A kiosk at its line.

    Args:
        line: The terminal.
        show: Serves one visitor in a child process and returns its exit code; told whether the time of the visitor
            before was over, the reference to note if it breaks, and a descriptor of the log, if there is one.
    """

    def __init__(self, line: Line, show: Turns) -> None:
        self._line = line
        self._show = show
        self._child = 0
        self._log = _log_of_its_own()

    def run(self) -> int:
        """Serve one visitor after another until a signal says to end; return the exit code."""
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGTTOU):
            signal.signal(number, signal.SIG_IGN)
        self._line.listen(self._told, lambda: None)
        over = False
        self.wipe()
        while not self._ends():
            begun, reference = monotonic(), new_reference()
            code = self._serve(over, reference)
            self.wipe()
            if self._ends():
                break
            over = code == OVER
            if code not in (0, OVER):
                self._log_end(reference, code)
                self._say_that_it_broke(reference, patient=monotonic() - begun < SHORT_LIFE)
        return self._line.told or GONE

    def _serve(self, over: bool, reference: str) -> int:
        """Fork a child for one visitor; return its exit code, negative for a signal that killed it."""
        parent = os.getpid()
        self._child = os.fork()
        if self._child == 0:
            self._be_child(over, reference, parent)
        if self._line.told:  # told between two visitors: nobody is there yet
            self._told(self._line.told)
        _pid, status = os.waitpid(self._child, 0)
        self._child = 0
        return os.waitstatus_to_exitcode(status)

    def _be_child(self, over: bool, reference: str, parent: int) -> None:
        code = 1
        try:
            self._line.listen(None, None)
            _end_with_parent()
            if os.getppid() == parent:
                code = self._show(over, reference, self._log)
        except BaseException as error:  # noqa: BLE001  whatever it was, the visitor sees a sentence and no traceback
            note_places(self._log, reference, error)
        finally:
            os._exit(code)

    def _ends(self) -> bool:
        return self._line.told != 0 or self._line.gone

    def _told(self, _code: int) -> None:
        if self._child:
            with suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGTERM)

    # -- the terminal between two visitors

    def wipe(self) -> None:
        """Take everything off the terminal, even one held still: both screens, scrollback, and keys nobody has read."""
        self._line.take()
        with suppress(termios.error):
            termios.tcflush(self._line.descriptor, termios.TCIFLUSH)
            # Scroll Lock holds a console's picture; only output that we have held ourselves can be let go on
            termios.tcflow(self._line.descriptor, termios.TCOOFF)
            termios.tcflow(self._line.descriptor, termios.TCOON)
        self._write(WIPE)

    def _say_that_it_broke(self, reference: str, *, patient: bool) -> None:
        sentences = (
            _("Something went wrong on our side."),
            _("What was confirmed is safe. This kiosk begins anew by itself."),
            _("Reference {reference}.").format(reference=reference),
        )
        self._write(b"\r\n\r\n" + b"".join(b"  " + line.encode("utf-8", "replace") + b"\r\n\r\n" for line in sentences))
        ends_at = monotonic() + BROKE_SECONDS
        while not self._ends() and (left := ends_at - monotonic()) > 0:
            readable, _writable, _wrong = select.select([self._line.descriptor], [], [], min(left, 0.5))
            if readable and (not os.read(self._line.descriptor, 4096) or not patient):
                break
        self.wipe()

    def _write(self, data: bytes) -> None:
        """Write to the terminal, and give up on one that does not read."""
        descriptor, ends_at = self._line.own(), monotonic() + 1.0
        while data and (left := ends_at - monotonic()) > 0:
            if select.select([], [descriptor], [], left)[1]:
                try:
                    data = data[os.write(descriptor, data) :]
                except BlockingIOError:
                    continue
                except OSError:
                    return

    def _log_end(self, reference: str, code: int) -> None:
        if self._log is not None:
            what = f"was killed by signal {-code}" if code < 0 else f"ended with {code}"
            with suppress(OSError):
                os.write(self._log, f"{reference} a visitor's process {what}\n".encode())


def _end_with_parent() -> None:
    """Have the kernel end this process when its parent dies, even if that is killed."""
    with suppress(ImportError, MemoryError, OSError):
        from ctypes import CDLL

        CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _log_of_its_own() -> int | None:
    """Return a descriptor of where standard error goes if that is no terminal, and make standard error the terminal.

    Under systemd it is the journal; nothing that a program prints by mistake shall go there, nor to the next visitor.
    """
    if os.isatty(sys.__stderr__.fileno() if sys.__stderr__ else 2):
        return None
    log = os.dup(2)
    os.set_inheritable(log, False)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 2)
    os.close(silent)
    return log
