"""The line to the person: the terminal this process was started in, and the signals that end or stop us.

From the first moment, before anything else is imported, to the last. Textual would leave both to the defaults, which
end a program on the spot and the terminal as it happens to be.

==========================  ===========================================================================================
what comes                  what is done
==========================  ===========================================================================================
SIGTERM SIGHUP SIGQUIT      the app ends in good order, with 128 and the signal's number as its exit code; before there
SIGINT                      is an app, and so anything to put in order but the terminal, at once
SIGTSTP                     the terminal is given back as it was, and taken again once we are continued; not at a kiosk
leaving, in whatever way    after :data:`LEAVING_SECONDS` the process ends even if something in it hangs
==========================  ===========================================================================================
"""

from __future__ import annotations

import os
import signal
import termios
from contextlib import suppress
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable

ENDING: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT)
LEAVING_SECONDS: Final = 5.0
"""How long leaving may take: a look-up of a name in a network that is gone could hold it up for half a minute."""
GIVEN_BACK: Final = b"\x1b[?2004l\x1b[?7h\x1b[?1004l\x1b[?1049l\x1b[?25h"
"""Bracketed paste off, wrapping on, focus not told, the screen from before, the cursor shown."""


class Line:
    """The terminal at ``descriptor`` (standard input). As a context, it is left as it was found.

    Inside, it takes keys without echo, line editing or signals: from the moment that a program is started until it can
    show a field keys are typed all the same. They wait in the terminal's buffer, unseen and unedited, and Ctrl+C among
    them does not end us.

    Attributes:
        kiosk: Whether nothing may stop us half-way.
        told: The exit code that a signal has asked for; 0 while none has.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor: Final = descriptor
        self.kiosk = False
        self.told = 0
        self._before: list[int | list[bytes | int]] | None = None
        self._own: int | None = None
        self._leaving = False
        self._on_end: Callable[[int], object] | None = None
        self._on_stop: Callable[[], object] | None = None

    def __enter__(self) -> Self:
        with suppress(termios.error):
            self._before = termios.tcgetattr(self.descriptor)
        for number in ENDING:
            signal.signal(number, self._end)
        signal.signal(signal.SIGTSTP, self._stop)
        self.take()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.listen(None, None)
        self._leaving = True
        self.give_back()

    # -- the terminal's modes

    def take(self) -> None:
        """Have keys come one by one, unseen."""
        with suppress(termios.error):
            quiet = termios.tcgetattr(self.descriptor)
            quiet[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON | termios.IXOFF)
            quiet[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
            quiet[6][termios.VMIN], quiet[6][termios.VTIME] = 1, 0
            termios.tcsetattr(self.descriptor, termios.TCSANOW, quiet)

    def give_back(self) -> None:
        """Put the modes back as they were. Never waits for a terminal that does not read."""
        if self._before is not None:
            with suppress(termios.error):
                termios.tcsetattr(self.descriptor, termios.TCSANOW, self._before)
        if self._own == self.descriptor:
            with suppress(OSError):
                os.set_blocking(self.descriptor, True)

    def own(self) -> int:
        """Return a descriptor of the terminal that neither reads nor writes ever wait for.

        It is an opening of its own: what is set on standard input is shared with the shell that started us. Only where
        the terminal cannot be opened anew is that one used, and set back when we leave.
        """
        if self._own is None:
            self._own = self._opened()
        return self._own

    @property
    def gone(self) -> bool:
        """Whether nobody is at the other end any more; a signal may not have said so."""
        import select

        line = select.poll()
        line.register(self.descriptor, 0)
        return bool(line.poll(0))

    def _opened(self) -> int:
        flags = os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK
        with suppress(OSError):
            return os.open(os.ttyname(self.descriptor), flags)
        with suppress(OSError):
            os.tcgetpgrp(self.descriptor)  # refused unless this is the terminal that /dev/tty means
            return os.open("/dev/tty", flags)
        os.set_blocking(self.descriptor, False)
        return self.descriptor

    # -- signals

    def listen(self, on_end: Callable[[int], object] | None, on_stop: Callable[[], object] | None) -> None:
        """Tell these of signals from now on: of an end with the exit code, and of a stop, which :meth:`stop` does.

        A signal that came before is told at once. Both are called between any two steps of the main thread.
        """
        self._on_end, self._on_stop = on_end, on_stop
        if on_end is not None and self.told:
            on_end(self.told)

    def _end(self, number: int, _frame: FrameType | None) -> None:
        self.told = self.told or 128 + number
        if self._on_end is not None:
            with suppress(RuntimeError):  # its loop is closed: we are on our way out
                self._on_end(128 + number)
        elif not self._leaving:
            self.give_back()
            os._exit(self.told)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if self.kiosk or self._leaving:
            return
        if self._on_stop is None:
            self.stop()
        else:
            with suppress(RuntimeError):
                self._on_stop()

    def stop(self) -> None:
        """Stop, with the terminal as it was; go on, with the terminal ours, once we are continued.

        By SIGSTOP, for SIGTSTP does nothing where no shell waits for us. A line that is lost meanwhile continues us,
        and we end.
        """
        self.give_back()
        signal.raise_signal(signal.SIGSTOP)
        self.take()

    # -- leaving

    def leave(self, code: int) -> None:
        """See to it that the process has ended :data:`LEAVING_SECONDS` from now, with ``code``, whatever hangs."""
        if self._leaving:
            return
        self._leaving = True
        from threading import Timer

        watch = Timer(LEAVING_SECONDS, self._leave_now, (code,))
        watch.daemon = True
        watch.start()

    def _leave_now(self, code: int) -> None:
        with suppress(OSError):
            os.write(self.own(), GIVEN_BACK)
        self.give_back()
        os._exit(code)
