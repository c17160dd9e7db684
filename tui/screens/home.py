"""Home: the Video Connect tile, the next visit, and how every facility access stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from tui import presentation
from tui.commands import BACK, ENTER, HELP, MOVE, SIGN_OUT, Command
from tui.inert import inert
from tui.screens.access_words import access_choices, standing
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

PICK = Command("pick", "", N_("Choose"), N_("Press a number to open that line."), shown="1-5")
PICK_FOUR = replace(PICK, shown="1-4")
"""While there is no next visit to open."""
SCHEDULE = Command(
    "schedule", "2", N_("Schedule a Visit"), N_("Schedule a visit."), footer=False, priority=True, changes=True
)
NUMBERS = (
    Command("manage_account", "1", N_("Manage Account"), N_("Open Manage Account."), footer=False, priority=True),
    Command(
        "schedule", "2", N_("Schedule a Visit"), N_("Schedule a visit."), footer=False, priority=True, changes=True
    ),
    Command("visits", "3", N_("Visits"), N_("See your visits."), footer=False, priority=True),
    Command("transactions", "4", N_("Transaction Details"), N_("See every charge."), footer=False, priority=True),
    Command("next_visit", "5", N_("Open this visit"), N_("Open the next visit."), footer=False, priority=True),
)
"""What the numbers open, in the order of the lines."""


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

    def commands(self) -> tuple[Command, ...]:
        other = {} if self._next is not None else {PICK: PICK_FOUR}
        if self.looks_only:
            other[LEAVE] = BACK
        return tuple(other.get(command, command) for command in self.KEYS)

    def body(self) -> ComposeResult:
        yield Paragraphs(inert(self._greeting(), "bold"))
        with Horizontal(id="top"):
            with Tile():
                yield ChoiceList(self._items(), jump=False, leaves=True, id="items")
            with Vertical(id="next"):
                yield Paragraphs(id="next-when")
                yield Paragraphs(id="next-what")
                yield ChoiceList(id="next-open", first_number=5, jump=False, leaves=True)
        yield Paragraphs(inert(_("Facilities"), "bold"), id="facilities-title")
        yield ChoiceList(id="facilities", numbered=False, jump=False, leaves=True)

    def on_mount(self) -> None:
        self.query_one(Tile).border_title = inert(_("Video Connect"))
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
        self._accesses = standing(accesses)
        facilities = self.query_one("#facilities", ChoiceList)
        if accesses:
            facilities.show(access_choices(self._accesses, self.host.clock.now(), self.host.reader_zone))
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
        when, what = self.query_one("#next-when", Paragraphs), self.query_one("#next-what", Paragraphs)
        if self._next is None:
            when.show(inert(_("Next visit"), "bold"), inert(_("No visit is scheduled."), "$muted"))
            what.show()
        else:
            opener.show([Choice("next_visit", _("Open this visit"))])
            when.show(*_next_when(self._next, self.host.clock.now(), self.host.reader_zone))
            what.show(*_next_what(self._next))
        self.refresh_keys()

    # -- what it does

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        if event.choices.id != "facilities":
            self._open(event.choice.key)
            return
        access = next((access for access in self._accesses if access.id == event.choice.key), None)
        if access is None:
            self._manage("add_facility")
        elif access.can_schedule:
            self._schedule(access.facility.id)
        else:
            from tui.screens.my_facilities import MyFacilities

            self.app.push_screen(MyFacilities(mark=access.id))

    def why_not(self, command: Command) -> str:
        if command.name == "next_visit" and self._next is None:
            return _("No visit is scheduled.")
        return super().why_not(command)

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
        if self.refuse_in_a_look():
            return
        from tui.screens.schedule_visit import ScheduleVisit

        self.app.push_screen(ScheduleVisit(facility_id))

    def action_back(self) -> None:
        if self.looks_only:
            self.dismiss(None)
        else:
            ask_to_sign_out(self.host)


def _next_when(visit: Visit, now: datetime, reader_zone: str | None) -> list[Content]:
    """Say when the next visit is: in how many days, there, and on the reader's clock where that differs."""
    first, mine = presentation.both_times(visit.starts_at, visit.zone, reader_zone)
    day = presentation.local(visit.starts_at, visit.zone).date()
    away = presentation.days_until(day, presentation.local(now, visit.zone).date())
    title = inert(_("Next visit"), "bold") + inert(f"  {away}", "$muted")
    return [title, inert(first, "$accent"), *([inert(mine, "$muted")] if mine else [])]


def _next_what(visit: Visit) -> list[Content]:
    """Say with whom, where and how, a line each."""
    length = _("{type}, {n} min").format(type=type_name(visit.visit_type), n=visit.duration_minutes)
    return [inert(visit.individual_name), inert(visit.facility.name), inert(length)]
