"""A short list to choose from, with a number before each line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.glyphs import glyphs
from tui.inert import clean, inert
from tui.widgets.lines import left_aligned, pad_cells, styled_strip


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a choice list.

    Attributes:
        key: What choosing it means to the program; never shown.
        text: The line itself.
        detail: Quiet words in a column of their own behind the text.
        note: Quiet words at its right end.
        why_not: Why it cannot be chosen; an empty string where it can. A line that cannot be chosen is dim, and
            says why.
        sign: A sign before the text, ``✓`` or ``…``.
        style: The style of the sign and the note, such as ``"$positive"``.
    """

    key: str
    text: str
    note: str = ""
    detail: str = ""
    why_not: str = ""
    sign: str = ""
    style: str = "$muted"


class ChoiceList(ScrollView, can_focus=True):
    """A numbered list: one line each, the first nine with a number.

    Keys: Up, Down, Home, End, PgUp, PgDn move; 1 to 9 choose at once; a letter jumps to the next line that begins
        with it (where ``jump`` is on); Enter chooses. Choosing posts :class:`Chosen`, moving :class:`Marked`, and
        choosing what cannot be chosen :class:`Refused`.
    """

    DEFAULT_CSS = """
    ChoiceList { height: auto; width: 100%; scrollbar-size: 1 1; overflow-x: hidden; background: transparent; }
    ChoiceList > .choice--cursor { background: $cursor; color: $cursor-text; text-style: $cursor-style; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "first", show=False),
        Binding("end", "last", show=False),
        Binding("enter", "choose", show=False),
        *(Binding(str(n), f"pick({n})", show=False) for n in range(1, 10)),
    ]

    cursor = reactive(0, repaint=False)

    class Chosen(Message):
        """A line was chosen."""

        def __init__(self, choices: ChoiceList, choice: Choice) -> None:
            super().__init__()
            self.choices = choices
            self.choice = choice

        @property
        def control(self) -> ChoiceList:
            """The list."""
            return self.choices

    class Marked(Message):
        """The cursor is on another line now."""

        def __init__(self, choices: ChoiceList, choice: Choice) -> None:
            super().__init__()
            self.choices = choices
            self.choice = choice

        @property
        def control(self) -> ChoiceList:
            """The list."""
            return self.choices

    class Refused(Message):
        """Somebody wanted to choose a line that cannot be chosen; ``choice.why_not`` says why."""

        def __init__(self, choices: ChoiceList, choice: Choice) -> None:
            super().__init__()
            self.choices = choices
            self.choice = choice

        @property
        def control(self) -> ChoiceList:
            """The list."""
            return self.choices

    def __init__(
        self,
        choices: Sequence[Choice] = (),
        *,
        numbered: bool = True,
        first_number: int = 1,
        jump: bool = True,
        marks_always: bool = False,
        leaves: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        """Make a list.

        Args:
            choices: Its lines.
            numbered: Whether the first nine have a number.
            first_number: The first of these numbers.
            jump: Whether letters jump; off where the page has commands on letters.
            marks_always: Whether the pointer is drawn also while another widget has the keys.
            leaves: Whether Up from the first line and Down from the last go to the widget before and after.
            id: The widget's id.
        """
        super().__init__(id=id)
        self._choices = tuple(choices)
        self._numbered = numbered
        self._first_number = first_number
        self._jump = jump
        self._marks_always = marks_always
        self._leaves = leaves

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The lines."""
        return self._choices

    def show(self, choices: Sequence[Choice], *, keep: bool = True) -> None:
        """Show other lines; the cursor stays on the same key where it is still there (``keep``)."""
        marked = self.marked
        self._choices = tuple(choices)
        self.virtual_size = Size(self.size.width, len(self._choices))
        place = next((n for n, c in enumerate(self._choices) if keep and marked and c.key == marked.key), None)
        if place is None:
            place = min(self.cursor, max(len(self._choices) - 1, 0)) if keep else 0
        self.cursor = place
        self.refresh(layout=True)

    @property
    def marked(self) -> Choice | None:
        """The line under the cursor."""
        return self._choices[self.cursor] if self.cursor < len(self._choices) else None

    def mark(self, key: str) -> None:
        """Put the cursor on the line with this key, if there is one."""
        for number, choice in enumerate(self._choices):
            if choice.key == key:
                self.cursor = number

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self._choices))

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._choices))
        # with less room than before, the marked line would stay below the edge
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True)

    def render_line(self, y: int) -> Strip:
        number = y + self.scroll_offset.y
        width = self.size.width
        if number >= len(self._choices):
            return Strip.blank(width, self.rich_style)
        choice = self._choices[number]
        here = number == self.cursor and (self.has_focus or self._marks_always)
        return styled_strip(self, self._line(choice, number, here, width), width, "choice--cursor" if here else None)

    def _line(self, choice: Choice, number: int, here: bool, width: int) -> Content:
        pointer = glyphs().pointer if here else " "
        label = f"{number + self._first_number}" if self._numbered and number + self._first_number < 10 else " "
        lead = f" {pointer}{label}  " if self._numbered else f" {pointer}"
        quiet = "" if here else "$muted"
        text_style = f"{quiet} dim" if choice.why_not else ""
        head = inert(lead, quiet) if not self._numbered or here else inert(lead, "$accent")
        sign = inert(f"{choice.sign} ", "" if here else choice.style) if choice.sign else Content("")
        note = inert(choice.why_not or choice.note, "" if here else ("$muted" if choice.why_not else choice.style))
        note = note.truncate(max(width // 2, 1), ellipsis=True)
        room = width - head.cell_length - sign.cell_length - note.cell_length - 2
        text = inert(choice.text, text_style.strip())
        if choice.detail:
            column = min(max(inert(other.text).cell_length for other in self._choices), max(room // 2, 4))
            text = left_aligned(text, column) + pad_cells(3) + inert(choice.detail, quiet)
        text = text.truncate(max(room, 4), ellipsis=True)
        used = head.cell_length + sign.cell_length + text.cell_length + note.cell_length
        return head + sign + text + pad_cells(width - used - 1) + note

    def watch_cursor(self, old: int, new: int) -> None:
        for number in (old, new):
            self.refresh(Region(0, number - self.scroll_offset.y, self.size.width, 1))
        if old != new and self.is_mounted:
            self.scroll_to_region(Region(0, new, 1, 1), animate=False, force=True)
            if (marked := self.marked) is not None:
                self.post_message(self.Marked(self, marked))

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    async def on_key(self, event: object) -> None:
        from textual.events import Key

        if not isinstance(event, Key) or not self._jump or event.character is None or not event.character.isalpha():
            return
        letter = event.character.casefold()
        order = [*range(self.cursor + 1, len(self._choices)), *range(self.cursor + 1)]
        for number in order:
            if number < len(self._choices) and clean(self._choices[number].text).casefold().startswith(letter):
                self.cursor = number
                event.stop()
                return

    def action_move(self, by: int) -> None:
        if self._leaves and not 0 <= self.cursor + by < len(self._choices):
            (self.screen.focus_next if by > 0 else self.screen.focus_previous)()
            return
        self.cursor = max(0, min(len(self._choices) - 1, self.cursor + by))

    def action_page(self, by: int) -> None:
        self.action_move(by * max(1, self.size.height - 1))

    def action_first(self) -> None:
        self.cursor = 0

    def action_last(self) -> None:
        self.cursor = max(0, len(self._choices) - 1)

    def action_pick(self, number: int) -> None:
        place = number - self._first_number
        if self._numbered and 0 <= place < len(self._choices):
            self.cursor = place
            self.action_choose()

    def action_choose(self) -> None:
        choice = self.marked
        if choice is not None:
            self.post_message((self.Refused if choice.why_not else self.Chosen)(self, choice))
