"""Which day? A month of days with the number of times that are open on each."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.commands import ARROWS, Command
from tui.draft import Step, with_date
from tui.inert import inert
from tui.presentation import clock_time, local, short_date, time_in
from tui.problems import Sentence
from tui.screens.schedule_visit.refusals import can_be_asked, first_possible, why
from tui.screens.schedule_visit.step import StepView
from tui.text import N_, _, ngettext
from tui.widgets.dialog import Paragraphs
from tui.widgets.month_calendar import CalendarDay, DayMark, MonthCalendar

if TYPE_CHECKING:
    from backend_client import OpeningDay, OpeningDays

TAKE_DAY = Command("take_day", "enter", N_("Continue"), N_("Take the marked day and see its times."))
NEXT_OPENING = Command("next_opening", "n", N_("Next opening"), N_("Go to the next day that has open times."))
TURN = Command("turn_month", "", N_("Month"), N_("Turn the month."), shown=N_("PgUp PgDn"), footer=False)

FIRST_DAYS = 31
"""At least so many days are read at first: what a month's end hides is seen by the N key all the same."""


class DateStep(StepView):
    """The calendar, what the marked day holds, what the signs mean, and how far ahead one can schedule."""

    STEP = Step.DATE
    KEYS: ClassVar = (ARROWS, TAKE_DAY, NEXT_OPENING, TURN)
    FOCUS = "MonthCalendar"

    def __init__(self) -> None:
        super().__init__()
        self.loaded = False
        self._first_open: date | None = None
        self._moved = False

    def compose(self) -> ComposeResult:
        yield Title()
        yield Vertical(id="month")
        yield Paragraphs(inert(_("Looking up the open days…"), "$muted"), id="day")
        yield Paragraphs(id="legend")

    # -- reading days

    def begin(self) -> None:
        today = self.state.today(self.wizard.host.clock.now())
        start = self.state.draft.date or today
        if not self.query(MonthCalendar):
            last = month_end(today + timedelta(days=FIRST_DAYS))
            self.query_one("#month", Vertical).mount(MonthCalendar(start, first=today, last=max(last, start)))
            self.take_focus()
        self._read(today, month_end(max(today + timedelta(days=FIRST_DAYS), start)))

    def _read(self, first: date, last: date) -> None:
        wanted, wizard = self.state.wanted, self.wizard
        if wanted is not None:
            self.ask(
                lambda: wizard.host.client.openings.days(wanted, from_date=first, to_date=last),
                self._show,
                group=f"days {first}",
            )

    def _show(self, days: OpeningDays) -> None:
        self.loaded = True
        state, calendar = self.state, self.query_one(MonthCalendar)
        state.days.update({day.date: day for day in days.items})
        state.last_day = days.horizon_ends_on
        self._first_open = days.first_open_on
        today = state.today(self.wizard.host.clock.now())
        marks = {day: _mark(known) for day, known in state.days.items() if today <= day <= days.horizon_ends_on}
        calendar.show(marks, last=month_end(max(days.horizon_ends_on, today)))
        if not self._moved and state.draft.date is None and self._first_open is not None:
            calendar.go_to(self._first_open)
        self._moved = True
        self.take_focus()
        self._describe()
        self.wizard.refresh_keys()

    def on_month_calendar_moved(self, event: MonthCalendar.Moved) -> None:
        event.stop()
        self._moved = True
        self._describe()

    def on_month_calendar_turned(self, event: MonthCalendar.Turned) -> None:
        event.stop()
        last, known_to = month_end(event.month), max(self.state.days, default=None)
        horizon = self.state.last_day
        if known_to is None or known_to >= last or (horizon is not None and known_to >= horizon):
            return
        self._read(known_to + timedelta(days=1), last)

    # -- what is said below

    def _describe(self) -> None:
        if not self.loaded:
            return
        day = self.query_one(MonthCalendar).cursor
        self.query_one("#day", Paragraphs).show(*(f" {line}" for line in self._lines(day)))
        self.query_one("#legend", Paragraphs).show(
            inert(_("0 full   x closed   - no visits that day"), "$muted"), self._horizon()
        )

    def _lines(self, day: date) -> list[str]:
        known, last = self.state.days.get(day), self.state.last_day
        name = short_date(day)
        if known is None or (last is not None and day > last):
            return [_("{date}   too far ahead").format(date=name), can_be_asked(known.reasons if known else ())]
        state = known.state.value
        if state == "open":
            times = ngettext("{open} of {total} time open", "{open} of {total} times open", known.total)
            said = times.format(open=known.open, total=known.total)
            return [f"{name}   {said}", self._from_to(known)]
        if state == "full":
            return [_("{date}   full: every time is taken").format(date=name), _("N goes to the next opening.")]
        if state == "closed":
            because = why(known.reasons)
            return [_("{date}   closed").format(date=name), " ".join([because, first_possible(known.reasons)]).strip()]
        return [_("{date}   no visits that day").format(date=name), ""]

    def _from_to(self, known: OpeningDay) -> str:
        zone = self.state.zone
        if known.first_starts_at is None or known.last_starts_at is None:
            return ""
        return _("first {first}, last {last}").format(
            first=clock_time(local(known.first_starts_at, zone)), last=time_in(known.last_starts_at, zone)
        )

    def _horizon(self) -> str:
        last = self.state.last_day
        return _("You can schedule until {date}.").format(date=short_date(last)) if last else ""

    # -- keys

    def why_not(self, command: Command) -> str:
        if command.name in (TAKE_DAY.name, NEXT_OPENING.name) and not self.loaded:
            return _("One moment: the open days are on their way.")
        if command.name == NEXT_OPENING.name and self._next_open() is None:
            return _("No other day within reach has an open time.")
        return ""

    def _next_open(self) -> date | None:
        here = self.query_one(MonthCalendar).cursor
        last = self.state.last_day
        days = sorted(
            day
            for day, known in self.state.days.items()
            if known.state.value == "open" and (last is None or day <= last) and day != here
        )
        return next((day for day in days if day > here), days[0] if days else None)

    def action_next_opening(self) -> None:
        day = self._next_open()
        if day is not None:
            self.query_one(MonthCalendar).go_to(day)

    def action_take_day(self) -> None:
        day = self.query_one(MonthCalendar).cursor
        known = self.state.days.get(day)
        if known is not None and known.state.value == "open":
            self.wizard.answer(with_date(self.state.draft, day))
            self.wizard.forward()
            return
        self.wizard.show_problem(self._cannot_take(day, known))

    def _cannot_take(self, day: date, known: OpeningDay | None) -> Sentence:
        """Say why a day cannot be taken, and from when on one can."""
        name, next_step = short_date(day), _("N goes to the next opening.")
        if known is None or (self.state.last_day is not None and day > self.state.last_day):
            asked = can_be_asked(known.reasons if known else ())
            return Sentence(_("{date} is too far ahead.").format(date=name), asked or self._horizon(), next_step)
        if known.state.value == "full":
            return Sentence(_("Every time on {date} is taken.").format(date=name), next_step=next_step)
        if known.reasons:
            because = why(known.reasons)
            return Sentence(because, first_possible(known.reasons), next_step)
        return Sentence(_("There are no visits on {date}.").format(date=name), next_step=next_step)


class Title(Paragraphs):
    """The question, and what the numbers in the calendar are."""

    def __init__(self) -> None:
        head = inert(_("Select the Date").ljust(25), "bold") + inert(_("day, times open"), "$muted")
        super().__init__(head, "")


def month_end(day: date) -> date:
    """Return the last day of a date's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def _mark(day: OpeningDay) -> CalendarDay:
    marks = {"open": DayMark.OPEN, "full": DayMark.FULL, "closed": DayMark.CLOSED}
    return CalendarDay(day.open, marks.get(day.state.value, DayMark.NONE))
