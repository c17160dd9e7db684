"""The Facility Desk: the access requests of a facility, soonest due first, and the decision on each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui.commands import HELP, MOVE, SIGN_OUT, Command
from tui.glyphs import glyphs
from tui.inert import inert
from tui.screens.forms import again_with
from tui.screens.page import Page
from tui.screens.request_words import columns, decided_word, declared, full_name, id_is_missing, request_row
from tui.screens.sign_out import LEAVE, ask_to_sign_out
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.table import Table

if TYPE_CHECKING:
    from backend_client import AccessRequest, Decision, FacilityRef, VisitDeskError
    from backend_client import Page as PageOf

APPROVE = Command("approve", "a", N_("Approve"), N_("Give access. The visitor is told at once."))
DENY = Command("deny", "d", N_("Deny…"), N_("Refuse access, with a reason that the visitor reads."))
ID_SEEN = Command("id_seen", "i", N_("ID seen"), N_("Note that you have seen the visitor's ID."))
TODAY = Command("today", "v", N_("Visits"), N_("See today's visits: check visitors in, and record outcomes."))
CASH = Command("cash", "c", N_("Cash"), N_("Take cash for a visitor's balance, and see what was taken today."))
MOVE_UNSAID = replace(MOVE, footer=False)
"""The footer has no room for what everybody tries."""
OTHER = Command("other", "f", N_("Facility"), N_("Go to the next facility you work at."))
DECISIONS = frozenset({APPROVE.name, DENY.name, ID_SEEN.name})
PAGE_SIZE, MOST_AT_ONCE = 100, 200


class Desk(Page[None]):
    """A table of requests that wait; below it everything that the visitor of the marked one declared.

    A request that is decided stays under the cursor, marked as decided, until the cursor moves: a second key press, or
    one that comes just as another officer decides, never falls on the next person.
    """

    CSS_PATH = "desk.tcss"
    AUTO_FOCUS = "Table"
    KEYS: ClassVar = (APPROVE, DENY, ID_SEEN, TODAY, CASH, OTHER, MOVE_UNSAID, LEAVE, HELP, SIGN_OUT)

    def __init__(self) -> None:
        super().__init__()
        self.add_class("-full-width")
        self._requests: list[AccessRequest] = []
        self._cursor: str | None = None
        self._place = 0

    def body(self) -> ComposeResult:
        yield Paragraphs(id="count")
        yield Table(columns(), empty=_("Nobody waits for an answer. New requests appear here by themselves."))
        yield Paragraphs(id="declared")

    def on_mount(self) -> None:
        self.connected()

    @property
    def facilities(self) -> tuple[FacilityRef, ...]:
        """The facilities the officer works at."""
        account = self.host.session.account
        return account.facilities if account else ()

    @property
    def facility(self) -> FacilityRef | None:
        """The facility whose requests are shown."""
        return self.facilities[self._place % len(self.facilities)] if self.facilities else None

    def commands(self) -> tuple[Command, ...]:
        several = len(self.facilities) > 1
        return tuple(command for command in self.KEYS if several or command.name != OTHER.name)

    # -- reading

    def connected(self) -> None:
        facility = self.facility
        if facility is None:
            self.query_one("#count", Paragraphs).show(_("You are not assigned to a facility. Ask whoever runs this."))
            return
        self.place = f"{_('Facility Desk')} {glyphs().dot} {facility.name}"
        self.there = facility.zone
        self._read_page(None, min(max(PAGE_SIZE, len(self._requests)), MOST_AT_ONCE))

    def changed(self, kind: str, subject_id: str) -> None:
        if kind == "access":
            self.connected()

    def _read_page(self, cursor: str | None, limit: int = PAGE_SIZE) -> None:
        facility = self.facility
        if facility is not None:
            self.read(
                lambda: self.host.client.desk.access_requests(facility.id, cursor=cursor, limit=limit),
                self._show_first if cursor is None else self._show_more,
            )

    def _show_first(self, page: PageOf[AccessRequest]) -> None:
        requests = list(page.items)
        marked = self.marked
        if marked is not None and all(request.id != marked.id for request in requests):
            # it was decided, by us or by somebody else: it stays where it is until the cursor moves
            requests.insert(min(self._requests.index(marked), len(requests)), _no_longer_pending(marked))
        self._requests = requests
        self._cursor = page.next_cursor
        self._draw()

    def _show_more(self, page: PageOf[AccessRequest]) -> None:
        self._requests += page.items
        self._cursor = page.next_cursor
        self._draw()

    def on_table_wanted(self) -> None:
        if self._cursor is not None:
            self._read_page(self._cursor)

    # -- drawing

    def _draw(self) -> None:
        now = self.host.clock.now()
        rows = [request_row(request, now, self.there) for request in self._requests]
        self.query_one(Table).show(rows, more=self._cursor is not None)
        self._tell()

    @property
    def marked(self) -> AccessRequest | None:
        """The request under the cursor."""
        row = self.query_one(Table).marked
        return next((request for request in self._requests if row and request.id == row.key), None)

    def on_table_marked(self) -> None:
        marked = self.marked
        left = [each for each in self._requests if each is marked or each.status.value == "pending"]
        if len(left) < len(self._requests):
            self._requests = left
            self._draw()
        else:
            self._tell()

    def _tell(self) -> None:
        waiting = sum(request.status.value == "pending" for request in self._requests)
        count = f"{_('Access Requests').upper()} {waiting}{'+' if self._cursor else ''}"
        self.query_one("#count", Paragraphs).show(inert(count, "bold $accent"))
        request = self.marked
        self.query_one("#declared", Paragraphs).show(*(declared(request, self.there) if request else ()))
        self.refresh_keys()

    # -- deciding

    def why_not(self, command: Command) -> str:
        if command.name not in DECISIONS:
            return super().why_not(command)
        if any(self.host.writes.running(name) for name in DECISIONS):
            return _("One moment: this is being sent.")
        request = self.marked
        return _why_not_decided(command, request) if request else _("Nobody waits for an answer.")

    def action_id_seen(self) -> None:
        request = self.marked
        if request is not None:
            self.write(
                ID_SEEN.name,
                lambda intent: self.host.client.desk.mark_id_seen(request.id, intent=intent),
                self._replace,
                about=request.id,
                refused=lambda error: self._not_done(ID_SEEN, error),
            )

    def action_approve(self) -> None:
        request = self.marked
        if request is not None:
            self._decide(APPROVE, request, "approved", None)

    def action_deny(self) -> None:
        from tui.screens.deny_access import DenyAccess

        request = self.marked
        if request is None:
            return

        def answered(reason: str | None) -> None:
            if reason:
                self._decide(DENY, request, "denied", reason)

        self.app.push_screen(DenyAccess(full_name(request), request.id), answered)

    def _decide(self, command: Command, request: AccessRequest, decision: Decision, reason: str | None) -> None:
        def decided(answer: AccessRequest) -> None:
            self.host.session.typed.pop(f"deny_access.{request.id}", None)
            word = _("{name} has access now.") if answer.status.value == "approved" else _("{name} was refused.")
            self.remark(word.format(name=full_name(answer)))
            self._replace(answer)

        self.write(
            command.name,
            lambda intent: self.host.client.desk.decide(
                request.id, decision, version=request.version, reason=reason, intent=intent
            ),
            decided,
            about=(request.id, decision, reason),
            refused=lambda error: self._not_done(command, error),
        )

    def _replace(self, answer: AccessRequest) -> None:
        self._requests = [answer if request.id == answer.id else request for request in self._requests]
        self._draw()

    def _not_done(self, command: Command, error: VisitDeskError) -> None:
        self.show_problem(again_with(command, error))
        self.connected()

    # -- going elsewhere

    def action_today(self) -> None:
        from tui.screens.desk_visits import DeskVisits

        if self.facility is not None:
            self.app.push_screen(DeskVisits(self.facility))

    def action_cash(self) -> None:
        from tui.screens.cash_today import CashToday

        if self.facility is not None:
            self.app.push_screen(CashToday(self.facility))

    def action_other(self) -> None:
        self._place += 1
        self._requests = []
        self._draw()
        self.show_problem(None)
        if self.facility is not None:
            self.host.follow_facility(self.facility.id)
        self.connected()

    def action_back(self) -> None:
        ask_to_sign_out(self.host)


def _why_not_decided(command: Command, request: AccessRequest) -> str:
    """Return why a decision on a request cannot be made now, or nothing where it can."""
    if request.status.value != "pending":
        return _("This request is no longer pending ({word}). Move to another one.").format(word=decided_word(request))
    if command.name == ID_SEEN.name and request.id_seen_at is not None:
        return _("The ID was seen already.")
    if command.name == APPROVE.name and id_is_missing(request):
        return _("See the ID first, then press I.")
    return ""


def _no_longer_pending(request: AccessRequest) -> AccessRequest:
    """Return a request that is not in the list any more: decided, and not known how."""
    if request.status.value != "pending":
        return request
    return replace(request, status=type(request.status)("decided"))
