"""Move a visit: a day and a time as when it was scheduled, then both times side by side. Till then the first stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content

from tui.commands import BACK, HELP, SIGN_OUT
from tui.draft import Step
from tui.glyphs import glyphs
from tui.inert import clean, inert
from tui.presentation import date_time, minutes, short_date, time_in
from tui.problems import Sentence
from tui.screens.dialogs import Popup
from tui.screens.move_steps import CompareStep, MoveTime
from tui.screens.schedule_visit import refusals
from tui.screens.schedule_visit.date import DateStep
from tui.screens.schedule_visit.nearest import nearest_of, offer
from tui.screens.schedule_visit.scheduling import Scheduling
from tui.screens.schedule_visit.step import StepView
from tui.screens.schedule_visit.step_page import AGAIN, StepPage
from tui.screens.schedule_visit.summary import WIDTH, Summary
from tui.text import N_, _
from tui.widgets.step_trail import StepTrail, TrailStep
from tui.words import full_type_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from backend_client import Draft, Hold, MoveOffer, Visit, VisitDeskError, Wanted
    from tui.screens.page import Page

STEPS: dict[Step, type[StepView]] = {Step.DATE: DateStep, Step.TIME: MoveTime, Step.CONFIRM: CompareStep}
LABELS = {Step.DATE: N_("Date"), Step.TIME: N_("Time"), Step.CONFIRM: N_("Confirm")}
GONE = frozenset({"visit_already_cancelled", "visit_is_over"})
"""Codes of a visit that stands no more."""


def ask_to_move(page: Page[None], visit: Visit, moved: Callable[[Visit], None]) -> None:
    """Open the move of a visit over ``page``, or say why it cannot be moved; ``moved`` is called once it was."""

    def answered(offer: MoveOffer) -> None:
        if not offer.allowed:
            words = [reason.sentence for reason in offer.reasons] or [_("The server gave no reason.")]
            page.app.push_screen(Popup(_("This visit cannot be moved here"), *words))
            return
        move = MoveVisit(visit)

        def came_back(_nothing: None) -> None:
            if move.done is not None:
                moved(move.done)

        page.app.push_screen(move, came_back)

    page.read(lambda: page.host.client.visits.move_offer(visit.id), answered, group="move")


@dataclass(slots=True)
class Moving(Scheduling):
    """What is known of a move: the visit as it stands, and the new time as far as it is chosen. Nothing is held."""

    @property
    def moved(self) -> Visit:
        """The visit, as the server told it last."""
        if self.visit is None:
            raise TypeError("A move is of a visit.")
        return self.visit

    @property
    def zone(self) -> str | None:
        """IANA name of the facility's zone."""
        return self.moved.zone

    @property
    def wanted(self) -> Wanted | None:
        """What openings to ask for: the same visit at another time, which is not in its own way."""
        from backend_client import Wanted

        visit = self.moved
        return Wanted(visit.facility.id, visit.visit_type, visit.individual_id, visit.duration_minutes, moving=visit.id)


