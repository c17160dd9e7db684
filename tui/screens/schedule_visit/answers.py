"""The answers as the page Check your answers lists them, and the words about the price below them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from tui.draft import Step
from tui.inert import inert
from tui.presentation import date_time, hours, local, minutes, money, short_date, span, zone_letters, zones_differ
from tui.screens.schedule_visit.paying import paid_words
from tui.screens.schedule_visit.scheduling import Scheduling
from tui.screens.schedule_visit.summary import person
from tui.text import _
from tui.widgets.lines import left_aligned, pad_cells
from tui.words import full_type_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from backend_client import Attendee
    from tui.widgets.fee_lines import Fees

_LABEL = 14


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the page.

    Attributes:
        label: What was asked.
        value: What was answered.
        more: A second line below the answer.
        step: Where it is changed; ``None`` for who is coming.
        why_not: Why it cannot be changed; an empty string where it can.
    """

    label: str
    value: str
    more: str = ""
    step: Step | None = None
    why_not: str = ""


def answers(state: Scheduling, here: str | None) -> tuple[Answer, ...]:
    """Return the lines of the page.

    Args:
        state: The visit being scheduled, with every answer given.
        here: IANA name of the reader's zone.
    """
    draft, facility = state.draft, state.facility
    place = f"{facility.name}, {facility.state}" if facility else ""
    only = "" if state.chooses_facility else _("This is the only facility that has approved you so far.")
    when, yours = _when(state, here)
    free = _("There is nothing to pay for this visit.") if state.nothing_to_pay else ""
    method = paid_words(state.paying) if state.paying else ""
    return (
        Answer(_("Facility"), place, step=Step.FACILITY, why_not=only),
        Answer(_("Type"), full_type_name(draft.visit_type) if draft.visit_type else "", step=Step.TYPE),
        Answer(_("Individual"), person(draft), step=Step.INDIVIDUAL),
        Answer(_("Duration"), minutes(draft.duration_minutes) if draft.duration_minutes else "", step=Step.DURATION),
        Answer(_("Who is coming"), who(draft.attendees)),
        Answer(_("When"), when, yours, step=Step.DATE),
        Answer(_("Pay with"), _("Nothing to pay") if state.nothing_to_pay else method, step=Step.PAYMENT, why_not=free),
    )


def who(attendees: Sequence[Attendee]) -> str:
    """Say who is coming: ``Just you``, ``You and Luis Rivera (under 18)``."""
    if not attendees:
        return _("Just you")
    names = [
        _("{name} (under 18)").format(name=attendee.name) if attendee.minor else attendee.name for attendee in attendees
    ]
    if len(names) == 1:
        return _("You and {name}").format(name=names[0])
    return _("You, {names} and {last}").format(names=", ".join(names[:-1]), last=names[-1])


def answer_lines(lines: Sequence[Answer], width: int) -> list[Content]:
    """Draw the answers: number, label, answer, and at the right end Change where it can be changed."""
    change = inert(_("Change"), "$accent")
    drawn: list[Content] = []
    for number, answer in enumerate(lines, 1):
        head = inert(f" {number}  ", "$accent" if not answer.why_not else "$muted")
        head += left_aligned(inert(answer.label, "$muted"), _LABEL)
        end = Content("") if answer.why_not else change
        room = width - head.cell_length - change.cell_length - 2
        for row, value in enumerate(inert(answer.value).wrap(room) or [Content("")]):
            first = head + value + pad_cells(room - value.cell_length + 2) + end
            drawn.append(first if row == 0 else pad_cells(head.cell_length) + value)
        if answer.more:
            drawn.append(pad_cells(head.cell_length) + inert(answer.more, "$muted"))
    return drawn


def price_words(state: Scheduling, now: datetime) -> list[Content]:
    """Say what it costs, what comes back, and until when all of it does."""
    fees, until = state.fees, state.free_until
    if fees is None:
        return []
    indent = Content("    ")
    if state.nothing_to_pay:
        lines = [inert(_("Nothing to pay."), "bold")]
        if until is not None and until > now:
            lines.append(inert(_("You can cancel until {time}.").format(time=date_time(until, state.zone))))
        return [indent + line for line in lines]
    charged = (
        _("Charged now. Unused minutes come back within a day of the visit.")
        if fees.unused_come_back
        else _("Charged now.")
    )
    lines = [inert(_sum_words(fees), "bold"), inert(charged)]
    if until is not None:
        cancel = _("Cancel before {time} and all of it comes back.")
        if until <= now:
            cancel = _("It is too late to cancel this visit for free.")
        lines.append(inert(cancel.format(time=date_time(until, state.zone))))
    return [indent + line for line in lines]


def _sum_words(fees: Fees) -> str:
    """Return the price as a sum: ``Session fee $5.70 + Transaction fee $0.00 + Tax $0.53 = at most $6.23``."""
    parts = [
        _("Session fee {amount}").format(amount=money(fees.session_fee, fees.currency)),
        _("Transaction fee {amount}").format(amount=money(fees.transaction_fee, fees.currency)),
    ]
    if fees.tax:
        parts.append(_("Tax {amount}").format(amount=money(fees.tax, fees.currency)))
    words = _("{parts} = at most {total}") if fees.unused_come_back else _("{parts} = {total}")
    return words.format(parts=" + ".join(parts), total=money(fees.total, fees.currency))


def _when(state: Scheduling, here: str | None) -> tuple[str, str]:
    """Return the visit's time in the facility's zone, and in the reader's where that says something else."""
    hold, there = state.live_hold, state.zone
    if hold is None:
        return "", ""
    return span(hold.starts_at, hold.ends_at, there), yours_span(hold.starts_at, hold.ends_at, there, here)


def yours_span(starts_at: datetime, ends_at: datetime, there: str | None, here: str | None) -> str:
    """Write a visit's time for a reader in another zone; nothing where both clocks say the same."""
    if there is None or not zones_differ(starts_at, there, here):
        return ""
    start, end = local(starts_at, here), local(ends_at, here)
    said = f"{hours(start, end)} {zone_letters(starts_at, here)}"
    if start.date() != local(starts_at, there).date():
        said = f"{short_date(start.date())}, {said}"
    return _("for you {time}").format(time=said)
