"""The base of every page: its frame, its keys, its reads and writes, and where it says that something did not work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.css.query import NoMatches
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input
from textual.worker import WorkType

from tui import presentation
from tui.commands import BACK, EVERYWHERE, HELP, HELP_IN_FIELD, Command
from tui.glyphs import glyphs
from tui.host import Host
from tui.messages import Changed, Connection, ConnectionChanged, Settled
from tui.problems import Sentence, sentence_for
from tui.text import _
from tui.widgets.frame import MIN_HEIGHT, MIN_WIDTH, Footer, Header, Key, TooSmall
from tui.widgets.problem_line import ProblemLine

if TYPE_CHECKING:
    from backend_client import Intent, VisitDeskError

T = TypeVar("T")
ResultT = TypeVar("ResultT")

QUIET_SECONDS = 0.2
"""Waits shorter than this show nothing."""
REMARK_SECONDS = 6.0
"""How long a remark stays in the footer's rule."""
_SCREEN_ACTIONS = frozenset({"command", "focus_next", "focus_previous", "scroll_up", "scroll_down"})


class Body(Vertical):
    """What lies between header and footer."""


class Page(Screen[ResultT]):
    """A page. ``tui/screens/__init__.py`` tells how to write one.

    Attributes:
        KEYS: Everything its keys do, in the order of the footer. ``action_<name>`` does it.
        PROBLEM_IN_BODY: Whether problems are said below the body's last widget, as under a form, not above the footer.
        has_frame: Whether it has header and footer; what floats has none.
        PLACE: The page's name in the header (a message id), where it never changes.
        place: The page's name as shown, with what it is about: ``Schedule a Visit · Shelby County Jail``.
        there: IANA name of the facility's zone, where the header shall show its time too.
        waits: How many things are being waited for.
    """

    KEYS: ClassVar[tuple[Command, ...]] = (BACK, HELP)
    has_frame: ClassVar[bool] = True
    PROBLEM_IN_BODY: ClassVar[bool] = False
    PLACE: ClassVar[str] = ""
    AUTO_FOCUS = "*"
    BINDINGS: ClassVar[list[BindingType]] = []

    place = reactive("", layout=False)
    there: reactive[str | None] = reactive(None, layout=False)
    waits = reactive(0, layout=False)

    def __init_subclass__(cls) -> None:
        # One list makes keys, footer and help: bindings are derived before Textual collects them.
        if "KEYS" in cls.__dict__:
            cls.BINDINGS = [
                Binding(command.keys, f"command('{command.name}')", show=False, priority=command.priority)
                for command in (*cls.KEYS, *missing_from(cls.KEYS))
                if command.keys
            ]
        super().__init_subclass__()

    def __init__(self) -> None:
        super().__init__()
        self._framed = False
        self._focus_before: Widget | None = None
        self._sign_timer: asyncio.TimerHandle | None = None
        self._remark_timer: asyncio.TimerHandle | None = None

    # -- what a page is made of

    def compose(self) -> ComposeResult:
        yield Header()
        with Body():
            yield from self.body()
            if self.PROBLEM_IN_BODY:
                yield ProblemLine(id="problem")
        if not self.PROBLEM_IN_BODY:
            yield ProblemLine(id="problem")
        yield Footer()
        yield TooSmall()

    def body(self) -> ComposeResult:
        """Yield what lies between header and footer."""
        yield from ()

    @property
    def host(self) -> Host:
        """The app, as pages know it."""
        app = self.app
        if not isinstance(app, Host):
            raise TypeError("Pages live in a Host.")
        return app

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of the page as it is now; those of a field that has the keys may differ."""
        return self.KEYS

    def why_not(self, command: Command) -> str:
        """Return why a command cannot work now, or an empty string; with a reason, the footer shows it dim."""
        if self.host.writes.running(command.name):
            return _("One moment: this is being sent.")
        return ""

    def changed(self, kind: str, subject_id: str) -> None:
        """Something changed on the server.

        ``kind`` is ``access``, ``visit``, ``payment``, ``hold``, ``draft``, ``account``.
        """

    def connection_changed(self, connection: Connection) -> None:
        """The connection came or went; the frame has shown it already."""

    def connected(self) -> None:
        """The server answers (again); a page that shows nothing yet may read now."""

    # -- reads and writes

    def read(
        self,
        call: Callable[[], Awaitable[T]],
        then: Callable[[T], None],
        *,
        group: str = "read",
        refused: Callable[[VisitDeskError], None] | None = None,
    ) -> None:
        """Read something from the server and show it.

        A new read of the same group cancels the one before; leaving the page cancels both.

        Args:
            call: Makes the request: ``lambda: self.host.client.visits.list(when="upcoming")``.
            then: Called with the answer.
            group: What is read; one read of a group runs at a time.
            refused: Called with the error instead of showing its sentence.
        """
        # A function, not a coroutine: one that is cancelled before it began would be a coroutine never awaited.
        work: WorkType[None] = partial(self._read, call, then, refused)
        self.run_worker(work, name=group, group=group, exclusive=True)

    async def _read(
        self,
        call: Callable[[], Awaitable[T]],
        then: Callable[[T], None],
        refused: Callable[[VisitDeskError], None] | None,
    ) -> None:
        from backend_client import VisitDeskError

        self.waits += 1
        try:
            answer = await call()
        except VisitDeskError as error:
            (refused or self.refused)(error)
        else:
            then(answer)
        finally:
            self.waits -= 1

    def write(
        self,
        name: str,
        send: Callable[[Intent], Awaitable[T]],
        then: Callable[[T], None],
        *,
        about: Hashable = None,
        refused: Callable[[VisitDeskError], None] | None = None,
    ) -> bool:
        """Change something, once. See :mod:`tui.writes`.

        Args:
            name: The name of the command that sends it; that command is dim and dead until the answer is here.
            send: Sends it with an intent: ``lambda intent: client.access.request(..., intent=intent)``.
            then: Called with the answer, if this page is still there.
            about: What is asked for, to know it again after "we do not know whether that went through".
            refused: Called with the error instead of showing its sentence.

        Returns:
            False if it is being sent already.
        """
        started = self.host.writes.begin(self, name, send, about=about, then=then, refused=refused or self.refused)
        if started:
            self.show_problem(None)
            self.waits += 1
            self.refresh_keys()
        return started

    def on_settled(self, message: Settled) -> None:
        self.waits -= 1
        message.deliver()
        self.refresh_keys()

    def refused(self, error: VisitDeskError) -> None:
        """Show an error's sentence in the page's problem line. After a 401 the app shows the sign-in page by itself."""
        self.show_problem(sentence_for(error))

    def show_problem(self, sentence: Sentence | None) -> None:
        """Say in the page's problem line what did not work, or take it away again."""
        with suppress(NoMatches):
            self.query_one("#problem", ProblemLine).problem = sentence

    def remark(self, sentence: str) -> None:
        """Say something short in the footer's rule, for a few seconds."""
        self.query_one(Footer).remark = sentence
        if self._remark_timer is not None:
            self._remark_timer.cancel()
        self._remark_timer = asyncio.get_running_loop().call_later(REMARK_SECONDS, self._end_remark)

    def _end_remark(self) -> None:
        if self.is_attached:
            self.query_one(Footer).remark = ""

    # -- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action in _SCREEN_ACTIONS

    async def action_command(self, name: str) -> None:
        """Do a command of this page, or say why it cannot work now."""
        command = next((command for command in self.all_commands() if command.name == name), None)
        if command is None:
            return
        if reason := self.why_not(command):
            self.remark(reason)
            return
        action = getattr(self, f"action_{name}", None)
        if action is None:
            return
        outcome = action()
        if asyncio.iscoroutine(outcome):
            await outcome

    def action_back(self) -> None:
        self.dismiss(None)

    def action_help(self) -> None:
        from tui.screens.help import HelpPage

        self.app.push_screen(HelpPage(self.place or _(self.PLACE), self.footer_commands()))

    def action_sign_out(self) -> None:
        self.host.sign_out()

    def action_quit(self) -> None:
        self.app.exit(0)

    def all_commands(self) -> tuple[Command, ...]:
        """Return the commands of the page and those that work everywhere."""
        own = self.commands()
        return (*own, *missing_from(own)) if self.host.session.account else own

    def footer_commands(self) -> tuple[Command, ...]:
        """Return the commands as they are now, with F1 for the help while a field takes the ``?``."""
        typing = isinstance(self.focused, Input)
        return tuple(HELP_IN_FIELD if typing and command.name == HELP.name else command for command in self.commands())

    def refresh_keys(self) -> None:
        """Make the footer anew: after something changed what a key can do."""
        if not self._framed:
            return
        shown = (command for command in self.footer_commands() if command.footer)
        self.query_one(Footer).keys = tuple(Key(command, bool(self.why_not(command))) for command in shown)

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        self.refresh_keys()

    # -- the frame

    def on_mount(self) -> None:
        if not self.has_frame:
            return
        self._framed = True
        self._fit(self.app.size.width, self.app.size.height)
        self._show_time()
        self.watch_place()
        self.query_one(Header).demonstration = self.host.demonstration
        self.refresh_keys()
        self._show_sign()

    def on_resize(self, event: events.Resize) -> None:
        self._fit(event.size.width, event.size.height)

    def on_screen_resume(self) -> None:
        self.tick()
        self.refresh_keys()

    def on_changed(self, message: Changed) -> None:
        self.changed(message.kind, message.subject_id)

    def on_connection_changed(self, message: ConnectionChanged) -> None:
        if self.has_frame:
            self.query_one(Header).demonstration = self.host.demonstration
        self._show_sign()
        self.connection_changed(message.connection)
        if message.connection is Connection.READY:
            self.connected()

    def watch_place(self) -> None:
        if self._framed:
            who = self.host.session.name
            place = self.place or _(self.PLACE)
            self.query_one(Header).place = f"{place} {glyphs().dot} {who}" if who and not self.place else place

    def watch_there(self) -> None:
        self.tick()

    def tick(self) -> None:
        """The minute has changed."""
        if self._framed:
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
        if not self._framed or not self.is_attached:
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


def missing_from(commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """Return the commands that work everywhere and are not among these."""
    names = {command.name for command in commands}
    return tuple(command for command in EVERYWHERE if command.name not in names)
