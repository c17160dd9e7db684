"""The questions of the wizard: what each is called in the trail, and which page asks it."""

from __future__ import annotations

from tui.draft import Step
from tui.screens.schedule_visit.confirm import ConfirmStep
from tui.screens.schedule_visit.date import DateStep
from tui.screens.schedule_visit.duration import DurationStep
from tui.screens.schedule_visit.facility import FacilityStep
from tui.screens.schedule_visit.individual import IndividualStep
from tui.screens.schedule_visit.payment import PaymentStep
from tui.screens.schedule_visit.scheduling import Scheduling
from tui.screens.schedule_visit.step import StepView
from tui.screens.schedule_visit.terms import TermsStep
from tui.screens.schedule_visit.time import TimeStep
from tui.screens.schedule_visit.visit_type import TypeStep
from tui.text import N_, _
from tui.widgets.step_trail import TrailStep

VIEWS: dict[Step, type[StepView]] = {
    Step.FACILITY: FacilityStep,
    Step.TYPE: TypeStep,
    Step.TERMS: TermsStep,
    Step.INDIVIDUAL: IndividualStep,
    Step.DURATION: DurationStep,
    Step.DATE: DateStep,
    Step.TIME: TimeStep,
    Step.PAYMENT: PaymentStep,
    Step.CONFIRM: ConfirmStep,
}
LABELS: dict[Step, str] = {
    Step.FACILITY: N_("Facility"),
    Step.TYPE: N_("Type"),
    Step.TERMS: N_("Terms"),
    Step.INDIVIDUAL: N_("Individual"),
    Step.DURATION: N_("Duration"),
    Step.DATE: N_("Date"),
    Step.TIME: N_("Time"),
    Step.PAYMENT: N_("Payment"),
    Step.CONFIRM: N_("Confirm"),
}


def trail_of(state: Scheduling, here: Step | None) -> tuple[TrailStep, ...]:
    """Return the trail of a visit being scheduled, with the question that is asked now."""
    return tuple(TrailStep(_(LABELS[step]), state.answered(step), step is here) for step in state.steps())
