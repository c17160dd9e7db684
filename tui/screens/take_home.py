"""Taking a visit home from wherever it is shown: as a code for the phone's calendar, or on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.screens.visit_keys import CALENDAR_CODE, PRINT
from tui.take_home import calendar_entry, slip_of
from tui.text import _
from tui.widgets.qr_code import fits

if TYPE_CHECKING:
    from textual.worker import WorkType

    from backend_client import Visit
    from tui.commands import Command
    from tui.screens.page import Page

PRINTING = "printing"


def why_not_taken_home(page: Page[None], command: Command, visit: Visit) -> str:
    """Return why a visit cannot be shown as a calendar code, or printed, now; an empty string if it can."""
    size = page.host.size
    if command.name == CALENDAR_CODE.name and not fits(calendar_entry(visit), size.width, size.height):
        return _("This window has no room for the calendar code.")
    if command.name == PRINT.name and any(worker.group == PRINTING for worker in page.workers):
        return _("One moment: this is being printed.")
    return ""


def show_calendar_code(page: Page[None], visit: Visit) -> None:
    """Fill the screen with the visit's calendar code."""
    from tui.screens.calendar_code import CalendarCode

    page.app.push_screen(CalendarCode(calendar_entry(visit), visit.reference))


def print_visit(page: Page[None], visit: Visit) -> None:
    """Print the visit, and say on the page how that went. Nothing waits for the printer but the sentence."""
    slip = slip_of(visit, page.host.reader_zone)
    where = page.host.settings.printer

    async def print_it() -> None:
        from tui.printer import print_slip
        from tui.problems import Sentence

        page.waits += 1
        try:
            wrong = await print_slip(where, slip)
        finally:
            page.waits -= 1
        if wrong:
            page.show_problem(Sentence(wrong))
        else:
            page.show_problem(None)
            page.remark(_("Printed."))

    work: WorkType[None] = print_it
    page.run_worker(work, name=PRINTING, group=PRINTING)
