"""One visit: when, where, with whom, how to join, what was paid; moving it, cancelling it, and booking it again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui.commands import BACK, HELP, Command
from tui.screens.forms import again_with
from tui.screens.page import Page
from tui.screens.take_home import print_visit, show_calendar_code, why_not_taken_home
from tui.screens.visit_keys import BOOK_AGAIN, CALENDAR_CODE, MOVE_VISIT, PRINT
from tui.screens.visit_words import visit_words, what_comes_back
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs

if TYPE_CHECKING:
    from backend_client import Cancellation, Visit, VisitDeskError

CANCEL = Command(
    "cancel", "c", N_("Cancel the visit…"), N_("Cancel it, after being told what comes back to you."), changes=True
)
# the footer has no room for it; the help has
CODE = replace(CALENDAR_CODE, footer=False)
CALENDAR = Command(
    "calendar", "s", N_("Save for a calendar"), N_("Save the visit as a file that calendars read."), changes=True
)


class VisitDetails(Page[None]):
    """A visit as the server tells it now."""

    PLACE = N_("Visit")
    CSS_PATH = "visit_details.tcss"
    AUTO_FOCUS = ""
    KEYS: ClassVar = (MOVE_VISIT, CANCEL, BOOK_AGAIN, CALENDAR, CODE, PRINT, BACK, HELP)

    def __init__(self, visit_id: str) -> None:
        super().__init__()
        self._visit_id = visit_id
        self._visit: Visit | None = None

    def body(self) -> ComposeResult:
        yield Paragraphs(id="visit")

    def on_mount(self) -> None:
        self.connected()

    def connected(self) -> None:
        self.read(lambda: self.host.client.visits.read(self._visit_id), self._show)

    def changed(self, kind: str, subject_id: str) -> None:
        if kind in {"visit", "payment"}:
            self.connected()

    def tick(self) -> None:
        super().tick()
        if self._framed and self._visit is not None:
            self._show(self._visit)

    def _show(self, visit: Visit) -> None:
        self._visit = visit
        self.there = visit.zone
        self.place = _("Visit {reference}").format(reference=visit.reference)
        self.query_one("#visit", Paragraphs).show(*visit_words(visit, self.host.clock.now(), self.host.reader_zone))
        self.refresh_keys()

    def commands(self) -> tuple[Command, ...]:
        """A visit to come can be moved and cancelled, one that was can be booked again."""
        to_come = self._visit is None or self._stands()
        left_out = {BOOK_AGAIN.name} if to_come else {MOVE_VISIT.name}
        if not self.host.settings.printer:
            left_out.add(PRINT.name)
        return tuple(command for command in self.KEYS if command.name not in left_out)

    def _stands(self) -> bool:
        visit = self._visit
        return visit is not None and visit.status.value == "confirmed" and visit.ends_at > self.host.clock.now()

    def why_not(self, command: Command) -> str:
        visit = self._visit
        if command.name in (CALENDAR_CODE.name, PRINT.name):
            return self._why_not_taken_home(command) or super().why_not(command)
        if command.name in (CANCEL.name, MOVE_VISIT.name):
            if visit is None or visit.status.value != "confirmed":
                moving = command.name == MOVE_VISIT.name
                return (
                    _("Only a visit that is still to come can be moved.")
                    if moving
                    else _("Only a visit that is still to come can be cancelled.")
                )
            if visit.starts_at <= self.host.clock.now():
                return _("This visit has begun already.")
        if command.name == CALENDAR.name and not self.host.settings.keeps_files:
            return _("This terminal keeps no files.")
        if command.name == CALENDAR.name and (visit is None or visit.status.value != "confirmed"):
            return _("There is nothing to put into a calendar.")
        return super().why_not(command)

    # -- to take home

    def _why_not_taken_home(self, command: Command) -> str:
        if self._visit is None or not self._stands():
            return _("Only a visit that is still to come can be taken home.")
        return why_not_taken_home(self, command, self._visit)

    def action_calendar_code(self) -> None:
        if self._visit is not None:
            show_calendar_code(self, self._visit)

    def action_print(self) -> None:
        if self._visit is not None:
            print_visit(self, self._visit)

    # -- moving, and booking again

    def action_move_visit(self) -> None:
        from tui.screens.move_visit import ask_to_move

        def moved(visit: Visit) -> None:
            self._show(visit)
            self.remark(_("Your visit is moved."))

        self.show_problem(None)
        if self._visit is not None:
            ask_to_move(self, self._visit, moved)

    def action_book_again(self) -> None:
        from tui.screens.schedule_visit import ScheduleVisit

        if self._visit is not None:
            self.app.push_screen(ScheduleVisit(again=self._visit))

    # -- cancelling

    def action_cancel(self) -> None:
        self.show_problem(None)
        self.read(lambda: self.host.client.visits.cancellation(self._visit_id), self._ask, group="cancellation")

    def _ask(self, offer: Cancellation) -> None:
        from tui.screens.dialogs import Popup, Question

        if not offer.allowed:
            words = [reason.sentence for reason in offer.reasons] or [_("The server gave no reason.")]
            self.app.push_screen(Popup(_("This visit cannot be cancelled here"), *words))
            self.connected()
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._send(offer)

        self.app.push_screen(
            Question(_("Cancel this visit?"), *what_comes_back(offer), yes=_("Cancel the visit"), no=_("Keep it")),
            answered,
        )

    def _send(self, offer: Cancellation) -> None:
        def cancelled(visit: Visit) -> None:
            self._show(visit)
            self.remark(_("The visit is cancelled."))

        def refused(error: VisitDeskError) -> None:
            self.show_problem(again_with(CANCEL, error))
            self.connected()

        self.write(
            CANCEL.name,
            lambda intent: self.host.client.visits.cancel(
                self._visit_id, expected_back=offer.comes_back, intent=intent
            ),
            cancelled,
            about=(self._visit_id, offer.comes_back),
            refused=refused,
        )

    def action_calendar(self) -> None:
        from tui.screens.save_calendar import SaveCalendar

        def saved(path: str | None) -> None:
            if path:
                self.remark(_("Saved as {path}.").format(path=path))

        if self._visit is not None:
            self.app.push_screen(SaveCalendar(self._visit.id, self._visit.reference), saved)
