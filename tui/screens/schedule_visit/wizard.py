"""Schedule a Visit: the page around the steps. It holds the answers, goes from step to step, and keeps the draft."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui.commands import BACK, HELP, SIGN_OUT, Command
from tui.draft import Step, at_step
from tui.glyphs import glyphs
from tui.problems import Sentence
from tui.screens.schedule_visit import refusals
from tui.screens.schedule_visit.again import booked_again, not_there_any_more
from tui.screens.schedule_visit.between import Loading, NoFacility, Resume
from tui.screens.schedule_visit.checking import waiting_view
from tui.screens.schedule_visit.nearest import nearest_of, offer
from tui.screens.schedule_visit.opening import Opening, read_opening, resumed, started
from tui.screens.schedule_visit.scheduling import Scheduling
from tui.screens.schedule_visit.step_page import AGAIN, StepPage
from tui.screens.schedule_visit.steps import VIEWS, trail_of
from tui.screens.schedule_visit.summary import Summary, summary
from tui.screens.schedule_visit.time import TimeStep
from tui.text import N_, _
from tui.widgets.countdown import LOW_SECONDS, Countdown
from tui.widgets.step_trail import StepTrail

if TYPE_CHECKING:
    from datetime import datetime

    from backend_client import Draft, Hold, Visit, VisitDeskError

RENEW = Command("renew", "r,f5", N_("Keep it longer"), N_("Keep the time for you for longer, once."), shown="R")


class ScheduleVisit(StepPage):
    """The wizard: one question at a time, the summary beside it. Esc goes back and keeps every answer.

    Args:
        facility_id: The facility to schedule at, where that was said already, for instance in its row.
        again: A visit to book again: its answers are taken over, as far as they still hold.
    """

    KEYS: ClassVar = (RENEW, AGAIN, BACK, HELP, replace(SIGN_OUT, footer=False))
    PLACE = N_("Schedule a Visit")

    def __init__(self, facility_id: str | None = None, *, again: Visit | None = None) -> None:
        from backend_client import Draft

        super().__init__(Loading())
        self.state = Scheduling(Draft())
        self._asked_for = facility_id
        self._again = again
        self._opening: Opening | None = None
        self._returning = False

    def above(self) -> ComposeResult:
        yield Countdown(self.host.clock, self.host.reader_zone, id="kept")

    # -- opening the wizard

    def load(self) -> None:
        host, asked_for, again = self.host, self._asked_for, self._again
        self.read(lambda: read_opening(host.client, host.drafts, asked_for, host.session.checking, again), self._loaded)

    def _loaded(self, opening: Opening) -> None:
        self._opening = opening
        self.host.session.checking = opening.checking
        self.state.accesses = opening.accesses
        if not opening.accesses:
            self.show_view(NoFacility())
        elif opening.resumable:
            self.show_view(Resume(opening))
        else:
            self.start()

    def start(self) -> None:
        if self._opening is None:
            return
        again = self._opening.again
        if again is not None and again.facility is not None:
            self.state, sentence = booked_again(again, again.facility, self._opening.accesses)
            # only what needs an answer is asked
            self._returning = True
            self.go(self.state.first_open(), sentence)
            return
        self.state = started(self._opening)
        sentence = not_there_any_more(again) if again is not None else None
        self.go(Step.TYPE if self.state.draft.facility_id else Step.FACILITY, sentence)

    def start_over(self) -> None:
        self.host.drafts.discard()
        hold = self._opening.hold if self._opening else None
        if hold is not None:
            client = self.host.client
            # Giving the time back is a kindness to others: it runs out by itself where this does not go through.
            self.write(
                "release_hold",
                lambda intent: client.holds.release(hold.id, intent=intent),
                lambda _nothing: None,
                refused=lambda _error: None,
            )
        self.start()

    def resume(self) -> None:
        if self._opening is not None:
            clock = self.host.clock
            self.state, step, sentence = resumed(self._opening, clock.now(), clock.monotonic())
            self._returning = False
            if self._opening.checking is not None:
                self.show_view(waiting_view(self._opening.checking))
            else:
                self.go(step, sentence)

    # -- from step to step

    def answer(self, draft: Draft) -> None:
        before = self.state.wanted
        self.state.draft = draft
        if self.state.wanted != before:
            self.state.forget_days()
        self.host.drafts.keep(draft)
        self.show_state()

    def forward(self) -> None:
        here = self._view.STEP
        if here is None:
            self.go(Step.CONFIRM)
        elif self._returning:
            # A day alone is no time: whoever changes the day is asked for the time too.
            self.go(Step.TIME if here is Step.DATE else self.state.first_open())
        else:
            self.go(self._neighbour(here, 1) or Step.CONFIRM)

    def action_back(self) -> None:
        view = self._view
        if view.back():
            return
        here = view.STEP
        complete = self.state.first_open() is Step.CONFIRM
        earlier = Step.CONFIRM if self._returning and complete else self._neighbour(here, -1) if here else None
        if earlier is None:
            self.dismiss(None)
        else:
            self.go(earlier)

    def _neighbour(self, here: Step, by: int) -> Step | None:
        steps = [step for step in self.state.steps() if step is not Step.PAYMENT or not self.state.nothing_to_pay]
        place = steps.index(here) + by if here in steps else 0
        return steps[place] if 0 <= place < len(steps) else None

    def go(self, step: Step, sentence: Sentence | None = None) -> None:
        if step is Step.CONFIRM:
            step = self.state.first_open()
            self._returning = self._returning and step is not Step.CONFIRM
        self.answer(at_step(self.state.draft, step))
        self.show_view(VIEWS[step](), sentence)

    def change(self, step: Step) -> None:
        self._returning = True
        self.go(step)

    # -- what surrounds the step

    def show_state(self) -> None:
        if not self.is_mounted:
            return
        state, here = self.state, self._view.STEP
        self.query_one(StepTrail).steps = trail_of(state, here) if self._view.TRAIL else ()
        self.query_one(Summary).lines = summary(state, here, self.host.clock.now())
        self.there = state.zone
        self.place = f"{_(self.PLACE)} {glyphs().dot} {state.facility.name}" if state.facility else ""
        countdown = self.query_one("#kept", Countdown)
        hold = state.live_hold
        countdown.display = hold is not None and self._view.COUNTS
        if hold is None or not self._view.COUNTS:
            countdown.stop()
        else:
            countdown.keep(hold.held_until, state.deadline)
        self.refresh_keys()

    def left_out(self) -> set[str]:
        return super().left_out() | (set() if self._renewable else {RENEW.name})

    # -- the hold

    def keep(self, hold: Hold) -> None:
        self.state.keep(hold, self.host.clock.monotonic())
        self.show_state()

    @property
    def _renewable(self) -> bool:
        hold = self.state.live_hold
        if hold is None or not hold.can_renew or not self._view.COUNTS:
            return False
        return 0 < self.query_one("#kept", Countdown).seconds_left < LOW_SECONDS

    def on_countdown_low(self) -> None:
        self.refresh_keys()
        if self._renewable:
            self.remark(_("Less than two minutes are left. R keeps the time for you for longer."))

    def on_countdown_ran_out(self) -> None:
        self.refresh_keys()

    def action_renew(self) -> None:
        hold = self.state.live_hold
        if hold is not None:
            client = self.host.client
            self.write(RENEW.name, lambda intent: client.holds.renew(hold.id, intent=intent), self.keep, about=hold.id)

    # -- refusals and the end

    def refusal(self, error: VisitDeskError) -> None:
        sentence, step, nearest = refusals.sentence(error), refusals.step_for(error), nearest_of(error)
        if (paying := self.host.session.checking) and "payment_checking" in refusals.codes(error):
            self.show_view(waiting_view(paying), sentence)
        elif nearest and step in (None, Step.DATE, Step.TIME):
            self._offer(error, nearest)
        elif step is None or step is self._view.STEP:
            self.show_problem(sentence)
        elif step is Step.FACILITY and not self.state.chooses_facility:
            self.show_view(NoFacility(), sentence)
        else:
            refusals.let_go(self.state, step)
            self._returning = True
            self.go(step, sentence)

    def _offer(self, error: VisitDeskError, nearest: tuple[datetime, ...]) -> None:
        """Ask for the time again, with the nearest ones to choose from."""
        said = offer(error, self.state.zone, self.state.draft.date)
        refusals.let_go(self.state, Step.TIME)
        self._returning = True
        self.answer(at_step(self.state.draft, Step.TIME))
        self.show_view(TimeStep(nearest), said)

    def finished(self) -> None:
        self.host.drafts.finish()
