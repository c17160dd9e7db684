"""A page around steps: which one is on it, how one gives way to the next, and what its keys do meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from tui.commands import Command
from tui.screens.schedule_visit.step import StepView, Wizard
from tui.screens.schedule_visit.summary import Summary
from tui.text import N_
from tui.widgets.step_trail import StepTrail

if TYPE_CHECKING:
    from tui.messages import Connection
    from tui.problems import Sentence

AGAIN = Command("again", "enter", N_("Try again"), N_("Ask the server again."))


class StepPage(Wizard):
    """Steps, one at a time, with a trail above and a summary beside them.

    Args:
        first: What stands there until something has been read.
    """

    CSS_PATH: ClassVar = Path(__file__).with_name("step_page.tcss")
    AUTO_FOCUS = ""

    def __init__(self, first: StepView) -> None:
        super().__init__()
        self._view = first
        first.belong_to(self)

    def body(self) -> ComposeResult:
        yield StepTrail()
        yield from self.above()
        with Horizontal(id="wizard"):
            with Vertical(id="slot"):
                yield self._view
            yield Summary()

    def above(self) -> ComposeResult:
        """Return what stands beside the trail; nothing here."""
        yield from ()

    def on_mount(self) -> None:
        self.show_state()
        self.load()

    def shows(self, view: StepView) -> bool:
        return view is self._view

    def show_view(self, view: StepView, sentence: Sentence | None = None) -> None:
        view.belong_to(self)
        self._view = view
        self.leave_unsettled()
        self.end_remark()
        self.show_problem(sentence)
        self.call_next(self._swap, view)

    async def _swap(self, view: StepView) -> None:
        if view is not self._view:
            return
        slot = self.query_one("#slot", Vertical)
        with self.app.batch_update():
            await slot.remove_children()
            await slot.mount(view)
            self.set_class(view.WIDE, "-full")
            self.set_class(view.BARE, "-bare")
            self.show_state()
        view.begin()
        if view.loaded:
            view.take_focus()
        self.refresh_keys()

    # -- keys

    def left_out(self) -> set[str]:
        """Return the names of the page's own commands that have no business now."""
        return set() if self._stuck else {AGAIN.name}

    def commands(self) -> tuple[Command, ...]:
        left_out = self.left_out() | {command.name for command in self._view.commands()}
        own = (command for command in self.KEYS if command.name not in left_out)
        return (*(() if self._stuck else self._view.commands()), *own)

    @property
    def _stuck(self) -> bool:
        """Whether what the step needs did not come, and nothing is under way that would bring it."""
        return not self._view.loaded and not self.waits

    def watch_waits(self, waits: int) -> None:
        super().watch_waits(waits)
        self.refresh_keys()

    def why_not(self, command: Command) -> str:
        return super().why_not(command) or self._view.why_not(command)

    async def action_command(self, name: str) -> None:
        if self._stuck and name in (command.name for command in self._view.commands() if "enter" in command.keys):
            # The step's own Enter has nothing to act on yet: it asks again.
            name = AGAIN.name
        command = next((command for command in self._view.commands() if command.name == name), None)
        action = getattr(self._view, f"action_{name}", None)
        if command is None or action is None:
            await super().action_command(name)
        elif reason := self.why_not(command):
            self.explain(command, reason)
        else:
            self.end_remark()
            action()

    def action_again(self) -> None:
        self.host.try_again()
        self._view.begin()

    # -- news

    def connected(self) -> None:
        if not self._view.loaded and not self.waits:
            self.show_problem(None)
            self._view.begin()

    def connection_changed(self, connection: Connection) -> None:
        self.refresh_keys()

    def changed(self, kind: str, subject_id: str) -> None:
        self._view.changed(kind, subject_id)
