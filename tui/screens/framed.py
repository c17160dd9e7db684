"""A page's frame: what its header and footer show, and that there is room for both."""

from __future__ import annotations

import asyncio
from typing import ClassVar, TypeVar

from textual import events
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from tui import presentation
from tui.glyphs import glyphs
from tui.host import Host
from tui.messages import Connection, ConnectionChanged
from tui.text import _
from tui.widgets.frame import MIN_HEIGHT, MIN_WIDTH, Footer, Header

ResultT = TypeVar("ResultT")

QUIET_SECONDS = 0.2
"""Waits shorter than this show nothing."""
REMARK_SECONDS = 6.0
"""How long a remark stays in the footer's rule."""


class Framed(Screen[ResultT]):
    """A screen with header and footer.

    Attributes:
        has_frame: Whether it has header and footer; what floats has none.
        PLACE: The page's name in the header (a message id), where it never changes.
        place: The page's name as shown, with what it is about: ``Schedule a Visit · Shelby County Jail``.
        there: IANA name of the facility's zone, where the header shall show its time too.
        waits: How many things are being waited for.
    """

    has_frame: ClassVar[bool] = True
    PLACE: ClassVar[str] = ""

    place = reactive("", layout=False)
    there: reactive[str | None] = reactive(None, layout=False)
    waits = reactive(0, layout=False)

    def __init__(self) -> None:
        super().__init__()
        self._framed = False
        self._focus_before: Widget | None = None
        self._sign_timer: asyncio.TimerHandle | None = None
        self._remark_timer: asyncio.TimerHandle | None = None

    @property
    def host(self) -> Host:
        """The app, as pages know it."""
        app = self.app
        if not isinstance(app, Host):
            raise TypeError("Pages live in a Host.")
        return app

    @property
    def stands(self) -> bool:
        """Whether the page has its frame: it is mounted, and not about to go. A read may end after its page has."""
        return self._framed and self.is_attached and not self._pruning and bool(self.children)

    def refresh_keys(self) -> None:
        """Make the footer anew: after something changed what a key can do."""

    def remark(self, sentence: str) -> None:
        """Say something short in the footer's rule, for a few seconds."""
        if not self.stands:
            return
        self.query_one(Footer).remark = sentence
        if self._remark_timer is not None:
            self._remark_timer.cancel()
        self._remark_timer = asyncio.get_running_loop().call_later(REMARK_SECONDS, self.end_remark)

    def end_remark(self) -> None:
        """Take the remark away: it has been read, or its reason has gone."""
        if self.stands:
            self.query_one(Footer).remark = ""

    def on_mount(self) -> None:
        if not self.has_frame:
            return
        self._framed = True
        self._fit(self.app.size.width, self.app.size.height)
        self._show_time()
        self.watch_place()
        self.query_one(Header).demonstration = self.host.demonstration
        self.show_banner()
        self.refresh_keys()
        self._show_sign()

    def on_resize(self, event: events.Resize) -> None:
        self._fit(event.size.width, event.size.height)

    def on_screen_resume(self) -> None:
        self.tick()
        self.refresh_keys()

    def on_connection_changed(self, message: ConnectionChanged) -> None:
        if self.stands:
            self.query_one(Header).demonstration = self.host.demonstration
        self._show_sign()

    def watch_place(self) -> None:
        if self.stands:
            who = self.host.session.name
            place = self.place or _(self.PLACE)
            self.query_one(Header).place = f"{place} {glyphs().dot} {who}" if who and not self.place else place

    def show_banner(self) -> None:
        """Say whose account is looked at, where one is, and until when."""
        looking = self.host.session.looking
        if not self.stands:
            return
        banner = ""
        if looking is not None:
            until = presentation.time_in(looking.look.ends_at, self.host.reader_zone)
            banner = _("LOOKING ONLY, nothing can be changed: {name}, until {time}").format(
                name=self.host.session.name, time=until
            )
        self.query_one(Header).banner = banner

    def watch_there(self) -> None:
        self.tick()

    def tick(self) -> None:
        """The minute has changed."""
        if self.stands:
            self._show_time()

    def watch_waits(self, waits: int) -> None:
        if waits and self._sign_timer is None:
            self._sign_timer = asyncio.get_running_loop().call_later(QUIET_SECONDS, self._show_sign)
        elif not waits:
            if self._sign_timer is not None:
                self._sign_timer.cancel()
                self._sign_timer = None
            self._show_sign()

    def _show_sign(self) -> None:
        if not self.stands:
            return
        header = self.query_one(Header)
        if self.host.connection is Connection.LOST:
            header.sign, header.sign_style = _("Server not reachable, trying again…"), "bold $caution"
        elif self.host.connection is Connection.STARTING:
            header.sign, header.sign_style = _("Starting…"), "$muted"
        elif self.waits:
            header.sign, header.sign_style = _("One moment…"), "$muted"
        else:
            header.sign = ""

    def _show_time(self) -> None:
        now, here = self.host.clock.now(), self.host.reader_zone
        day = presentation.short_date(presentation.local(now, here).date())
        time = presentation.time_in(now, here)
        if self.there and presentation.zones_differ(now, self.there, here):
            there = presentation.clock_time(presentation.local(now, self.there))
            self.query_one(Header).time = _("{time}, there {there}").format(time=time, there=there)
            return
        self.query_one(Header).time = f"{day}  {time}"

    def _fit(self, width: int, height: int) -> None:
        small = width < MIN_WIDTH or height < MIN_HEIGHT
        if small and not self.has_class("-small"):
            self._focus_before = self.focused
        elif not small and self.has_class("-small") and self._focus_before is not None:
            self.call_after_refresh(self.set_focus, self._focus_before)
        self.set_class(small, "-small")
        self.set_class(width >= 100, "-wide")
        self.set_class(height >= 32, "-tall")
