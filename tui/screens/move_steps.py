"""Steps of a move that the wizard does not have: a time that is chosen and not held, both times side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.content import Content

from tui.commands import ARROWS, Command
from tui.draft import Step
from tui.inert import inert
from tui.presentation import both_times, local, minutes, span
from tui.screens.schedule_visit.confirm import LOOK_SECONDS
from tui.screens.schedule_visit.step import StepView
from tui.screens.schedule_visit.time import DAYS, EARLIER_DAY, HOLD, LATER_DAY, TimeStep
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.words import full_type_name

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from backend_client import Visit

TAKE = HOLD.relabelled(N_("Choose"), N_("Choose the marked time; the next page shows it beside the present one."))
MOVE_IT = Command("move_it", "enter", N_("Move the visit"), N_("Move the visit to the new time, once."))
COLUMN = 38
"""Cells of each of both times."""


class MoveTime(TimeStep):
    """The times of a day, of which one is chosen; it is taken only when the move is confirmed."""

    TAKE = TAKE
    KEYS: ClassVar = (ARROWS, TAKE, EARLIER_DAY, LATER_DAY, DAYS)

    def take(self, starts_at: datetime) -> None:
        day = local(starts_at, self.state.zone).date()
        self.wizard.answer(replace(self.state.draft, date=day, starts_at=starts_at))
        self.wizard.forward()


class CompareStep(StepView):
    """The time that the visit has and the one that it would have. Enter moves it, once; there is nothing else to do."""

    STEP = Step.CONFIRM
    KEYS: ClassVar = (MOVE_IT,)
    WIDE = True
    can_focus = True

    def __init__(self) -> None:
        super().__init__()
        self._shown_at = 0.0

    def compose(self) -> ComposeResult:
        yield Paragraphs(id="both")

    def begin(self) -> None:
        self._shown_at = self.wizard.host.clock.monotonic()
        self._show()

    def _show(self) -> None:
        visit, to = self.state.visit, self.state.draft.starts_at
        if visit is not None and to is not None:
            self.query_one("#both", Paragraphs).show(*both(visit, to, self.wizard.host.reader_zone))

    def take_focus(self) -> None:
        self.focus()

    def changed(self, kind: str, subject_id: str) -> None:
        self._show()

    def back(self) -> bool:
        """While it is being sent nobody knows yet what there is to go back to."""
        sending = self.wizard.host.writes.running(MOVE_IT.name)
        if sending:
            self.wizard.remark(_("One moment: this is being sent."))
        return sending

    def action_move_it(self) -> None:
        wizard, visit, to = self.wizard, self.state.visit, self.state.draft.starts_at
        if visit is None or to is None:
            return
        if wizard.host.clock.monotonic() - self._shown_at < LOOK_SECONDS:
            wizard.remark(_("Please look at both times first; then Enter moves the visit."))
            return
        wizard.write(
            MOVE_IT.name,
            lambda intent: wizard.host.client.visits.move(
                visit.id, to, expected_starts_at=visit.starts_at, intent=intent
            ),
            self._moved,
            about=(visit.id, visit.starts_at, to),
            refused=wizard.refusal,
        )

    def _moved(self, visit: Visit) -> None:
        self.state.visit = visit
        self.wizard.finished()


def both(visit: Visit, to: datetime, reader_zone: str | None) -> list[Content]:
    """Write both times side by side, in the facility's zone and below in the reader's, where that is another one.

    Args:
        visit: The visit as it stands.
        to: Its new start, UTC.
        reader_zone: IANA name of the reader's zone.
    """
    length = visit.ends_at - visit.starts_at
    now, then = (_times(visit, start, length, reader_zone) for start in (visit.starts_at, to))
    with_whom = f"{visit.individual_name}, #{visit.booking_number}"
    what = f"{full_type_name(visit.visit_type)}, {minutes(visit.duration_minutes)}"
    return [
        inert(_("Move this visit?"), "bold"),
        Content(""),
        _row(inert(_("It is now on"), "$muted"), inert(_("It moves to"), "$muted")),
        _row(inert(now[0]), inert(then[0], "bold $accent")),
        *([_row(inert(now[1], "$muted"), inert(then[1], "$muted"))] if now[1] or then[1] else []),
        Content(""),
        inert(with_whom),
        inert(what),
        inert(f"{visit.facility.name}, {visit.facility.state}"),
        Content(""),
        inert(_("Nothing more to pay. Who is coming and the reference {code} stay.").format(code=visit.reference)),
        inert(_("Your visit keeps its present time until the new one is yours."), "$muted"),
    ]


def _times(visit: Visit, start: datetime, length: timedelta, reader_zone: str | None) -> tuple[str, str]:
    _there, mine = both_times(start, visit.zone, reader_zone)
    return span(start, start + length, visit.zone), mine or ""


def _row(left: Content, right: Content) -> Content:
    return left + inert(" " * max(1, COLUMN - left.cell_length)) + right
