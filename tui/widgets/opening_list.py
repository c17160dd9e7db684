"""The times of a day in a grid: morning, afternoon, evening."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.inert import clean, inert
from tui.presentation import clock_time
from tui.text import N_, _
from tui.widgets.lines import pad_cells, styled_strip

_PARTS = ((12, N_("Morning")), (17, N_("Afternoon")), (24, N_("Evening")))
_LABEL = 10
_TIME = 7
"""Cells of a time with the room for its two pointers."""
_WORD = 5
"""Cells of a word behind a time."""


@dataclass(frozen=True, slots=True)
class TimeSlot:
    """One start time.

    Attributes:
        starts_at: The start in UTC.
        wall: The start on the facility's wall clock.
        word: Why it cannot be had, in one short word (``taken``), or what is special about it (``yours``).
        open: Whether it can be chosen.
    """

    starts_at: datetime
    wall: datetime
    word: str = ""
    open: bool = True


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the grid: the part of the day where it begins one, and the slots by number with their left cells."""

    label: str
    places: tuple[tuple[int, int], ...]


class OpeningList(ScrollView, can_focus=True):
    """Start times in rows of three or four, below the parts of the day.

    Keys: arrows move. Every time can be gone to, also one that cannot be had, so that the page can say why. Posts
    :class:`Moved`.
    """

    DEFAULT_CSS = """
    OpeningList { height: auto; width: 100%; scrollbar-size: 1 1; overflow-x: hidden; background: transparent; }
    OpeningList > .opening-list--cursor { text-style: bold; }
    OpeningList:focus > .opening-list--cursor {
        background: $cursor; color: $cursor-text; text-style: $cursor-style;
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"opening-list--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("up", "move_row(-1)", show=False),
        Binding("down", "move_row(1)", show=False),
    ]

    cursor = reactive(0, repaint=False, init=False)

    class Moved(Message):
        """The cursor is on another time."""

        def __init__(self, slot: TimeSlot) -> None:
            super().__init__()
            self.slot = slot

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._slots: tuple[TimeSlot, ...] = ()
        self._rows: tuple[_Row, ...] = ()

    @property
    def slots(self) -> tuple[TimeSlot, ...]:
        """The times, in order."""
        return self._slots

    @property
    def marked(self) -> TimeSlot | None:
        """The time under the cursor."""
        return self._slots[self.cursor] if self.cursor < len(self._slots) else None

    def show(self, slots: Sequence[TimeSlot], at: datetime | None = None) -> None:
        """Show times; the cursor goes to the one that starts ``at``, else to the first that can be had."""
        self._slots = tuple(slots)
        self._lay_out()
        first_open = next((n for n, slot in enumerate(self._slots) if slot.open), 0)
        self.cursor = next((n for n, slot in enumerate(self._slots) if slot.starts_at == at), first_open)
        self.refresh(layout=True)
        if self.marked is not None:
            self.post_message(self.Moved(self.marked))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(lay_out(self._slots, max(width - 1, 30), gaps=True)))

    def _lay_out(self) -> None:
        width = max(self.size.width - 1, 30)
        roomy = tuple(lay_out(self._slots, width, gaps=True))
        self._rows = roomy if len(roomy) <= self.size.height else tuple(lay_out(self._slots, width, gaps=False))
        self.virtual_size = Size(self.size.width, len(self._rows))

    def on_resize(self, event: Resize) -> None:
        if event.size.width:
            self._lay_out()
            self._reveal()
            self.refresh()

    def render_line(self, y: int) -> Strip:
        number = y + self.scroll_offset.y
        width = self.size.width
        content = self._line(self._rows[number]) if number < len(self._rows) else Content("")
        return styled_strip(self, content, width)

    def _line(self, row: _Row) -> Content:
        line = inert(row.label, "$muted")
        for number, left in row.places:
            slot = self._slots[number]
            time = _plain_time(slot)
            line += pad_cells(left + _TIME - 1 - len(time) - 1 - line.cell_length)
            if number == self.cursor:
                style = self.get_visual_style("opening-list--cursor")
                # Before a word, its space takes the place of the pointer behind: so nothing moves.
                line += Content.styled(f">{time}", style) + (Content(" ") if slot.word else Content.styled("<", style))
            else:
                line += Content(" ") + inert(time, "" if slot.open else "$muted dim") + Content(" ")
            if slot.word:
                line += inert(clean(slot.word)[:_WORD], "$positive" if slot.open else "$muted")
        return line

    def watch_cursor(self, before: int, now: int) -> None:
        for number in (before, now):
            row = self._row_of(number)
            self.refresh(Region(0, row - self.scroll_offset.y, self.size.width, 1))
        self._reveal()
        if self.marked is not None:
            self.post_message(self.Moved(self.marked))

    def _reveal(self) -> None:
        if self.is_mounted and self._rows:
            self.scroll_to_region(Region(0, self._row_of(self.cursor), 1, 1), animate=False, force=True)

    def _row_of(self, number: int) -> int:
        return next((y for y, row in enumerate(self._rows) if any(place[0] == number for place in row.places)), 0)

    def action_move(self, by: int) -> None:
        if self._slots:
            self.cursor = max(0, min(len(self._slots) - 1, self.cursor + by))

    def action_move_row(self, by: int) -> None:
        """Go to the time above or below, over the gaps between the parts of the day."""
        y = self._row_of(self.cursor)
        column = next((left for number, left in self._rows[y].places if number == self.cursor), 0) if self._rows else 0
        y += by
        while 0 <= y < len(self._rows):
            if self._rows[y].places:
                self.cursor = min(self._rows[y].places, key=lambda place: abs(place[1] - column))[0]
                return
            y += by

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()


def lay_out(slots: Sequence[TimeSlot], width: int, *, gaps: bool) -> list[_Row]:
    """Arrange times in rows of four, or of three where words would make four too wide.

    Args:
        slots: The times in order.
        width: Cells of a row.
        gaps: Whether an empty row stands between the parts of the day.
    """
    parts = [(label, _numbers(slots, hour)) for hour, label in _PARTS]
    columns = 4 if all(_fits(slots, numbers, width) for _label, numbers in parts) else 3
    widths = _column_widths(slots, [numbers for _label, numbers in parts], columns)
    rows: list[_Row] = []
    for label, numbers in parts:
        if not numbers:
            continue
        if rows and gaps:
            rows.append(_Row("", ()))
        for start in range(0, len(numbers), columns):
            chunk = numbers[start : start + columns]
            # Columns stand below each other where there is room for that; else a word moves only its own row.
            aligned = _LABEL + sum(widths) <= width
            cells = widths if aligned else [_cells(slots[number]) for number in chunk]
            places = tuple((number, _LABEL + sum(cells[:column])) for column, number in enumerate(chunk))
            rows.append(_Row(_(label) if start == 0 else "", places))
    return rows


def _cells(slot: TimeSlot) -> int:
    return _TIME + (_WORD if slot.word else 0)


def _fits(slots: Sequence[TimeSlot], numbers: list[int], width: int) -> bool:
    chunks = (numbers[start : start + 4] for start in range(0, len(numbers), 4))
    return all(_LABEL + sum(_cells(slots[number]) for number in chunk) <= width for chunk in chunks)


def _numbers(slots: Sequence[TimeSlot], until_hour: int) -> list[int]:
    from_hour = max((hour for hour, _label in _PARTS if hour < until_hour), default=0)
    return [n for n, slot in enumerate(slots) if from_hour <= slot.wall.hour < until_hour]


def _column_widths(slots: Sequence[TimeSlot], parts: list[list[int]], columns: int) -> list[int]:
    widths = [_TIME] * columns
    for numbers in parts:
        for place, number in enumerate(numbers):
            widths[place % columns] = max(widths[place % columns], _cells(slots[number]))
    return widths


def _plain_time(slot: TimeSlot) -> str:
    return clock_time(slot.wall).partition(" ")[0]
