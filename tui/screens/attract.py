"""The attract screen of a kiosk: where this is, what it does, and any key begins."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult

from tui.commands import Command
from tui.inert import inert
from tui.messages import Connection
from tui.problems import sentence_for
from tui.screens.page import Page
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from backend_client import Kiosk, VisitDeskError

LOOKED_FOR_EVERY = timedelta(seconds=50)
"""How often a machine that is no kiosk yet looks whether it has become one; a tick comes every minute."""
BEGIN = Command("begin", "", N_("Begin"), N_("Begin."), shown=N_("Any key"))


class AttractPage(Page[None]):
    """Shown while nobody is there. Nothing on it moves, and nothing of anybody is on it.

    Args:
        begin: Called when a key was pressed and the kiosk is in service.
        here: Called with what the server says this kiosk is.
        over: Whether the time of whoever was here before was over.
        problem: Why this machine is no kiosk, if it is none.
    """

    PLACE = N_("Welcome")
    CSS_PATH = "attract.tcss"
    KEYS: ClassVar = (BEGIN,)
    AUTO_FOCUS = ""

    def __init__(
        self, begin: Callable[[], None], here: Callable[[Kiosk], None], *, over: bool = False, problem: str = ""
    ) -> None:
        super().__init__()
        self._begin = begin
        self._here = here
        self._over = over
        self._problem = problem
        self._enrolled = not problem
        self._shown_at: datetime | None = None
        self._kiosk: Kiosk | None = None

    def body(self) -> ComposeResult:
        yield Paragraphs(id="where")
        yield Paragraphs(id="what")
        yield Paragraphs(id="how")

    def commands(self) -> tuple[Command, ...]:
        return self.KEYS if self.in_service else ()

    def on_mount(self) -> None:
        self._show()

    def connected(self) -> None:
        if not self._problem or self._kiosk is None:
            self.read(self.host.client.kiosks.here, self._found, refused=self._refused)

    def connection_changed(self, connection: Connection) -> None:
        self._show()

    def tick(self) -> None:
        """A minute has gone: a kiosk may have been taken out of service, or put into it."""
        super().tick()
        if not self._enrolled:
            self._look_again()
        elif self.host.connection is Connection.READY:
            self.read(self.host.client.kiosks.here, self._found, refused=self._refused)

    def _look_again(self) -> None:
        """Make room for a turn that reads the credential anew: meanwhile there may be one."""
        now = self.host.clock.now()
        self._shown_at = self._shown_at or now
        if now - self._shown_at >= LOOKED_FOR_EVERY:
            self.app.exit(0)

    @property
    def in_service(self) -> bool:
        """Whether somebody can begin."""
        return self._kiosk is not None and not self._problem and self.host.connection is Connection.READY

    def key_pressed(self, _event: events.Key) -> None:
        """Take any key at all."""
        if self.in_service:
            self._begin()

    def _found(self, kiosk: Kiosk) -> None:
        self._kiosk, self._problem = kiosk, ""
        self._here(kiosk)
        super().tick()  # the clock is the facility's from now on
        self._show()

    def _refused(self, error: VisitDeskError) -> None:
        from backend_client import NotAllowed

        if isinstance(error, NotAllowed):
            self._kiosk, self._problem = None, str(sentence_for(error))
            self._show()

    def _show(self) -> None:
        if not self.stands:
            return
        where, what, how = (self.query_one(f"#{name}", Paragraphs) for name in ("where", "what", "how"))
        self.refresh_keys()
        kiosk = self._kiosk
        where.show(inert(kiosk.facility.name if kiosk else _("Visit Desk"), "bold $accent"))
        if self._problem:
            what.show(_("This kiosk is not in service. Please ask at the desk."), "", inert(self._problem, "$muted"))
            how.show("")
            return
        what.show(
            _("Schedule a visit with somebody who is held here."),
            _("See your visits, and every charge."),
            _("Ask for access, if this is your first time."),
        )
        if self.in_service:
            said = [inert(_("Press any key to begin."), "bold")]
            if self._over:
                said.append(inert(_("The time of whoever was here before was over: they are signed out."), "$muted"))
            how.show(*said)
        else:
            how.show(inert(_("One moment: the server is not there yet."), "$muted"))
