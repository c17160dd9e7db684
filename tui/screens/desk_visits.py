"""Visits of a day at the Facility Desk: who comes, who is here, what needs a person; check in, and record outcomes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui import presentation
from tui.commands import BACK, HELP, MOVE, Command
from tui.glyphs import glyphs
from tui.inert import inert
from tui.screens.desk_visit_words import about, check_in_words, columns, visit_row
from tui.screens.forms import again_with
from tui.screens.page import Page
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.table import Table

if TYPE_CHECKING:
    from backend_client import DeskVisit, FacilityRef, VisitDeskError, VisitStatus
    from backend_client import DeskVisits as DayOfVisits

CHECK_IN = Command("check_in", "c", N_("Check in…"), N_("Note that the visitor is here; the rules decide once more."))
OUTCOME = Command("outcome", "o", N_("Outcome…"), N_("Record what became of the visit, or put it right."))
DAY_BEFORE = Command("day_before", "left", N_("Day before"), N_("See the day before."), footer=False)
DAY_AFTER = Command("day_after", "right", N_("Day"), N_("See the day after, or before."), shown=N_("Left Right"))
PAGE_SIZE, MOST_AT_ONCE = 100, 200


class DeskVisits(Page[None]):
    """A table of one day's visits; below it everything about the marked one.

    Args:
        facility: The facility whose visits are shown.
    """

    CSS_PATH = "desk_visits.tcss"
    AUTO_FOCUS = "Table"
    KEYS: ClassVar = (CHECK_IN, OUTCOME, DAY_BEFORE, DAY_AFTER, MOVE, BACK, HELP)

    def __init__(self, facility: FacilityRef) -> None:
        super().__init__()
        self.add_class("-full-width")
        self._facility = facility
        self._day: date | None = None
        self._visits: list[DeskVisit] = []
        self._cursor: str | None = None

    def body(self) -> ComposeResult:
        yield Paragraphs(id="count")
        yield Table(columns(), empty=_("There are no visits on this day."))
        yield Paragraphs(id="about")

    def on_mount(self) -> None:
        self.place = f"{_('Visits')} {glyphs().dot} {self._facility.name}"
        self.there = self._facility.zone
        self.connected()

    # -- reading

    def connected(self) -> None:
        self._read_page(None, min(max(PAGE_SIZE, len(self._visits)), MOST_AT_ONCE))

    def changed(self, kind: str, subject_id: str) -> None:
        if kind == "visit":
            self.connected()

    def _read_page(self, cursor: str | None, limit: int = PAGE_SIZE) -> None:
        facility_id, day = self._facility.id, self._day
        self.read(
            lambda: self.host.client.desk.visits(facility_id, day=day, cursor=cursor, limit=limit),
            self._show_first if cursor is None else self._show_more,
        )

    def _show_first(self, page: DayOfVisits) -> None:
        self._day, self._visits, self._cursor = page.date, list(page.items), page.next_cursor
        self._draw()

    def _show_more(self, page: DayOfVisits) -> None:
        self._visits += page.items
        self._cursor = page.next_cursor
        self._draw()

    def on_table_wanted(self) -> None:
        if self._cursor is not None:
            self._read_page(self._cursor)

    # -- drawing

    def _draw(self) -> None:
        now = self.host.clock.now()
        self.query_one(Table).show([visit_row(visit, now) for visit in self._visits], more=self._cursor is not None)
        self._tell()

    def on_table_marked(self) -> None:
        self._tell()

    @property
    def marked(self) -> DeskVisit | None:
        """The visit under the cursor."""
        row = self.query_one(Table).marked
        return next((visit for visit in self._visits if row and visit.id == row.key), None)

    def _tell(self) -> None:
        day = presentation.short_date(self._day) if self._day else ""
        review = sum(bool(visit.flags) and visit.status.value == "confirmed" for visit in self._visits)
        counts = f"{day}   {_('Visits').upper()} {len(self._visits)}{'+' if self._cursor else ''}"
        needs = f"   {_('Needs review')} {review}" if review else ""
        self.query_one("#count", Paragraphs).show(inert(counts, "bold $accent") + inert(needs, "$caution"))
        visit = self.marked
        self.query_one("#about", Paragraphs).show(*(about(visit) if visit else ()))
        self.refresh_keys()

    # -- checking in and recording

    def why_not(self, command: Command) -> str:
        if command.name not in (CHECK_IN.name, OUTCOME.name):
            return super().why_not(command)
        visit, now = self.marked, self.host.clock.now()
        if visit is None:
            return _("There is no visit here.")
        if visit.status.value == "cancelled":
            return _("This visit is cancelled.")
        if command.name == OUTCOME.name:
            return _("This visit has not begun yet.") if now < visit.starts_at else ""
        return _why_not_check_in(visit, now)

    def action_check_in(self) -> None:
        from tui.screens.dialogs import Question

        visit = self.marked
        if visit is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._check_in(visit)

        title = _("Check {name} in?").format(name=visit.visitor_name)
        self.app.push_screen(
            Question(title, *about(visit)[1:], yes=_("Check in"), no=_("Not now"), yes_first=not visit.flags), answered
        )

    def _check_in(self, visit: DeskVisit) -> None:
        def done(answer: DeskVisit) -> None:
            self.remark(_("{name} is checked in.").format(name=answer.visitor_name))
            self._replace(answer)

        self.write(
            CHECK_IN.name,
            lambda intent: self.host.client.desk.check_in(visit.id, intent=intent),
            done,
            about=visit.id,
            refused=lambda error: self._not_done(CHECK_IN, error),
        )

    def action_outcome(self) -> None:
        from backend_client import VisitStatus
        from tui.screens.record_outcome import RecordOutcome

        visit = self.marked
        if visit is None:
            return

        def answered(outcome: str | None) -> None:
            if outcome is not None:
                self._record(visit, VisitStatus(outcome))

        self.app.push_screen(RecordOutcome(visit), answered)

    def _record(self, visit: DeskVisit, outcome: VisitStatus) -> None:
        def done(answer: DeskVisit) -> None:
            self.remark(_("It is recorded."))
            self._replace(answer)

        self.write(
            OUTCOME.name,
            lambda intent: self.host.client.desk.record_outcome(visit.id, outcome, intent=intent),
            done,
            about=(visit.id, outcome),
            refused=lambda error: self._not_done(OUTCOME, error),
        )

    def _replace(self, answer: DeskVisit) -> None:
        self._visits = [answer if visit.id == answer.id else visit for visit in self._visits]
        self._draw()

    def _not_done(self, command: Command, error: VisitDeskError) -> None:
        self.show_problem(again_with(command, error))
        self.connected()

    # -- other days

    def action_day_before(self) -> None:
        self._turn(-1)

    def action_day_after(self) -> None:
        self._turn(1)

    def _turn(self, by: int) -> None:
        if self._day is not None:
            self._day += timedelta(days=by)
            self._visits, self._cursor = [], None
            self.show_problem(None)
            self._draw()
            self.connected()


def _why_not_check_in(visit: DeskVisit, now: datetime) -> str:
    if visit.checked_in_at is not None:
        return _("The visitor is checked in already.")
    if now < visit.check_in_opens_at:
        return check_in_words(visit)
    return _("This visit is over.") if now >= visit.ends_at else ""
