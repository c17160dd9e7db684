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
from textual.widgets import Input
from textual.worker import WorkType

from tui.commands import BACK, EVERYWHERE, HELP, HELP_IN_FIELD, Command
from tui.messages import Changed, Connection, ConnectionChanged, Settled
from tui.problems import Sentence, sentence_for
from tui.screens.framed import Framed, ResultT
from tui.text import _
from tui.widgets.frame import Footer, Header, Key, TooSmall
from tui.widgets.problem_line import ProblemLine

if TYPE_CHECKING:
    from backend_client import Intent, VisitDeskError

T = TypeVar("T")


_SCREEN_ACTIONS = frozenset({"command", "focus_next", "focus_previous", "scroll_up", "scroll_down"})


class Body(Vertical):
    """What lies between header and footer."""


class Page(Framed[ResultT]):
    """A page. ``tui/screens/__init__.py`` tells how to write one.

    Attributes:
        KEYS: Everything its keys do, in the order of the footer. ``action_<name>`` does it.
        PROBLEM_IN_BODY: Whether problems are said below the body's last widget, as under a form, not above the footer.
        OF_THE_AGENT: Whether it is a page of the agent's own, which may write while an account is looked at.
    """

    KEYS: ClassVar[tuple[Command, ...]] = (BACK, HELP)
    PROBLEM_IN_BODY: ClassVar[bool] = False
    OF_THE_AGENT: ClassVar[bool] = False
    AUTO_FOCUS = "*"
    BINDINGS: ClassVar[list[BindingType]] = []

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
        self._explained: Command | None = None
        self._read_begun, self._read_answered = False, False

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

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of the page as it is now; those of a field that has the keys may differ."""
        return self.KEYS

    def why_not(self, command: Command) -> str:
        """Return why a command cannot work now, or an empty string; with a reason, the footer shows it dim."""
        if command.changes and self.looks_only:
            return looking_only()
        if self.host.writes.running(command.name):
            return _("One moment: this is being sent.")
        return ""

    @property
    def looks_only(self) -> bool:
        """Whether this page shows a customer's account to a support agent, who can change nothing of it."""
        return self.host.session.looking is not None and not self.OF_THE_AGENT

    def refuse_in_a_look(self) -> bool:
        """In a look, say that nothing can be changed, and return True."""
        if self.looks_only:
            self.remark(looking_only())
        return self.looks_only

    def changed(self, kind: str, subject_id: str) -> None:
        """Something changed on the server.

        ``kind`` is ``access``, ``visit``, ``payment``, ``hold``, ``draft``, ``account``.
        """

    def connection_changed(self, connection: Connection) -> None:
        """The connection came or went; the frame has shown it already."""

    def connected(self) -> None:
        """The server answers (again); a page that shows nothing yet may read now."""

    # -- reads and writes

    @property
    def content_is_coming(self) -> bool:
        """Whether the page reads for the first time and has no answer yet: there is nothing that a key could act on."""
        return self._read_begun and not self._read_answered

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
        self._read_begun = True
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
            await self.host.changes_followed()
            answer = await call()
        except VisitDeskError as error:
            self._read_answered = True
            if not self._pruning:
                (refused or self.refused)(error)
        else:
            self._read_answered = True
            if not self._pruning:
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
            False if it is being sent already, or if the account is only looked at.
        """
        if self.refuse_in_a_look():
            return False
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
        self.set_class(sentence is not None, "-troubled")

    # -- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action in _SCREEN_ACTIONS

    async def action_command(self, name: str) -> None:
        """Do a command of this page, or say why it cannot work now."""
        command = next((command for command in self.all_commands() if command.name == name), None)
        if command is None:
            return
        if reason := self.why_not(command):
            self.explain(command, reason)
            return
        action = getattr(self, f"action_{name}", None)
        if action is None:
            return
        self.end_remark()
        outcome = action()
        if asyncio.iscoroutine(outcome):
            await outcome

    def explain(self, command: Command, reason: str) -> None:
        """Remark why a command cannot work now; the remark goes as soon as the command works again."""
        self.remark(reason)
        self._explained = command

    def end_remark(self) -> None:
        self._explained = None
        super().end_remark()

    def remark(self, sentence: str) -> None:
        self._explained = None
        super().remark(sentence)

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
        if not self.stands:
            return
        if self._explained is not None and not self.why_not(self._explained):
            self.end_remark()
        shown = (command for command in self.footer_commands() if command.footer)
        self.query_one(Footer).keys = tuple(Key(command, bool(self.why_not(command))) for command in shown)

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        self.refresh_keys()

    # -- what comes from outside

    def on_changed(self, message: Changed) -> None:
        self.changed(message.kind, message.subject_id)

    def on_connection_changed(self, message: ConnectionChanged) -> None:
        self.connection_changed(message.connection)
        if message.connection is Connection.READY:
            self.connected()


def looking_only() -> str:
    """Return why nothing can be changed in a look; the server would refuse it, too."""
    return _("You are looking at this account: nothing of it can be changed.")


def missing_from(commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """Return the commands that work everywhere and are not among these."""
    names = {command.name for command in commands}
    return tuple(command for command in EVERYWHERE if command.name not in names)
