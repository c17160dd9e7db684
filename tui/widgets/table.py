"""A table that is drawn line by line: as quick with a hundred thousand rows as with ten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.glyphs import glyphs
from tui.inert import inert
from tui.widgets.lines import left_aligned, pad_cells, right_aligned, styled_strip

Where = Literal["below", "above", "top"]
NEAR_END = 10
"""So many rows before the last one the next page is asked for."""
_POINTER_WIDTH = 1


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        title: Its heading; ``\\n`` parts it over lines, which stand at the bottom of the heading.
        width: Its cells at 80 columns.
        right: Whether it is right-aligned, as numbers are.
        grow: Its share of what a wider terminal has more; 0 keeps its width.
        sign: A sign behind the title, such as the direction of sorting.
    """

    title: str
    width: int
    right: bool = False
    grow: int = 0
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        key: What it is to the program; never shown.
        cells: A text for each column; made inert here. ``Content`` where a cell has a style of its own.
        style: The style of the whole row, for instance ``"$muted"``.
        heading: Whether it is a line between rows, such as a year: only its first cell counts, the cursor passes
            over it.
    """

    key: str
    cells: tuple[str | Content, ...]
    style: str = ""
    heading: bool = False


class Table(ScrollView, can_focus=True):
    """Rows with columns, a heading that stays, and a cursor.

    Keys: Up, Down, PgUp, PgDn, Home, End move; Enter posts :class:`Opened`. Moving posts :class:`Marked`. When the
        cursor comes near the last row and there is more on the server (``more``), :class:`Wanted` is posted once; so
        it is near the first row where earlier ones were let go (``before``), and Home then wants the very first ones.
    """

    DEFAULT_CSS = """
    Table { height: 1fr; width: 100%; scrollbar-size: 0 0; overflow-x: hidden; background: transparent; }
    Table > .table--cursor { background: $cursor; color: $cursor-text; text-style: $cursor-style; }
    Table > .table--heading { color: $muted; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"table--cursor", "table--heading"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "first", show=False),
        Binding("end", "last", show=False),
        Binding("enter", "open", show=False),
    ]

    cursor = reactive(0, repaint=False)
    empty = reactive("")

    class Opened(Message):
        """Enter was pressed on a row."""

        def __init__(self, table: Table, row: Row) -> None:
            super().__init__()
            self.table = table
            self.row = row

        @property
        def control(self) -> Table:
            """The table."""
            return self.table

    class Marked(Message):
        """The cursor is on another row now."""

        def __init__(self, table: Table, row: Row) -> None:
            super().__init__()
            self.table = table
            self.row = row

        @property
        def control(self) -> Table:
            """The table."""
            return self.table

    class Wanted(Message):
        """The cursor comes near an end, and the server has more rows there: below, above, or the very first ones."""

        def __init__(self, table: Table, where: Where = "below") -> None:
            super().__init__()
            self.table = table
            self.where = where

        @property
        def control(self) -> Table:
            """The table."""
            return self.table

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        empty: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        """Make a table.

        Args:
            columns: Its columns.
            empty: What stands there when there are no rows.
            id: The widget's id.
        """
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._rows: list[Row] = []
        self.set_reactive(Table.empty, empty)
        self._more = self._before = False
        self._heading_lines = max(column.title.count("\n") for column in columns) + 1

    # -- what it shows

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows that are loaded."""
        return tuple(self._rows)

    @property
    def marked(self) -> Row | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if self.cursor < len(self._rows) else None

    def show(self, rows: Sequence[Row], *, more: bool = False, keep: bool = True) -> None:
        """Show these rows instead; the cursor stays on the same key where it is still there (``keep``)."""
        marked = self.marked
        self._rows = list(rows)
        self._more, self._before = more, False
        place = next((n for n, row in enumerate(rows) if keep and marked and row.key == marked.key), None)
        if place is None:
            place = min(self.cursor, max(len(self._rows) - 1, 0)) if keep else 0
        self.cursor = self._selectable(place, 1)
        self._fit()
        if not keep:
            self.scroll_to(y=0, animate=False, force=True, immediate=True)
        self.refresh()

    def append(self, rows: Sequence[Row], *, more: bool = False) -> None:
        """Add the next page below."""
        self._rows.extend(rows)
        self._more = more
        self._fit()
        self.refresh()

    def slide(self, rows: Sequence[Row], *, more: bool, before: bool) -> None:
        """Show another stretch of the same long list: the marked row stays where it is on the screen.

        Args:
            rows: The stretch; the marked row is in it.
            more: Whether the server has rows below it.
            before: Whether the server has rows above it.
        """
        marked = self.marked
        place = next((n for n, row in enumerate(rows) if marked and row.key == marked.key), None)
        if place is None:
            self.show(rows, more=more)
            self._before = before
            return
        top = max(0, self.scroll_offset.y + place - self.cursor)
        self._rows = list(rows)
        self._more, self._before = more, before
        self.set_reactive(Table.cursor, place)
        self._fit()
        self.scroll_to(y=top, animate=False, force=True, immediate=True)
        self.refresh()

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Draw with other columns, for instance with another sign of sorting."""
        self._columns = tuple(columns)
        self.refresh()

    def mark(self, key: str) -> None:
        """Put the cursor on the row with this key, if there is one."""
        for number, row in enumerate(self._rows):
            if row.key == key:
                self.cursor = number

    def _fit(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._rows) + self._heading_lines)

    def on_resize(self) -> None:
        self._fit()

    # -- drawing

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y < self._heading_lines:
            return styled_strip(self, self._heading(y, width), width, "table--heading")
        number = y - self._heading_lines + self.scroll_offset.y
        if number >= len(self._rows):
            empty = inert(f"  {self.empty}", "$muted") if not self._rows and number == 1 else Content("")
            return styled_strip(self, empty, width)
        here = number == self.cursor and self.has_focus
        return styled_strip(self, self._row(self._rows[number], here, width), width, "table--cursor" if here else None)

    def _heading(self, line: int, width: int) -> Content:
        drawn = Content(" " * _POINTER_WIDTH)
        for column, cells in zip(self._columns, self._widths(width), strict=True):
            lines = column.title.split("\n")
            skipped = self._heading_lines - len(lines)
            text = lines[line - skipped] if line >= skipped else ""
            if column.sign and line == self._heading_lines - 1:
                text = f"{text} {column.sign}"
            drawn += _aligned(inert(text), cells, column.right) + Content(" ")
        return drawn

    def _row(self, row: Row, here: bool, width: int) -> Content:
        if row.heading:
            return pad_cells(_POINTER_WIDTH) + _cell(row.cells[0], "$muted")
        drawn = Content(glyphs().pointer if here else " ")
        style = "" if here else row.style
        for column, cells, value in zip(self._columns, self._widths(width), row.cells, strict=True):
            content = _cell(Content(value.plain) if here and isinstance(value, Content) else value, style)
            drawn += _aligned(content, cells, column.right) + Content(" ")
        return drawn

    def _widths(self, width: int) -> list[int]:
        least = sum(column.width + 1 for column in self._columns) + _POINTER_WIDTH
        shares = sum(column.grow for column in self._columns)
        spare = max(0, min(width, 110) - least)
        return [column.width + (spare * column.grow // shares if shares else 0) for column in self._columns]

    def watch_cursor(self, old: int, new: int) -> None:
        if not self.is_mounted:
            return
        room = max(1, self.size.height - self._heading_lines)
        top = self.scroll_offset.y
        if new < top or new >= top + room:
            self.scroll_to(y=new if new < top else new - room + 1, animate=False, force=True, immediate=True)
            self.refresh()
        else:
            for number in (old, new):
                self.refresh(Region(0, number - top + self._heading_lines, self.size.width, 1))
        if (row := self.marked) is not None and old != new:
            self.post_message(self.Marked(self, row))
        if self._more and new >= len(self._rows) - NEAR_END:
            self._more = False
            self.post_message(self.Wanted(self))
        elif self._before and new < NEAR_END:
            self._before = False
            self.post_message(self.Wanted(self, "above"))

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    # -- keys

    def action_move(self, by: int) -> None:
        self.cursor = self._selectable(self.cursor + by, 1 if by > 0 else -1)

    def action_page(self, by: int) -> None:
        self.action_move(by * max(1, self.size.height - self._heading_lines - 1))

    def action_first(self) -> None:
        if self._before:
            self._before = False
            self.post_message(self.Wanted(self, "top"))
            return
        self.cursor = self._selectable(0, 1)
        self.scroll_to(y=0, animate=False, force=True)

    def action_last(self) -> None:
        self.cursor = self._selectable(len(self._rows) - 1, -1)

    def action_open(self) -> None:
        if (row := self.marked) is not None and not row.heading:
            self.post_message(self.Opened(self, row))

    def _selectable(self, place: int, step: int) -> int:
        """Return the nearest place that is no heading: onwards in the direction of the step, else back."""
        last = len(self._rows) - 1
        place = max(0, min(last, place))
        for direction in (step, -step):
            at = place
            while 0 <= at <= last:
                if not self._rows[at].heading:
                    return at
                at += direction
        return max(place, 0)


def _cell(value: str | Content, style: str) -> Content:
    return inert(value, style) if isinstance(value, str) else value


def _aligned(content: Content, width: int, right: bool) -> Content:
    fitted = content.truncate(width, ellipsis=True)
    return right_aligned(fitted, width) if right else left_aligned(fitted, width)
