"""Home: the Video Connect tile, the next visit, and how every facility access stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from tui import presentation
from tui.commands import ENTER, HELP, MOVE, SIGN_OUT, Command
from tui.inert import inert
from tui.screens.access_words import access_choice
from tui.screens.page import Page
from tui.screens.sign_out import LEAVE, ask_to_sign_out
from tui.text import N_, _, ngettext
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import Paragraphs
from tui.words import type_name

if TYPE_CHECKING:
    from datetime import datetime

    from backend_client import Access, Draft, Visit
    from backend_client import Page as PageOf

ITEMS = ("manage_account", "schedule", "visits", "transactions", "next_visit")
"""What the numbers 1 to 5 open, in their order."""
PICK = Command("pick", "", N_("Choose"), N_("Press a number to open that line."), shown="1-5")
NUMBERS = tuple(
    Command(name, str(number), name, N_("Open this line."), footer=False, priority=True)
    for number, name in enumerate(ITEMS, 1)
)


class Tile(Vertical):
    """The Video Connect tile: the one border on the page."""


class Home(Page[None]):
    """Where a visitor starts: one tile with four items, the next visit at its side, the facilities below."""

    PLACE = N_("Home")
    CSS_PATH = "home.tcss"
    AUTO_FOCUS = "#items"
    KEYS: ClassVar = (PICK, ENTER.relabelled(N_("Open")), MOVE, *NUMBERS, LEAVE, HELP, SIGN_OUT)

    def __init__(self) -> None:
        super().__init__()
        self._next: Visit | None = None
        self._upcoming = ""
        self._draft: Draft | None = None
        self._accesses: tuple[Access, ...] = ()

    def body(self) -> ComposeResult:
        yield Paragraphs(inert(self._greeting(), "bold"))
        with Horizontal(id="top"):
            with Tile():
                yield ChoiceList(self._items(), jump=False, marks_always=True, id="items")
            with Vertical(id="next"):
                yield Paragraphs(id="next-words")
                yield ChoiceList(id="next-open", first_number=5, jump=False)
        yield Paragraphs(inert(_("Facilities"), "bold"), id="facilities-title")
        yield ChoiceList(id="facilities", numbered=False, jump=False)

    def on_mount(self) -> None:
        self.query_one(Tile).border_title = inert(_("Video Connect")).markup
        self._show_next()
        self._read_all()

    def connected(self) -> None:
        self._read_all()

    def changed(self, kind: str, subject_id: str) -> None:
        if kind == "access":
            self._read_access()
        elif kind in {"visit", "payment"}:
            self._read_visits()
        elif kind in {"draft", "hold"}:
            self._read_draft()

    def on_screen_resume(self) -> None:
        if self.is_attached and self._framed:
            self._read_all()

    # -- what it shows

    def _greeting(self) -> str:
        hour = presentation.local(self.host.clock.now(), self.host.reader_zone).hour
        account = self.host.session.account
        name = account.first_name if account else ""
        if hour < 12:
            return _("Good morning, {name}.").format(name=name)
        if hour < 18:
            return _("Good afternoon, {name}.").format(name=name)
        return _("Good evening, {name}.").format(name=name)

    def _items(self) -> list[Choice]:
        return [
            Choice("manage_account", _("Manage Account")),
            Choice("schedule", _("Schedule a Visit"), note=_("begun") if self._draft else ""),
            Choice("visits", _("Visits"), note=self._upcoming),
            Choice("transactions", _("Transaction Details")),
        ]

    def _show_items(self) -> None:
        self.query_one("#items", ChoiceList).show(self._items())

    def _read_all(self) -> None:
        self._read_access()
        self._read_visits()
        self._read_draft()

    def _read_access(self) -> None:
        self.read(self.host.client.access.mine, self._show_access, group="access")

    def _read_visits(self) -> None:
        self.read(lambda: self.host.client.visits.listed("upcoming", limit=50), self._show_visits, group="visits")

    def _read_draft(self) -> None:
        self.read(self.host.client.drafts.read, self._show_draft, group="draft")

    def _show_access(self, accesses: tuple[Access, ...]) -> None:
        self._accesses = accesses
        now = self.host.clock.now()
        facilities = self.query_one("#facilities", ChoiceList)
        if accesses:
            facilities.show([access_choice(access, now, self.host.reader_zone) for access in accesses])
        else:
            facilities.show([Choice("add", _("No facility yet. Add one in Manage Account."), note=_("Add"))])

    def _show_visits(self, page: PageOf[Visit]) -> None:
        count = len(page.items)
        more = "+" if page.next_cursor else ""
        self._upcoming = ngettext("{n} upcoming", "{n} upcoming", count).format(n=f"{count}{more}") if count else ""
        self._next = page.items[0] if count else None
        self._show_items()
        self._show_next()

    def _show_draft(self, draft: Draft | None) -> None:
        self._draft = draft
        self._show_items()

    def _show_next(self) -> None:
        opener = self.query_one("#next-open", ChoiceList)
        opener.display = self._next is not None
        words = self.query_one("#next-words", Paragraphs)
        if self._next is None:
            words.show(inert(_("Next visit"), "bold"), inert(_("No visit is scheduled."), "$muted"))
            return
        opener.show([Choice("next_visit", _("Open this visit"))])
        words.show(*_next_words(self._next, self.host.clock.now(), self.host.reader_zone))

    # -- what it does

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        if event.choices.id != "facilities":
            self._open(event.choice.key)
            return
        access = next((access for access in self._accesses if access.id == event.choice.key), None)
        if access is not None and access.can_schedule:
            self._schedule(access.facility.id)
        else:
            self._manage("my_facilities" if access else "add_facility")

    def action_manage_account(self) -> None:
        self._open("manage_account")

    def action_schedule(self) -> None:
        self._open("schedule")

    def action_visits(self) -> None:
        self._open("visits")

    def action_transactions(self) -> None:
        self._open("transactions")

    def action_next_visit(self) -> None:
        self._open("next_visit")

    def _open(self, key: str) -> None:
        if key == "schedule":
            self._schedule(None)
        elif key == "next_visit":
            if self._next is not None:
                from tui.screens.visit_details import VisitDetails

                self.app.push_screen(VisitDetails(self._next.id))
        else:
            self._manage({"visits": "visits", "transactions": "transactions"}.get(key, "my_facilities"))

    def _manage(self, tab: str) -> None:
        from tui.screens.manage_account import open_tab

        open_tab(self.host, tab)

    def _schedule(self, facility_id: str | None) -> None:
        from tui.screens.schedule_visit import ScheduleVisit

        self.app.push_screen(ScheduleVisit(facility_id))

    def action_back(self) -> None:
        ask_to_sign_out(self.host)


def _next_words(visit: Visit, now: datetime, reader_zone: str | None) -> list[str | Content]:
    first, mine = presentation.both_times(visit.starts_at, visit.zone, reader_zone)
    day = presentation.local(visit.starts_at, visit.zone).date()
    today = presentation.local(now, visit.zone).date()
    away = presentation.days_until(day, today)
    return [
        inert(_("Next visit"), "bold"),
        inert(first, "$accent"),
        inert(f"{mine}, {away}" if mine else away, "$muted"),
        visit.individual_name,
        visit.facility.name,
        f"{type_name(visit.visit_type)}, {visit.duration_minutes} min",
        "",
    ]
