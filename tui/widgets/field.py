"""One thing to type in: its label above, the typed line, and below it what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tui.checks import Check
from tui.glyphs import glyphs
from tui.inert import clean, inert
from tui.text import _


class FieldInput(Input):
    """The typed line. Never blinks, is one line high, and says so when more is pasted than fits.

    The keys are those of Textual's ``Input``; copying puts nothing on the terminal's clipboard.
    """

    class Cut(Message):
        """More was pasted than fits; the rest was left out."""

        def __init__(self, kept: int) -> None:
            super().__init__()
            self.kept = kept

    def __init__(self, value: str, *, max_length: int, password: bool, restrict: str | None) -> None:
        super().__init__(
            value, max_length=max_length, password=password, restrict=restrict, compact=True, select_on_focus=False
        )
        self.cursor_blink = False

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        first = clean(next(iter(event.text.lstrip()[: 4 * (self.max_length or 1000)].splitlines()), ""))
        room = (self.max_length or 1000) - len(self.value) + abs(self.selection.end - self.selection.start)
        if len(event.text.strip()) > max(room, 0):
            first = first[: max(room, 0)]
            self.post_message(self.Cut(len(first)))
        if first:
            start, end = sorted(self.selection)
            self.replace(first, start, end)


class Field(Widget):
    """A label, a typed line and the sentence that says what is wrong with it.

    Keys: those of the typed line; Enter posts :class:`Entered`, Up and Down go to the field before and after.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    DEFAULT_CSS = """
    Field { height: auto; width: 52; margin-bottom: 1; }
    Field > FieldLabel { height: 1; color: $muted; }
    Field > FieldInput { background: $surface; color: $foreground; width: 100%; }
    Field > FieldInput:focus { background: $panel; background-tint: $foreground 0%; }
    Field > FieldProblem { height: auto; color: $critical; display: none; }
    Field.-wrong > FieldProblem { display: block; }
    Field > FieldInput:ansi { text-style: underline; }
    """

    class Entered(Message):
        """Enter was pressed in this field."""

        def __init__(self, field: Field) -> None:
            super().__init__()
            self.field = field

        @property
        def control(self) -> Field:
            """The field."""
            return self.field

    class Edited(Message):
        """What is typed has changed."""

        def __init__(self, field: Field) -> None:
            super().__init__()
            self.field = field

        @property
        def control(self) -> Field:
            """The field."""
            return self.field

    def __init__(
        self,
        label: str,
        *,
        name: str,
        value: str = "",
        hint: str = "",
        max_length: int = 80,
        password: bool = False,
        restrict: str | None = None,
        checks: Iterable[Check] = (),
    ) -> None:
        """Make a field.

        Args:
            label: What stands above it, translated.
            name: Its name on the wire; problems of a form are matched by it. It is its id too.
            value: What stands in it from the start.
            hint: A few quiet words behind the label, such as how long it may be or that it is a guess.
            max_length: The most characters it takes; typing and pasting stop there.
            password: Whether the letters are hidden.
            restrict: A regular expression that what is typed must match.
            checks: Looked at by :meth:`check`, in order; the first sentence is shown.
        """
        super().__init__(id=name.replace(".", "-"))
        self.wire_name = name
        self._label = FieldLabel(label, hint)
        self._input = FieldInput(clean(value), max_length=max_length, password=password, restrict=restrict)
        self._problem = FieldProblem()
        self._checks = tuple(checks)
        self._just_cut = False

    def compose(self) -> ComposeResult:
        yield self._label
        yield self._input
        yield self._problem

    @property
    def value(self) -> str:
        """What is typed, as it stands there."""
        return self._input.value

    @value.setter
    def value(self, value: str) -> None:
        # Only what a person types takes away the sentence about what was wrong.
        with self._input.prevent(Input.Changed):
            self._input.value = clean(value)
        self._input.cursor_position = len(self._input.value)

    @property
    def text(self) -> str:
        """What is typed, without spaces around it."""
        return self._input.value.strip()

    @property
    def wrong(self) -> str:
        """What is wrong with it, or an empty string."""
        return self._problem.sentence

    @wrong.setter
    def wrong(self, sentence: str) -> None:
        self._problem.sentence = clean(sentence)
        self._problem.refresh(layout=True)
        self.set_class(bool(sentence), "-wrong")

    def set_hint(self, hint: str) -> None:
        """Change the quiet words behind the label."""
        self._label.hint = hint
        self._label.refresh()

    def check(self) -> bool:
        """Look at what is typed, show what is wrong, and tell whether all is well."""
        value = self.value
        self.wrong = next((sentence for check in self._checks if (sentence := check(value))), "")
        return not self.wrong

    def take_focus(self) -> None:
        """Put the cursor into it."""
        self._input.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Entered(self))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._just_cut:
            self._just_cut = False
        elif self.wrong:
            self.wrong = ""
        self.post_message(self.Edited(self))

    def on_field_input_cut(self, event: FieldInput.Cut) -> None:
        event.stop()
        # the change that the pasted part makes comes next and must not take this sentence away
        self._just_cut = event.kept > 0
        self.wrong = _("Too long: only the first {n} characters were taken.").format(n=event.kept)


class FieldLabel(Widget):
    """The label above a field, and quiet words behind it."""

    def __init__(self, label: str, hint: str) -> None:
        super().__init__()
        self.label = label
        self.hint = hint

    def render(self) -> Content:
        label = inert(self.label, "$foreground")
        return label + Content("  ") + inert(self.hint, "$muted") if self.hint else label


class FieldProblem(Widget):
    """What is wrong with a field."""

    sentence = ""

    def render(self) -> Content:
        return inert(f"{glyphs().notice} {self.sentence}", "$critical")
