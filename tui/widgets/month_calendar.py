"""A month of days, each with the number of times that are open."""

from __future__ import annotations

from calendar import Calendar, monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.inert import inert
from tui.presentation import month_name, weekday_letters
from tui.text import _

_SUNDAY = 6
_CELL = 6
_MOST = 99


class DayMark(Enum):
    """What stands beside a day: the number of open times, or the sign for why there is none."""

    OPEN = ""
    FULL = "0"
    CLOSED = "x"
    NONE = "-"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day of the calendar: how many times are open, and its mark."""

    open: int
    mark: DayMark


class MonthCalendar(Widget, can_focus=True):
    """A month with a cursor on one of its days. Six weeks high, so that nothing below it moves when the month turns.

    Keys: arrows move by day and week (also into the next month), PgUp and PgDn turn the month, between the first and
    the last day it was given. Posts :class:`Moved` with the day, and :class:`Turned` with the first of a month that has
    come up.
    """

    DEFAULT_CSS = """
    MonthCalendar { height: 8; width: 46; }
    MonthCalendar > .month-calendar--cursor { text-style: bold; }
    MonthCalendar:focus > .month-calendar--cursor {
        background: $cursor; color: $cursor-text; text-style: $cursor-style;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("up", "move(-7)", show=False),
        Binding("down", "move(7)", show=False),
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {"month-calendar--cursor"}

    cursor: reactive[date] = reactive(date(2000, 1, 1), layout=False, init=False)

    class Moved(Message):
        """The cursor is on another day."""

        def __init__(self, day: date) -> None:
            super().__init__()
            self.day = day

    class Turned(Message):
        """Another month has come up; its days may have to be read."""

        def __init__(self, month: date) -> None:
            super().__init__()
            self.month = month

    def __init__(self, day: date, *, first: date, last: date, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        """Make a calendar without marks.

        Args:
            day: Where the cursor stands.
            first: The earliest day that the cursor can go to.
            last: The latest.
            id: The widget's id.
        """
        super().__init__(id=id)
        self._days: dict[date, CalendarDay] = {}
        self._first = first
        self._last = max(first, last)
        self.set_reactive(MonthCalendar.cursor, min(max(day, first), self._last))

    @property
    def month(self) -> date:
        """The first of the month that is shown."""
        return self.cursor.replace(day=1)

    @property
    def days(self) -> Mapping[date, CalendarDay]:
        """What is known of days."""
        return self._days

    def show(self, days: Mapping[date, CalendarDay], *, last: date | None = None) -> None:
        """Add what is known of days; ``last`` is the latest day the cursor can go to."""
        self._days.update(days)
        if last is not None:
            self._last = max(self._first, last)
        self.refresh()

    def go_to(self, day: date) -> None:
        """Put the cursor on a day, as far as it may go."""
        self.cursor = min(max(day, self._first), self._last)

    def watch_cursor(self, before: date, now: date) -> None:
        self.post_message(self.Moved(now))
        if (before.year, before.month) != (now.year, now.month):
            self.post_message(self.Turned(self.month))

    def action_move(self, days: int) -> None:
        there = self.cursor + timedelta(days=days)
        if self._first <= there <= self._last:
            self.cursor = there

    def action_turn(self, months: int) -> None:
        number = self.cursor.year * 12 + self.cursor.month - 1 + months
        year, month = divmod(number, 12)
        there = date(year, month + 1, min(self.cursor.day, monthrange(year, month + 1)[1]))
        if (there.year, there.month) < (self._first.year, self._first.month):
            return
        if (there.year, there.month) > (self._last.year, self._last.month):
            return
        self.go_to(there)

    def _weeks(self) -> list[list[date]]:
        return Calendar(_SUNDAY).monthdatescalendar(self.cursor.year, self.cursor.month)

    def render(self) -> Content:
        return Content("\n").join([self._title(), self._head(), *(self._week(week) for week in self._weeks())])

    def _title(self) -> Content:
        name = inert(f"      {month_name(self.month)}".ljust(30), "bold")
        earlier = (self.month.year, self.month.month) > (self._first.year, self._first.month)
        later = (self.month.year, self.month.month) < (self._last.year, self._last.month)
        keys = [
            inert(key, "$accent" if there else "$muted dim")
            for key, there in ((_("PgUp"), earlier), (_("PgDn"), later))
        ]
        return name + Content("  ").join(keys)

    def _head(self) -> Content:
        return inert("".join(f"   {letters:<3}" for letters in weekday_letters()).rstrip(), "$muted")

    def _week(self, week: list[date]) -> Content:
        line = Content(" ")
        for column, day in enumerate(week):
            here = day == self.cursor
            inside = day.month == self.cursor.month
            text = self._cell(day) if inside else Content(" " * (_CELL - 1))
            if column == 0:
                line += self._at_cursor("[") if here else Content(" ")
            line += text
            after = week[column + 1] if column + 1 < len(week) else None
            if here:
                line += self._at_cursor("]")
            elif after is not None and after == self.cursor:
                line += self._at_cursor("[")
            else:
                line += Content(" ")
        return line

    def _at_cursor(self, text: str) -> Content:
        return Content.styled(text, self.get_visual_style("month-calendar--cursor"))

    def _cell(self, day: date) -> Content:
        known = self._days.get(day)
        sign = ""
        if known is not None:
            sign = str(min(known.open, _MOST)) if known.mark is DayMark.OPEN else known.mark.value
        text = f"{day.day:>2} {sign:>2}"
        if day == self.cursor:
            return self._at_cursor(text)
        if known is not None and known.mark is DayMark.OPEN:
            return inert(f"{day.day:>2} ") + inert(f"{sign:>2}", "bold $positive")
        return inert(text, "$muted")

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()
