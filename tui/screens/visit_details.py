"""One visit: when, where, with whom, how to join, what was paid; and cancelling it, with what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.content import Content

from tui import presentation
from tui.commands import BACK, HELP, Command
from tui.inert import inert
from tui.screens.page import Page
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.words import full_type_name, visit_status

if TYPE_CHECKING:
    from backend_client import Cancellation, Visit

CANCEL = Command("cancel", "c", N_("Cancel the visit…"), N_("Cancel it, after being told what comes back to you."))
CALENDAR = Command("calendar", "s", N_("Save for a calendar"), N_("Save the visit as a file that calendars read."))


class VisitDetails(Page[None]):
    """A visit as the server tells it now."""

    PLACE = N_("Visit")
    CSS_PATH = "visit_details.tcss"
    AUTO_FOCUS = ""
    KEYS: ClassVar = (CANCEL, CALENDAR, BACK, HELP)

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

    def _show(self, visit: Visit) -> None:
        self._visit = visit
        self.there = visit.zone
        self.place = _("Visit {reference}").format(reference=visit.reference)
        self.query_one(Paragraphs).show(*self._words(visit))
        self.refresh_keys()

    def _words(self, visit: Visit) -> list[Content]:
        here = self.host.reader_zone
        when = presentation.span(visit.starts_at, visit.ends_at, visit.zone)
        _first, mine = presentation.both_times(visit.starts_at, visit.zone, here)
        lines = [
            inert(f"{visit.individual_name}, #{visit.booking_number}", "bold"),
            inert(visit_status(visit), "$critical" if visit.status.value == "cancelled" else "$positive"),
            Content(""),
            _labelled(_("When"), when),
            *([_labelled("", mine)] if mine else []),
            _labelled(_("Facility"), f"{visit.facility.name}, {visit.facility.state}"),
            _labelled(_("Type"), full_type_name(visit.visit_type)),
            _labelled(_("Who is coming"), ", ".join([_("you"), *(attendee.name for attendee in visit.attendees)])),
            Content(""),
        ]
        if visit.status.value == "cancelled":
            return lines + self._how_cancelled(visit) + _paid(visit)
        lines.append(_labelled(_("To join"), visit.join.how))
        lines += [_labelled("", where) for where in (visit.join.link, visit.join.place) if where]
        opens = presentation.date_time(visit.join.opens_at, visit.zone)
        lines += [_labelled("", _("from {time} on").format(time=opens)), Content("")]
        if visit.free_cancel_until is not None:
            until = presentation.date_time(visit.free_cancel_until, visit.zone)
            lines.append(_labelled(_("Cancel"), _("free of charge until {time}").format(time=until)))
        return lines + _paid(visit)

    def _how_cancelled(self, visit: Visit) -> list[Content]:
        by = {"visitor": _("by you"), "facility": _("by the facility"), "support": _("by support")}
        who = by.get(visit.cancelled_by.value, "") if visit.cancelled_by else ""
        when = presentation.date_time(visit.cancelled_at, visit.zone) if visit.cancelled_at else ""
        lines = [_labelled(_("Cancelled"), f"{when} {who}".strip())]
        return [*lines, _labelled(_("Reason"), visit.reason)] if visit.reason else lines

    # -- cancelling

    def why_not(self, command: Command) -> str:
        if command.name == CANCEL.name:
            if self._visit is None or self._visit.status.value != "confirmed":
                return _("Only a visit that is still to come can be cancelled.")
            if self._visit.starts_at <= self.host.clock.now():
                return _("This visit has begun already.")
        if command.name == CALENDAR.name and self.host.settings.kiosk:
            return _("This terminal keeps no files.")
        if command.name == CALENDAR.name and (self._visit is None or self._visit.status.value != "confirmed"):
            return _("There is nothing to put into a calendar.")
        return super().why_not(command)

    def action_cancel(self) -> None:
        self.read(lambda: self.host.client.visits.cancellation(self._visit_id), self._ask, group="cancellation")

    def _ask(self, offer: Cancellation) -> None:
        from tui.screens.dialogs import Popup, Question

        if not offer.allowed:
            words = [reason.sentence for reason in offer.reasons]
            self.app.push_screen(Popup(_("This visit cannot be cancelled here"), *words))
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.write(
                    CANCEL.name,
                    lambda intent: self.host.client.visits.cancel(
                        self._visit_id, expected_back=offer.comes_back, intent=intent
                    ),
                    self._cancelled,
                    about=(self._visit_id, offer.comes_back),
                )

        self.app.push_screen(
            Question(_("Cancel this visit?"), *what_comes_back(offer), yes=_("Cancel the visit"), no=_("Keep it")),
            answered,
        )

    def _cancelled(self, visit: Visit) -> None:
        self._show(visit)
        self.remark(_("The visit is cancelled."))

    def action_calendar(self) -> None:
        from tui.screens.save_calendar import SaveCalendar

        def saved(path: str | None) -> None:
            if path:
                self.remark(_("Saved as {path}.").format(path=path))

        if self._visit is not None:
            self.app.push_screen(SaveCalendar(self._visit.id, self._visit.reference), saved)


def what_comes_back(offer: Cancellation) -> list[str]:
    """Say before a cancellation how much comes back, to where, and how much does not."""
    back = presentation.money(offer.comes_back.minor, offer.comes_back.currency)
    keeps = presentation.money(offer.keeps.minor, offer.keeps.currency)
    if offer.sentence_code == "nothing_paid":
        return [_("Nothing was paid, so nothing comes back. The time becomes free for others.")]
    if offer.sentence_code == "late":
        late = _("It is too late for a full return: {keeps} is kept.").format(keeps=keeps)
        if not offer.comes_back.minor:
            return [late, _("Nothing comes back.")]
        return [late, _("{back} comes back to {to}.").format(back=back, to=offer.to or "")]
    return [_("{back} comes back to {to}: all that you paid.").format(back=back, to=offer.to or "")]


def _labelled(label: str, text: str) -> Content:
    return inert(f"{label:<16}", "$muted") + inert(text)


def _paid(visit: Visit) -> list[Content]:
    fees = _("Session fee {session} + Transaction fee {transaction} = {total}").format(
        session=presentation.money(visit.session_fee.minor, visit.session_fee.currency),
        transaction=presentation.money(visit.transaction_fee.minor, visit.transaction_fee.currency),
        total=presentation.money(visit.total.minor, visit.total.currency),
    )
    lines = [_labelled(_("Fees"), fees)]
    return [*lines, _labelled(_("Paid with"), visit.paid_with)] if visit.paid_with else lines
