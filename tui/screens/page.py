"""The base of every page: its frame, its keys, and what comes to it from outside."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from tui.commands import BACK, EVERYWHERE, HELP, HELP_IN_FIELD, Command
from tui.messages import Changed, Connection, ConnectionChanged
from tui.screens.asking import Asking, looking_only
from tui.screens.framed import ResultT
from tui.text import _
from tui.widgets.frame import Footer, Header, Key, TooSmall
from tui.widgets.problem_line import ProblemLine

_SCREEN_ACTIONS = frozenset({"command", "focus_next", "focus_previous", "scroll_up", "scroll_down"})


class Body(Vertical):
    """What lies between header and footer."""


class Page(Asking[ResultT]):
    """A page. ``tui/screens/__init__.py`` tells how to write one.

    Attributes:
        KEYS: Everything its keys do, in the order of the footer. ``action_<name>`` does it.
        PROBLEM_IN_BODY: Whether problems are said below the body's last widget, as under a form, not above the footer.
    """

    KEYS: ClassVar[tuple[Command, ...]] = (BACK, HELP)
    PROBLEM_IN_BODY: ClassVar[bool] = False
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

    def changed(self, kind: str, subject_id: str) -> None:
        """Something changed on the server.

        ``kind`` is ``access``, ``visit``, ``payment``, ``hold``, ``draft``, ``account``.
        """

    def connection_changed(self, connection: Connection) -> None:
        """The connection came or went; the frame has shown it already."""

    def connected(self) -> None:
        """The server answers (again); a page that shows nothing yet may read now."""

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
            self.end_no_answer()
            self.connected()
            self.settle()


def missing_from(commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """Return the commands that work everywhere and are not among these."""
    names = {command.name for command in commands}
    return tuple(command for command in EVERYWHERE if command.name not in names)
