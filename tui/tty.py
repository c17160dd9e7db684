"""The terminal, from the first moment to the last."""

from __future__ import annotations

import termios
from contextlib import suppress
from types import TracebackType


class QuietTerminal:
    """Takes keys without echo, line editing or signals, and puts the terminal back as it was.

    From the moment that a program is started until it can show a field, keys are typed all the same. They wait in the
    terminal's buffer; this sees to it that they wait unseen, unedited, and that Ctrl+C among them does not end us.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._before: list[int | list[bytes | int]] | None = None

    def __enter__(self) -> None:
        with suppress(termios.error):
            self._before = termios.tcgetattr(self._descriptor)
            quiet = termios.tcgetattr(self._descriptor)
            quiet[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON | termios.IXOFF)
            quiet[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
            quiet[6][termios.VMIN], quiet[6][termios.VTIME] = 1, 0
            termios.tcsetattr(self._descriptor, termios.TCSANOW, quiet)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            with suppress(termios.error):
                termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)