class MoveVisit(StepPage):
    """Asks for the day and the time, shows both times, and moves the visit once.

    Args:
        visit: The visit as it is shown.

    Attributes:
        done: The visit at its new time, once it was moved.
    """

    PLACE = N_("Move a visit")
    KEYS: ClassVar = (AGAIN, BACK, HELP, replace(SIGN_OUT, footer=False))

    def __init__(self, visit: Visit) -> None:
        from backend_client import Draft

        super().__init__(DateStep())
        self.state: Moving = Moving(Draft(), visit=visit)
        self.done: Visit | None = None

    def load(self) -> None:
        self.call_after_refresh(self.show_state)
        self._view.begin()

    # -- from step to step

    def answer(self, draft: Draft) -> None:
        self.state.draft = draft
        self.show_state()

    def forward(self) -> None:
        self.go(self._neighbour(1) or Step.CONFIRM)

    def action_back(self) -> None:
        if self._view.back():
            return
        earlier = self._neighbour(-1)
        if earlier is None:
            self.dismiss(None)
        else:
            self.go(earlier)

    def _neighbour(self, by: int) -> Step | None:
        steps = list(STEPS)
        place = steps.index(self._view.STEP or Step.DATE) + by
        return steps[place] if 0 <= place < len(steps) else None

    def go(self, step: Step, sentence: Sentence | None = None) -> None:
        self.show_view(STEPS[step](), sentence)

    def change(self, step: Step) -> None:
        self.go(step)

    def resume(self) -> None:
        self.go(Step.DATE)

    def start_over(self) -> None:
        self.answer(replace(self.state.draft, date=None, starts_at=None))
        self.go(Step.DATE)

    def keep(self, hold: Hold) -> None:
        """Do nothing: a move takes its time at once, and holds none."""

    # -- what surrounds the step

    def show_state(self) -> None:
        if not self.is_mounted:
            return
        visit, here = self.state.moved, self._view.STEP
        self.there = visit.zone
        self.place = f"{_('Move a visit')} {glyphs().dot} {visit.facility.name}"
        draft = self.state.draft
        given = {Step.DATE: draft.date is not None, Step.TIME: draft.starts_at is not None, Step.CONFIRM: False}
        trail = (TrailStep(_(LABELS[step]), given[step], step is here) for step in STEPS)
        self.query_one(StepTrail).steps = tuple(trail)
        self.query_one(Summary).lines = self._summary()
        self.refresh_keys()

    def _summary(self) -> tuple[Content, ...]:
        visit, draft, zone = self.state.moved, self.state.draft, self.state.zone
        to = [short_date(draft.date) if draft.date else "", time_in(draft.starts_at, zone) if draft.starts_at else ""]
        chosen = ", ".join(part for part in to if part)
        new = inert(chosen) if chosen else inert(_("choose"), "bold $accent")
        return (
            inert(_("Your visit"), "bold"),
            *inert(f"{visit.individual_name}, #{visit.booking_number}").wrap(WIDTH),
            inert(full_type_name(visit.visit_type)),
            inert(minutes(visit.duration_minutes)),
            Content(""),
            inert(_("It is now on"), "$muted"),
            *inert(date_time(visit.starts_at, zone)).wrap(WIDTH),
            Content(""),
            inert(_("Move it to"), "$muted"),
            *new.wrap(WIDTH),
            Content(""),
            *inert(_("Nothing more to pay.")).wrap(WIDTH),
            *inert(_("It keeps its time until you confirm the new one."), "$muted").wrap(WIDTH),
        )

    # -- refusals and the end

    def refusal(self, error: VisitDeskError) -> None:
        step, codes, nearest = refusals.step_for(error), refusals.codes(error), nearest_of(error)
        sentence = self._stands(error, refusals.sentence(error))
        if "visit_changed" in codes:
            self._read_again()
            self.go(Step.DATE, sentence)
        elif nearest:
            said = offer(error, self.state.zone, self.state.draft.date)
            self._offer(self._stands(error, said), nearest)
        elif step in STEPS and step is not self._view.STEP and step is not None:
            self.go(step, sentence)
        else:
            self.show_problem(sentence)

    def _stands(self, error: VisitDeskError, said: Sentence) -> Sentence:
        """Add, to the rules that refused a move, that the visit is as it was; once, though the server says it too."""
        from backend_client import Problem

        if not isinstance(error, Problem) or not error.reasons or not GONE.isdisjoint(refusals.codes(error)):
            return said
        visit = self.state.moved
        stands = _("Your visit on {time} stands.").format(time=date_time(visit.starts_at, visit.zone))
        next_step = _("Press Esc to go back.") if said.next_step == clean(error.detail) else said.next_step
        return replace(said, what=f"{said.what} {stands}", next_step=next_step)

    def _offer(self, sentence: Sentence, nearest: tuple[datetime, ...]) -> None:
        self.answer(replace(self.state.draft, starts_at=None))
        self.show_view(MoveTime(nearest), sentence)

    def _read_again(self) -> None:
        visit_id = self.state.moved.id
        self.read(lambda: self.host.client.visits.read(visit_id), self._take_in, group="visit")

    def _take_in(self, visit: Visit) -> None:
        self.state.visit = visit
        self.show_state()

    def changed(self, kind: str, subject_id: str) -> None:
        super().changed(kind, subject_id)
        if kind == "visit" and subject_id == self.state.moved.id and not self.host.writes.running("move_it"):
            self._read_again()

    def finished(self) -> None:
        self.done = self.state.visit
        self.dismiss(None)
