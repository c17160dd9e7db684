"""The visit stands: its reference, its time in both zones, how to join, what was charged, and a file to take home."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from tui.commands import Command
from tui.glyphs import glyphs
from tui.inert import inert
from tui.presentation import both_times, date_time, minutes, money, span
from tui.screens.schedule_visit.answers import who, yours_span
from tui.screens.schedule_visit.step import StepView
from tui.screens.take_home import print_visit, show_calendar_code, why_not_taken_home
from tui.screens.visit_keys import CALENDAR_CODE, PRINT
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.qr_code import QrCode, fits
from tui.words import full_type_name

if TYPE_CHECKING:
    from datetime import datetime

    from backend_client import Visit

HOME = Command("home", "enter", N_("Home"), N_("Go to Home; the visit is in Visits from now on."))
SCAN = Command("scan", "c", N_("Code to scan"), N_("Show the link as a code, to scan with a phone."))
SAVE = Command("save_calendar", "s", N_("Save file"), N_("Save the visit as a calendar file (.ics)."))
FRAME_ROWS = 4
"""Rows of a page's header and footer."""
BESIDE = (37, 19)
"""Columns and rows of the code that stands beside the words in a wide terminal: 53 bytes. Others have their page."""


class DoneView(StepView):
    """Everything one has to know about the visit, on one page."""

    KEYS: ClassVar = (HOME, SAVE, SCAN, CALENDAR_CODE, PRINT)
    WIDE = True
    TRAIL = False
    COUNTS = False
    FOCUS = "Told"

    def __init__(self, visit: Visit) -> None:
        super().__init__()
        self._visit = visit

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Told(*_words(self._visit, self.wizard.host.reader_zone, self.wizard.host.clock.now()))
            link = self._visit.join.link or ""
            if link and fits(link, *BESIDE):
                yield QrCode(link)

    def commands(self) -> tuple[Command, ...]:
        settings = self.wizard.host.settings
        left_out = set() if settings.keeps_files else {SAVE.name}
        if not self._visit.join.link:
            left_out.add(SCAN.name)
        if not settings.printer:
            left_out.add(PRINT.name)
        return tuple(command for command in self.KEYS if command.name not in left_out)

    def why_not(self, command: Command) -> str:
        size = self.wizard.host.size
        link = self._visit.join.link or ""
        if command.name == SCAN.name and not fits(link, size.width - 40, size.height - FRAME_ROWS):
            return _("This window has no room for a code of this link.")
        if command.name in (CALENDAR_CODE.name, PRINT.name):
            return why_not_taken_home(self.wizard, command, self._visit)
        return ""

    def action_scan(self) -> None:
        from tui.screens.schedule_visit.scan import ScanPage

        link = self._visit.join.link
        if link:
            self.app.push_screen(ScanPage(link, _opens(self._visit, self.wizard.host.reader_zone)))

    def action_calendar_code(self) -> None:
        show_calendar_code(self.wizard, self._visit)

    def action_print(self) -> None:
        print_visit(self.wizard, self._visit)

    def action_home(self) -> None:
        self.wizard.host.go_home()

    def action_save_calendar(self) -> None:
        from tui.screens.save_calendar import SaveCalendar

        self.app.push_screen(SaveCalendar(self._visit.id, self._visit.reference), self._saved)

    def _saved(self, path: str | None) -> None:
        if path is not None:
            self.wizard.remark(_("Saved as {path}.").format(path=path))

    def back(self) -> bool:
        self.wizard.host.go_home()
        return True


class Told(Paragraphs, can_focus=True):
    """What is told of the visit. It has the keys, so that Enter goes home."""


def _words(visit: Visit, here: str | None, now: datetime) -> list[Content]:
    indent = Content("   ")
    title = inert(f"{glyphs().done} ", "bold $positive") + inert(_("Your visit is confirmed."), "bold")
    reference = inert(_("Reference {reference}").format(reference=visit.reference), "bold $accent")
    groups = [_about(visit, here), _join(visit, here), _charged(visit, now)]
    lines = [title + Content("   ") + reference]
    for heading, group in groups:
        lines.append(Content(""))
        if heading:
            lines.append(inert(heading, "$muted"))
        lines += [indent + line for line in group]
    return lines


def _about(visit: Visit, here: str | None) -> tuple[str, list[Content]]:
    yours = yours_span(visit.starts_at, visit.ends_at, visit.zone, here)
    place = f"{visit.facility.name}, {visit.facility.state}"
    return "", [
        inert(span(visit.starts_at, visit.ends_at, visit.zone), "bold"),
        *([inert(yours)] if yours else []),
        inert(f"{visit.individual_name}, #{visit.booking_number}"),
        inert(f"{place}. {full_type_name(visit.visit_type)}, {minutes(visit.duration_minutes)}."),
        *([inert(who(visit.attendees))] if visit.attendees else []),
    ]


def _opens(visit: Visit, here: str | None) -> str:
    theirs, yours = both_times(visit.join.opens_at, visit.zone, here)
    return _("From {time}").format(time=theirs) + (f" ({yours})" if yours else "")


def _join(visit: Visit, here: str | None) -> tuple[str, list[Content]]:
    where = visit.join.link or visit.join.place or ""
    return _("How to come") if visit.visit_type.value == "in_person" else _("How to join"), [
        inert(visit.join.how),
        *([inert(where, "bold $accent")] if where else []),
        inert(_opens(visit, here)),
    ]


def _charged(visit: Visit, now: datetime) -> tuple[str, list[Content]]:
    total = visit.total
    if not total.minor:
        lines = [inert(_("Nothing. This visit is free."))]
    else:
        amount = money(total.minor, total.currency)
        session, transaction = (money(fee.minor, total.currency) for fee in (visit.session_fee, visit.transaction_fee))
        fees = _("session fee {session}, transaction fee {transaction}").format(
            session=session, transaction=transaction
        )
        if visit.tax.minor:
            fees = _("{fees}, tax {tax}").format(fees=fees, tax=money(visit.tax.minor, total.currency))
        lines = [
            inert(_("{total} with {method}").format(total=amount, method=visit.paid_with or "")),
            inert(fees),
        ]
        if visit.unused_minutes_come_back:
            lines.append(inert(_("Minutes you do not use come back within a day of the visit.")))
    if visit.free_cancel_until is not None:
        until = date_time(visit.free_cancel_until, visit.zone)
        said = _("Free to cancel until {time}, in Visits.").format(time=until)
        lines.append(inert(said if visit.free_cancel_until > now else _("It is too late to cancel it for free.")))
    return _("What was charged"), lines
