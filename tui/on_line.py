"""An app that lives on a line: it heeds the signals and the end of the line, and leaves in bounded time."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

from textual.app import App
from textual.css.query import NoMatches
from textual.driver import Driver

from tui.driver import LineDriver

if TYPE_CHECKING:
    from rich.console import RenderableType

    from tui.line import Line


class OnLine(App[int]):
    """An app on ``line``; without one (in tests) there is no terminal to care for."""

    line: Line | None = None

    def get_driver_class(self) -> type[Driver]:
        return LineDriver

    def on_load(self) -> None:
        """Before there is anything to see: from here on signals end the app, and no longer the process."""
        if self.line is not None:
            loop = asyncio.get_running_loop()

            def told(code: int) -> None:
                loop.call_soon_threadsafe(self.exit, None, code)

            def stopped() -> None:
                loop.call_soon_threadsafe(self._pause)

            self.line.listen(told, stopped)

    def on_mount(self) -> None:
        # stopped and continued from outside, a terminal has lost part of the picture
        self.app_resume_signal.subscribe(self, lambda _app: self.repaint())

    def repaint(self) -> None:
        """Show the whole picture anew."""
        self.refresh(layout=True)

    def line_lost(self) -> None:
        """Nobody is at the other end any more: leave as if told so by SIGHUP, which may not have come."""
        self.exit(None, 128 + signal.SIGHUP)

    def exit(self, result: int | None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        if self.line is not None:
            self.line.leave(return_code)
        super().exit(result, return_code, message)

    def _handle_exception(self, error: Exception) -> None:
        # a page that begins while we leave is given no widgets any more: that it finds none is no fault
        if not (self._exit and isinstance(error, NoMatches)):
            super()._handle_exception(error)

    def _pause(self) -> None:
        if isinstance(self._driver, LineDriver):
            self._driver.pause()
