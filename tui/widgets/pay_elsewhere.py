"""Paying on one's own phone: a code to scan, the same address in letters, and how long it can be paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from tui.inert import clean, inert
from tui.presentation import countdown
from tui.text import _
from tui.widgets.countdown import LOW_SECONDS, Countdown
from tui.widgets.dialog import Paragraphs
from tui.widgets.qr_code import QrCode, fits

if TYPE_CHECKING:
    from datetime import datetime

    from tui.clock import Clock

LEAST_WORDS = 38
"""Columns that the words beside the code need."""
ROOM = 1000
"""Columns and rows of a terminal that has room for any code."""
FRAME_ROWS = 4
"""Rows of a page's header and footer."""


class PayUntil(Countdown):
    """Until when somebody can pay, and what is left of it. It takes no keys."""

    DEFAULT_CSS = """
    PayUntil { width: auto; text-align: left; }
    """

    def words(self, until: str, left: int) -> Content:
        style = "bold $caution" if left < LOW_SECONDS else ""
        return inert(_("Pay until {time} ({left})").format(time=until, left=countdown(left)), style)

    def over(self) -> Content:
        return inert(_("The time to pay is over."), "bold $caution")


class FollowedWords(Paragraphs, can_focus=True):
    """What is being waited for. It has the keys, so that the page's commands work."""


class PayElsewhere(Horizontal):
    """What to do, on a phone or at a reader, and until when. With an address it is shown as a code, too, if it fits.

    Args:
        clock: Tells how much time has passed.
        zone: IANA name of the zone in which the end is written.
        words: What to do.
        address: Where a phone pays; None where it is not a phone that pays.
        after: What to know beside it.
    """

    DEFAULT_CSS = """
    PayElsewhere { height: auto; }
    PayElsewhere QrCode { margin-right: 2; display: none; }
    PayElsewhere.-fits QrCode { display: block; }
    PayElsewhere > Vertical { width: 1fr; height: auto; }
    PayElsewhere.-fits > Vertical { padding-top: 1; }
    """

    def __init__(
        self,
        clock: Clock,
        zone: str | None,
        *,
        words: tuple[str | Content, ...],
        address: str | None,
        after: tuple[str | Content, ...],
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._until = PayUntil(clock, zone)
        self._words, self._after = words, after
        self._address = clean(address) if address else None

    def compose(self) -> ComposeResult:
        address = self._address
        if address is not None and fits(address, ROOM, ROOM):
            yield QrCode(address)
        with Vertical():
            yield FollowedWords(*self._words, *(address_lines(address) if address else ()), *self._after, "")
            yield self._until

    def on_mount(self) -> None:
        self.on_resize()

    def on_resize(self) -> None:
        address, room = self._address, self.app.size
        columns, rows = room.width - LEAST_WORDS - 5, room.height - FRAME_ROWS
        self.set_class(address is not None and fits(address, columns, rows), "-fits")

    def keep(self, ends_at: datetime, deadline: float) -> None:
        """Count down to the end: ``ends_at`` is only written, ``deadline`` is of the clock's monotonic seconds."""
        self._until.keep(ends_at, deadline)


def address_lines(address: str) -> tuple[Content, ...]:
    """Write an address to be typed: without ``https://``, which phones add, and its code on a line of its own."""
    place, slash, code = address.removeprefix("https://").rpartition("/")
    return (Content(""), inert(f"{place}{slash}", "$accent"), inert(code, "bold $accent"), Content(""))
