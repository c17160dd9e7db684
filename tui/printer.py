"""The receipt printer of a terminal: ESC/POS over the network, or to a device file.

The library for it is the extra ``printer`` (python-escpos), loaded when something is first printed.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing, suppress
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Final, Protocol

from tui.text import _

if TYPE_CHECKING:
    from tui.take_home import Slip

PORT: Final = 9100
"""The port on which receipt printers listen (raw printing, "JetDirect")."""
ANSWERS_WITHIN: Final = 3.0
"""Seconds that a printer has to take a connection, or a part of a slip."""
GIVEN_UP_AFTER: Final = 12.0
"""Seconds after which the visitor hears that the printer does not answer; a device file may block for ever."""
COLUMNS: Final = 32
"""Signs on a line of the narrowest usual paper, 58 mm, in the printer's own font."""


class _Network(Protocol):
    """What is used of the library's printer on the network."""

    def open(self) -> None: ...
    def close(self) -> None: ...
    def paper_status(self) -> int: ...
    def is_online(self) -> bool: ...
    def _raw(self, msg: bytes) -> None: ...


class _Writer(Protocol):
    """What is used of the library's writer of commands."""

    output: bytes

    def set(self, *, bold: bool) -> None: ...
    def textln(self, text: str) -> None: ...
    def qr(self, content: str, *, size: int, native: bool) -> None: ...
    def ln(self, count: int) -> None: ...
    def cut(self) -> None: ...


async def print_slip(where: str, slip: Slip) -> str:
    """Print a slip and return what went wrong as a sentence, or an empty string.

    It never holds up the terminal: the printing is a thread's that ends with the process.

    Args:
        where: As :class:`tui.settings.Settings` has it.
        slip: What to print.
    """
    loop = asyncio.get_running_loop()
    told: asyncio.Future[str] = loop.create_future()

    def tell(sentence: str) -> None:
        if not told.done():
            told.set_result(sentence)

    def work() -> None:
        sentence = _printed(where, slip)
        with suppress(RuntimeError):  # the terminal has gone meanwhile
            loop.call_soon_threadsafe(tell, sentence)

    threading.Thread(target=work, name="printer", daemon=True).start()
    try:
        return await asyncio.wait_for(told, GIVEN_UP_AFTER)
    except TimeoutError:
        return _silent()


def _printed(where: str, slip: Slip) -> str:
    try:
        from escpos.exceptions import Error
    except ImportError:
        return _("This terminal cannot print: the printer's library is not installed. Your visit is safe.")
    try:
        if where.startswith("/"):
            with Path(where).open("wb", buffering=0) as device:
                device.write(_commands(slip))
        else:
            return _over_the_network(where, _commands(slip))
    except TimeoutError:
        return _silent()
    except (Error, OSError):
        return _("The printer is off or not connected. Your visit is safe; please write down its reference.")
    return ""


def _silent() -> str:
    return _("The printer does not answer. Your visit is safe; please write down its reference.")


def _over_the_network(where: str, commands: bytes) -> str:
    from escpos.printer import Network

    host, _colon, port = where.partition(":")
    printer: _Network = Network(host, int(port or PORT), timeout=ANSWERS_WITHIN)
    with closing(printer):
        printer.open()
        wrong = _state(printer)
        if not wrong:
            printer._raw(commands)
    return wrong


def _state(printer: _Network) -> str:
    """Ask a printer how it is. One that cannot tell is taken at its word: it took the connection."""
    try:
        if printer.paper_status() == 0:
            return _("The printer is out of paper. Your visit is safe; please write down its reference.")
        if not printer.is_online():
            return _("The printer is not ready. Your visit is safe; please write down its reference.")
    except TimeoutError:
        return ""
    return ""


def _commands(slip: Slip) -> bytes:
    from escpos.printer import Dummy

    writer: _Writer = Dummy()
    writer.set(bold=True)
    writer.textln(slip.heading)
    writer.set(bold=False)
    for paragraph in slip.paragraphs:
        for line in wrap(paragraph, COLUMNS) or [""]:
            writer.textln(line)
    if slip.link:
        writer.qr(slip.link, size=6, native=True)
    writer.ln(3)
    writer.cut()
    return writer.output
