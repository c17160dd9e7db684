"""The Facility Desk: the access requests of a facility, soonest due first, and the decision on each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.content import Content

from tui import presentation
from tui.commands import HELP, SIGN_OUT, Command
from tui.glyphs import glyphs
from tui.inert import inert
from tui.screens.create_account import ID_KINDS
from tui.screens.page import Page
from tui.screens.sign_out import LEAVE, ask_to_sign_out
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.table import Column, Row, Table

if TYPE_CHECKING:
    from datetime import date

    from backend_client import AccessRequest, Decision, FacilityRef, VisitDeskError
    from backend_client import Page as PageOf

APPROVE = Command("approve", "a", N_("Approve"), N_("Give access. The visitor is told at once."))
DENY = Command("deny", "d", N_("Deny…"), N_("Refuse access, with a reason that the visitor reads."))
ID_SEEN = Command("id_seen", "i", N_("ID seen"), N_("Note that you have seen the visitor's ID."))
OTHER = Command("other", "f", N_("Facility"), N_("Go to the next facility you work at."))
PAGE_SIZE = 100


class Desk(Page[None]):
    """A table of requests that wait; below it everything that the visitor of the marked one declared."""

    CSS_PATH = "desk.tcss"
    AUTO_FOCUS = "Table"
    KEYS: ClassVar = (APPROVE, DENY, ID_SEEN, OTHER, LEAVE, HELP, SIGN_OUT)

    def __init__(self) -> None:
        super().__init__()
        self.add_class("-full-width")
        self._requests: list[AccessRequest] = []
        self._cursor: str | None = None
        self._place = 0

    def body(self) -> ComposeResult:
        yield Paragraphs(id="count")
        yield Table(
            (
                Column(_("Due"), 10),
                Column(_("Name"), 20, grow=2),
                Column(_("Wants to see"), 20, grow=2),
                Column(_("Relationship"), 12, grow=1),
                Column(_("ID"), 12),
            ),
            empty=_("Nobody waits for an answer. New requests appear here by themselves."),
        )
        yield Paragraphs(id="declared")

    def on_mount(self) -> None:
        self.connected()

    @property
    def facility(self) -> FacilityRef | None:
        """The facility whose requests are shown, one of those the officer works at."""
        account = self.host.session.account
        facilities = account.facilities if account else ()
        return facilities[self._place % len(facilities)] if facilities else None

    def commands(self) -> tuple[Command, ...]:
        account = self.host.session.account
        several = account is not None and len(account.facilities) > 1
        return tuple(command for command in self.KEYS if several or command.name != OTHER.name)

    # -- reading

    def connected(self) -> None:
        facility = self.facility
        if facility is None:
            self.query_one("#count", Paragraphs).show(_("You are not assigned to a facility. Ask whoever runs this."))
            return
        self.place = f"{_('Facility Desk')} {glyphs().dot} {facility.name}"
        self.there = facility.zone
        self._read_page(None)

    def changed(self, kind: str, subject_id: str) -> None:
        if kind == "access":
            self.connected()

    def _read_page(self, cursor: str | None) -> None:
        facility = self.facility
        if facility is not None:
            self.read(
                lambda: self.host.client.desk.access_requests(facility.id, cursor=cursor, limit=PAGE_SIZE),
                self._show_first if cursor is None else self._show_more,
            )

    def _show_first(self, page: PageOf[AccessRequest]) -> None:
        self._requests = list(page.items)
        self._cursor = page.next_cursor
        self.query_one(Table).show([self._row(each) for each in page.items], more=page.next_cursor is not None)
        self._tell()

    def _show_more(self, page: PageOf[AccessRequest]) -> None:
        self._requests += page.items
        self._cursor = page.next_cursor
        self.query_one(Table).append([self._row(each) for each in page.items], more=page.next_cursor is not None)

    def on_table_wanted(self) -> None:
        if self._cursor is not None:
            self._read_page(self._cursor)

    # -- drawing

    def _today(self) -> date:
        return presentation.local(self.host.clock.now(), self.there).date()

    def _row(self, request: AccessRequest) -> Row:
        due = presentation.local(request.due_at, self.there).date()
        today = self._today()
        when = presentation.short_date(due)
        late = inert(_("Late"), "$critical") if due < today else inert(_("Today"), "$caution") if due == today else when
        applicant = request.applicant
        return Row(
            request.id,
            (
                late,
                f"{applicant.last_name}, {applicant.first_name}",
                request.individual_name,
                request.relationship,
                _id_word(request),
            ),
        )

    @property
    def marked(self) -> AccessRequest | None:
        """The request under the cursor."""
        row = self.query_one(Table).marked
        return next((request for request in self._requests if row and request.id == row.key), None)

    def on_table_marked(self) -> None:
        self._tell()

    def _tell(self) -> None:
        count = f"{_('ACCESS REQUESTS')} {len(self._requests)}{'+' if self._cursor else ''}"
        self.query_one("#count", Paragraphs).show(inert(count, "bold $accent"))
        request = self.marked
        self.query_one("#declared", Paragraphs).show(*(_declared(request, self.there) if request else ()))
        self.refresh_keys()

    # -- deciding

    def why_not(self, command: Command) -> str:
        request = self.marked
        if command.name in {APPROVE.name, DENY.name, ID_SEEN.name} and request is None:
            return _("Nobody waits for an answer.")
        if request is not None and command.name == ID_SEEN.name and request.id_seen_at is not None:
            return _("The ID was seen already.")
        if request is not None and command.name == APPROVE.name and _id_is_missing(request):
            return _("This facility asks that an officer has seen the ID first: press I then.")
        return super().why_not(command)

    def action_id_seen(self) -> None:
        request = self.marked
        if request is not None:
            self.write(
                ID_SEEN.name,
                lambda intent: self.host.client.desk.mark_id_seen(request.id, intent=intent),
                lambda _request: self.connected(),
                about=request.id,
            )

    def action_approve(self) -> None:
        request = self.marked
        if request is not None:
            self._decide(APPROVE.name, request, "approved", None)

    def action_deny(self) -> None:
        from tui.screens.deny_access import DenyAccess

        request = self.marked
        if request is None:
            return

        def answered(reason: str | None) -> None:
            if reason:
                self._decide(DENY.name, request, "denied", reason)

        self.app.push_screen(DenyAccess(f"{request.applicant.first_name} {request.applicant.last_name}"), answered)

    def _decide(self, name: str, request: AccessRequest, decision: Decision, reason: str | None) -> None:
        who = f"{request.applicant.first_name} {request.applicant.last_name}"

        def decided(answer: AccessRequest) -> None:
            word = _("{name} has access now.") if answer.status.value == "approved" else _("{name} was refused.")
            self.remark(word.format(name=who))
            self.connected()

        def refused(error: VisitDeskError) -> None:
            self.refused(error)
            self.connected()

        self.write(
            name,
            lambda intent: self.host.client.desk.decide(
                request.id, decision, version=request.version, reason=reason, intent=intent
            ),
            decided,
            about=(request.id, decision, reason),
            refused=refused,
        )

    def action_other(self) -> None:
        self._place += 1
        self.connected()

    def action_back(self) -> None:
        ask_to_sign_out(self.host)


def _id_is_missing(request: AccessRequest) -> bool:
    return request.id_must_be_seen and request.id_seen_at is None


def _id_word(request: AccessRequest) -> str:
    if request.id_seen_at is not None:
        return _("seen at desk")
    return _("not seen") if request.id_must_be_seen else _("not needed")


def _declared(request: AccessRequest, zone: str | None) -> list[Content]:
    person = request.applicant
    kind = _(ID_KINDS[person.id_kind]) if person.id_kind in ID_KINDS else person.id_kind
    born = _("born {day}").format(day=presentation.full_date(person.birth_date))
    home = f"{person.address_line}, {person.city} {person.state} {person.postal_code}"
    identity = _("{kind}, ends in {last}").format(kind=kind, last=person.id_last4)
    asked = _("Asked {when}, answer due {due}.").format(
        when=presentation.date_time(request.requested_at, zone), due=presentation.date_time(request.due_at, zone)
    )
    return [
        inert(f"{person.first_name} {person.last_name}, {born}. {identity}.", "bold"),
        inert(home),
        inert(f"{presentation.phone(person.phone)}, {person.email}"),
        inert(asked),
        *_findings(request, zone),
    ]


def _findings(request: AccessRequest, zone: str | None) -> list[Content]:
    signs = glyphs()
    found = (
        inert(_("{sign} {name} is on the roster").format(sign=signs.done, name=request.individual_name), "$positive")
        if request.individual_found
        else inert(_("{sign} nobody on the roster fits").format(sign=signs.notice), "$caution")
    )
    findings = [found]
    if request.id_seen_by:
        findings.append(inert(_("{sign} ID seen by {name}").format(sign=signs.done, name=request.id_seen_by)))
    for earlier in request.earlier:
        day = presentation.short_date(presentation.local(earlier.at, zone).date())
        words = _("{sign} earlier request, {status} {day}")
        findings.append(inert(words.format(sign=signs.notice, status=earlier.status.value, day=day), "$caution"))
    return findings
