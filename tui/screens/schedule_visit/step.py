"""What every step of the wizard shares, and what a step may ask of the wizard around it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from tui.commands import Command
from tui.draft import Step
from tui.screens.page import Page

if TYPE_CHECKING:
    from backend_client import Draft, Hold, VisitDeskError
    from tui.problems import Sentence
    from tui.screens.schedule_visit.scheduling import Scheduling


T = TypeVar("T")


class Wizard(Page[None]):
    """The page around the steps, as the steps know it.

    Attributes:
        state: What is known of the visit being scheduled.
    """

    state: Scheduling

    @abstractmethod
    def shows(self, view: StepView) -> bool:
        """Tell whether a step is the one on the page."""

    @abstractmethod
    def answer(self, draft: Draft) -> None:
        """Take in a changed draft: the summary follows, and the server is told."""

    @abstractmethod
    def forward(self) -> None:
        """This step is answered: go on."""

    @abstractmethod
    def go(self, step: Step, sentence: Sentence | None = None) -> None:
        """Show a step, with a sentence that says why, if it was not asked for."""

    @abstractmethod
    def load(self) -> None:
        """Read what the wizard begins with."""

    @abstractmethod
    def resume(self) -> None:
        """Go on where the wizard was left."""

    @abstractmethod
    def start_over(self) -> None:
        """Throw away what was begun, and begin anew."""

    @abstractmethod
    def show_view(self, view: StepView, sentence: Sentence | None = None) -> None:
        """Show a page of the wizard that is no question of its own."""

    @abstractmethod
    def change(self, step: Step) -> None:
        """Go back to a question from the page of all answers, and return there once all is answered again."""

    @abstractmethod
    def keep(self, hold: Hold) -> None:
        """Take in a new or renewed hold: the countdown follows."""

    @abstractmethod
    def show_state(self) -> None:
        """Draw summary, trail and countdown anew."""

    @abstractmethod
    def refusal(self, error: VisitDeskError) -> None:
        """Say what a refusal means, at the step where something can be done about it."""

    @abstractmethod
    def finished(self) -> None:
        """The visit stands: the draft has done its work."""


class StepView(Vertical):
    """One page of the wizard.

    Attributes:
        STEP: The question it asks; ``None`` for what stands between two questions.
        KEYS: What its keys do, as on a page; ``action_<name>`` does it here.
        WIDE: Whether it needs the whole width: then no summary stands beside it.
        TRAIL: Whether the trail of steps stands above it.
        COUNTS: Whether the end of the hold does, where a time is held.
        BARE: Whether it needs every line of the body: then nothing stands above it.
        FOCUS: A selector of what takes the keys first.
        loaded: Whether what it shows has come from the server.
    """

    STEP: ClassVar[Step | None] = None
    KEYS: ClassVar[tuple[Command, ...]] = ()
    WIDE: ClassVar[bool] = False
    TRAIL: ClassVar[bool] = True
    COUNTS: ClassVar[bool] = True
    BARE: ClassVar[bool] = False
    FOCUS: ClassVar[str] = "*"
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init_subclass__(cls) -> None:
        if "KEYS" in cls.__dict__:
            cls.BINDINGS = [
                Binding(command.keys, f"screen.command('{command.name}')", show=False)
                for command in cls.KEYS
                if command.keys
            ]
        super().__init_subclass__()

    def __init__(self) -> None:
        super().__init__()
        self.loaded = True
        self._wizard: Wizard | None = None

    def belong_to(self, wizard: Wizard) -> None:
        """Tell the step which page it will be on; its keys are asked for before it is mounted."""
        self._wizard = wizard

    @property
    def wizard(self) -> Wizard:
        """The page around this step."""
        if self._wizard is None:
            raise TypeError("Steps live in the wizard.")
        return self._wizard

    @property
    def state(self) -> Scheduling:
        """What is known of the visit being scheduled."""
        return self.wizard.state

    @property
    def current(self) -> bool:
        """Whether it is on the page: an answer that comes after it was left is no longer its business."""
        return self.is_attached and self.wizard.shows(self)

    def ask(
        self,
        call: Callable[[], Awaitable[T]],
        then: Callable[[T], None],
        *,
        group: str = "step",
        refused: Callable[[VisitDeskError], None] | None = None,
    ) -> None:
        """Read something for this step; what is answered after the step was left is dropped.

        Args:
            call: Makes the request.
            then: Called with the answer.
            group: What is read; one read of a group runs at a time.
            refused: Called with the error; without it the wizard says it where something can be done about it.
        """

        def answered(answer: T) -> None:
            if self.current:
                then(answer)

        def failed(error: VisitDeskError) -> None:
            if self.current:
                (refused or self.wizard.refusal)(error)

        self.wizard.read(call, answered, group=group, refused=failed)

    def begin(self) -> None:
        """Read what is needed; called when the step is on the page, and again when the server is back."""

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of the step as it is now."""
        return self.KEYS

    def why_not(self, command: Command) -> str:
        """Return why a command cannot work now, or an empty string."""
        return ""

    def back(self) -> bool:
        """Go back inside the step, if there is something to go back to; tell whether there was."""
        return False

    def changed(self, kind: str, subject_id: str) -> None:
        """Something changed on the server."""

    def take_focus(self) -> None:
        """Put the cursor where the next key press belongs."""
        for widget in self.query(self.FOCUS).results(Widget):
            if widget.focusable and all(
                node.display for node in widget.ancestors_with_self if isinstance(node, Widget)
            ):
                widget.focus()
                return
