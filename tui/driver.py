"""Between the app and its line: keys come in, frames go out, and no terminal can hold up the loop.

Textual's own driver (8.2.8) writes in a thread with a queue of 30 and waits for room in it, so that a terminal that
stops reading freezes everything, signal handlers among it; it reads a lost line as an endless run of empty keys; and it
crashes on a byte that is no UTF-8. This one reads and writes on the loop, through a descriptor that does not block.
"""

from __future__ import annotations

import os
import signal
import sys
import termios
from codecs import getincrementaldecoder
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.driver import Driver
from textual.geometry import Size
from textual.message import Message
from textual.messages import InBandWindowResize

from tui.line import GIVEN_BACK
from tui.outlet import Outlet

if TYPE_CHECKING:
    from asyncio import TimerHandle

    from tui.on_line import OnLine

_TAKEN: Final = b"\x1b[?1049h\x1b[?25l\x1b[?1004h\x1b[?2004h\x1b[?7l"
"""A screen of our own, no cursor, telling of focus, bracketed paste, no wrapping."""
_ASKED: Final = b"\x1b[?2026$p"
"""Whether the terminal can show a frame at once."""
_LAST_SECONDS: Final = 0.3
"""How long leaving waits for a terminal to take the last frames."""
_A_LITTLE: Final = 0.005
"""Seconds after the Esc key's time is up, so that the parser's clock agrees."""
_NOT_ASKED_FOR: Final = (events.MouseEvent, events.Resize, events.CursorPosition, InBandWindowResize)
"""What a terminal only tells if it is asked to; we never ask, so it was typed, or pasted by somebody who tries."""


class LineDriver(Driver):
    """Runs an app on its line; see :class:`tui.on_line.OnLine`."""

    def __init__(
        self, app: OnLine, *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=False, mouse=False, size=size)
        if app.line is None:
            raise RuntimeError("An app that shows itself in a terminal is made with a line.")
        self._line = app.line
        self._descriptor = self._line.own()
        self._outlet = Outlet(self._descriptor, self._loop, app.repaint)
        self._lost = app.line_lost
        self._parser = XTermParser()
        encoding = getattr(sys.__stdin__, "encoding", None) or "utf-8"
        self._encoding = encoding
        self._decode = getincrementaldecoder(encoding)(errors="replace").decode
        self._tick_due: TimerHandle | None = None
        self._on = False

    # -- out

    def write(self, data: str) -> None:
        if self._on:
            self._outlet.add(data.encode(self._encoding, "replace"))

    def flush(self) -> None:
        self._outlet.end_frame()

    # -- from the first frame to the last

    def start_application_mode(self) -> None:
        self._on = True
        self._line.take()
        self._outlet.add(_TAKEN + _ASKED)
        self._outlet.end_frame(keep=True)
        self._loop.add_signal_handler(signal.SIGWINCH, self._tell_size)
        self._loop.add_signal_handler(signal.SIGCONT, self.renew)
        self._loop.add_reader(self._descriptor, self._read)
        self._tell_size()

    def disable_input(self) -> None:
        if not self._on:
            return
        self._loop.remove_reader(self._descriptor)
        if self._tick_due is not None:
            self._tick_due.cancel()
        with suppress(termios.error):  # keys meant for us are not for the shell
            termios.tcflush(self._descriptor, termios.TCIFLUSH)

    def stop_application_mode(self) -> None:
        if not self._on:
            return
        self.disable_input()
        self._on = False
        self._loop.remove_signal_handler(signal.SIGWINCH)
        self._loop.remove_signal_handler(signal.SIGCONT)
        self._outlet.finish(GIVEN_BACK, _LAST_SECONDS)

    def pause(self) -> None:
        """Give the terminal back and stop, as SIGTSTP asks; take it again once continued."""
        if not self._on:
            return
        self.stop_application_mode()
        self._line.stop()
        self.start_application_mode()
        self._app.post_message(self.SignalResume())

    def renew(self) -> None:
        """Take the terminal again after it may have been somebody else's: we were stopped without a word."""
        if not self._on:
            return
        self._line.take()
        self._outlet.add(_TAKEN)
        self._outlet.end_frame(keep=True)
        self._tell_size()
        self._app.post_message(self.SignalResume())

    def _tell_size(self) -> None:
        columns = rows = 0
        with suppress(OSError):
            columns, rows = os.get_terminal_size(self._descriptor)
        size = Size(columns or 80, rows or 24)
        self._app.post_message(events.Resize(size, size))

    # -- in

    def _read(self) -> None:
        try:
            data = os.read(self._descriptor, 4096)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._loop.remove_reader(self._descriptor)
            self._lost()
            return
        if text := self._decode(data):
            for message in self._parser.feed(text):
                self.process_message(message)
        if self._tick_due is not None:
            self._tick_due.cancel()
        self._tick_due = self._loop.call_later(constants.ESCAPE_DELAY + _A_LITTLE, self._tick)

    def _tick(self) -> None:
        """No byte has followed for the Esc key's time: an Esc that came alone is the key."""
        for message in self._parser.tick():
            self.process_message(message)

    def process_message(self, message: Message) -> None:
        if not isinstance(message, _NOT_ASKED_FOR):
            super().process_message(message)

    def send_message(self, message: Message) -> None:
        self._app.post_message(message)
