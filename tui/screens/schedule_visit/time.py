"""Which time? A grid of the day's times; Enter holds one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui.commands import ARROWS, Command
from tui.draft import Step, with_date, with_time
from tui.inert import inert
from tui.presentation import local, short_date, time_in, zone_title, zones_differ
from tui.problems import Sentence
from tui.screens.schedule_visit import refusals
from tui.screens.schedule_visit.nearest import nearest_of, offer
from tui.screens.schedule_visit.step import StepView
from tui.screens.schedule_visit.time_slots import OPEN, is_own, slot_of
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.opening_list import OpeningList

if TYPE_CHECKING:
    from collections.abc import Callable

    from backend_client import Hold, Opening, Openings, VisitDeskError, Wanted

HOLD = Command("hold_time", "enter", N_("Choose"), N_("Choose the marked time; we keep it for you for 10 minutes."))
EARLIER_DAY = Command("earlier_day", "pageup", N_("Day before"), N_("See the day before."), footer=False)
LATER_DAY = Command("later_day", "pagedown", N_("Day after"), N_("See the day after."), footer=False)
DAYS = Command("days", "", N_("Day before, after"), N_("See the day before or after."), shown=N_("PgUp PgDn"))
NEAREST = Command("nearest", "", N_("Take this one"), N_("Take one of the nearest open times."), shown=N_("1-3"))
LOOK_SECONDS = 10.0
"""How often the times are read again while they are shown: others take times too."""
MOST_LOOKS = 12
"""How often that is done while nobody moves: each reading counts as a sign of life, and an empty chair has none."""


class TimeStep(StepView):
    """The times of one day: morning, afternoon, evening; below them the marked one in both zones.

    They are read again when a hold or a visit of this account changes, and every few seconds.

    Args:
        nearest: Times that were offered instead of one that was refused; digits take them.
    """

    STEP = Step.TIME
    TAKE: ClassVar = HOLD
    KEYS: ClassVar = (ARROWS, HOLD, EARLIER_DAY, LATER_DAY, DAYS)
    FOCUS = "OpeningList"

    def __init__(self, nearest: tuple[datetime, ...] = ()) -> None:
        super().__init__()
        self.loaded = False
        self._openings: dict[datetime, Opening] = {}
        self._nearest = nearest
        self._day: date | None = None
        self._looks = 0
        self._marked_at: datetime | None = None

    def compose(self) -> ComposeResult:
        yield Paragraphs(inert(_("Select the Time"), "bold"), "", "", id="title")
        yield OpeningList(id="times")
        yield Paragraphs("", "", id="marked")

    # -- reading a day

    def on_mount(self) -> None:
        self.set_interval(LOOK_SECONDS, self._look_by_itself)

    def _look_by_itself(self) -> None:
        self._looks += 1
        if self._looks <= MOST_LOOKS:
            self.look_again()

    def begin(self) -> None:
        self._look_at(self._day or self.state.draft.date)

    def changed(self, kind: str, subject_id: str) -> None:
        if kind in ("hold", "visit"):
            self.look_again()

    def look_again(self) -> None:
        """Read the shown day again; where that does not work, what is shown stays, without a word."""
        if self.loaded:
            self._read_again(lambda: None)

    def _read_again(self, then: Callable[[], None]) -> None:
        wanted, day, wizard = self.state.wanted, self._day, self.wizard
        if wanted is None or day is None or not self.current:
            return

        def answered(openings: Openings) -> None:
            if self._day == openings.date:
                self._fill(openings)
                then()

        # A group of its own: it must not cut off the read of a day that was just turned to.
        read = wizard.host.client.openings.on
        self.ask(lambda: read(wanted, day), answered, group="times again", refused=lambda _error: then())

    def _look_at(self, day: date | None) -> None:
        wanted, wizard = self.state.wanted, self.wizard
        if wanted is None or day is None:
            return
        self._day = day
        self.ask(lambda: wizard.host.client.openings.on(wanted, day), self._show, group="times")

    def _show(self, openings: Openings) -> None:
        self.loaded = True
        self._fill(openings)
        self.take_focus()
        self.wizard.refresh_keys()

    def _fill(self, openings: Openings) -> None:
        self._openings = {opening.starts_at: opening for opening in openings.items}
        noon = datetime.combine(openings.date, datetime.min.time()) + timedelta(hours=12)
        first = openings.items[0].starts_at if openings.items else noon.astimezone()
        heading = f"{short_date(openings.date)}, {zone_title(first, openings.zone)}"
        self.query_one("#title", Paragraphs).show(inert(_("Select the Time"), "bold"), heading, "")
        times = self.query_one("#times", OpeningList)
        slots = [slot_of(opening, openings.zone) for opening in openings.items]
        times.show(slots, at=times.marked.starts_at if times.marked else self.state.draft.starts_at)
        if not slots:
            self.query_one("#marked", Paragraphs).show("", _("No visits that day. PgUp and PgDn show other days."))

    def on_opening_list_moved(self, event: OpeningList.Moved) -> None:
        event.stop()
        if self._marked_at != event.slot.starts_at:
            self._marked_at = event.slot.starts_at
            rested, self._looks = self._looks > MOST_LOOKS, 0
            if rested:
                self.look_again()
        opening = self._openings.get(event.slot.starts_at)
        if opening is not None:
            self.query_one("#marked", Paragraphs).show("", *self._describe(opening))

    def _describe(self, opening: Opening) -> list[str]:
        here, there = self.wizard.host.reader_zone, self.state.zone
        starts = time_in(opening.starts_at, there)
        if there is not None and zones_differ(opening.starts_at, there, here):
            starts = _("{time}, for you {yours}").format(time=starts, yours=time_in(opening.starts_at, here))
        state = opening.state.value
        if is_own(opening):
            return [starts, _("You have a visit at this time yourself.")]
        if state == "taken":
            return [starts, _("Somebody else has taken this time.")]
        if state == "closed":
            said = (refusals.why(opening.reasons), refusals.first_possible(opening.reasons))
            return [starts, " ".join(part for part in said if part)]
        ends = _("ends {time}").format(time=time_in(opening.ends_at, there))
        kept = _("ends {time}; kept for you already").format(time=time_in(opening.ends_at, there))
        return [starts, kept if state == "yours" else ends]

    # -- holding a time

    def why_not(self, command: Command) -> str:
        if command.name == HOLD.name and not self.loaded:
            return _("One moment: the open times are on their way.")
        return ""

    def commands(self) -> tuple[Command, ...]:
        if not self._nearest:
            return self.KEYS
        numbers = f"1-{len(self._nearest)}" if len(self._nearest) > 1 else "1"
        return (ARROWS, self.TAKE, replace(NEAREST, shown=numbers), EARLIER_DAY, LATER_DAY)

    def action_hold_time(self) -> None:
        slot = self.query_one("#times", OpeningList).marked
        opening = self._openings.get(slot.starts_at) if slot else None
        if opening is None:
            return
        hold = self.state.live_hold
        if hold is not None and self._is_kept(hold, opening.starts_at):
            self._go_on()
        elif slot is not None and slot.open:
            self.take(opening.starts_at)
        elif opening.state.value == "taken":
            # It may have come free since it was read.
            self._read_again(partial(self._hold_or_refuse, opening.starts_at))
        else:
            self._refuse(opening)

    def _hold_or_refuse(self, starts_at: datetime) -> None:
        opening = self._openings.get(starts_at)
        marked = self.query_one("#times", OpeningList).marked
        if opening is None or marked is None or marked.starts_at != starts_at:
            return
        if opening.state.value in OPEN:
            self.take(starts_at)
        else:
            self._refuse(opening)

    def _refuse(self, opening: Opening) -> None:
        what, why = self._describe(opening)
        cannot = _("{time} cannot be chosen.").format(time=what.partition(",")[0])
        self.wizard.show_problem(Sentence(cannot, why, _("Choose another time.")))

    def _is_kept(self, hold: Hold, starts_at: datetime) -> bool:
        return (
            hold.starts_at == starts_at == self.state.draft.starts_at
            and hold.duration_minutes == self.state.draft.duration_minutes
            and self.state.deadline > self.wizard.host.clock.monotonic()
        )

    def take(self, starts_at: datetime) -> None:
        """Hold a time."""
        wanted, wizard = self.state.wanted, self.wizard
        if wanted is not None:
            wizard.write(
                HOLD.name,
                lambda intent: wizard.host.client.holds.take(wanted, starts_at, intent=intent),
                partial(self._held, wanted),
                about=(wanted, starts_at),
                refused=partial(self._not_held, starts_at),
            )

    def _held(self, wanted: Wanted, hold: Hold) -> None:
        wizard = self.wizard
        if self.state.wanted != wanted:
            return
        wizard.keep(hold)
        day = local(hold.starts_at, self.state.zone).date()
        wizard.answer(with_time(with_date(self.state.draft, day), hold.starts_at, hold.id))
        if self.current:
            self._go_on()

    def _go_on(self) -> None:
        self._nearest = ()
        wizard = self.wizard
        wizard.forward()
        if self.state.nothing_to_pay:
            wizard.remark(_("Nothing to pay, so we do not ask how."))

    def _not_held(self, starts_at: datetime, error: VisitDeskError) -> None:
        wizard = self.wizard
        if not self.current:
            return
        self._nearest = nearest_of(error)
        if not self._nearest:
            wizard.refusal(error)
        else:
            wizard.show_problem(offer(error, self.state.zone, local(starts_at, self.state.zone).date()))
        wizard.refresh_keys()
        self._look_at(self._day)

    def _take_nearest(self, number: int) -> None:
        if number < len(self._nearest) and not self.wizard.host.writes.running(HOLD.name):
            self.take(self._nearest[number])

    def key_1(self) -> None:
        """Take the nearest open time."""
        self._take_nearest(0)

    def key_2(self) -> None:
        """Take the second nearest open time."""
        self._take_nearest(1)

    def key_3(self) -> None:
        """Take the third nearest open time."""
        self._take_nearest(2)

    # -- other days

    def action_earlier_day(self) -> None:
        self._turn(-1)

    def action_later_day(self) -> None:
        self._turn(1)

    def _turn(self, by: int) -> None:
        """Go to the next day that has visits, as far as that is known; else to the next day."""
        day, last = self._day, self.state.last_day
        if day is None:
            return
        known = [other for other, about in self.state.days.items() if about.total and (other - day).days * by > 0]
        there = min(known, key=lambda other: abs((other - day).days), default=day + timedelta(days=by))
        if (last is not None and there > last) or there < self.state.today(self.wizard.host.clock.now()):
            self.wizard.remark(_("There is no other day on that side that can be scheduled."))
            return
        self._nearest = ()
        self.wizard.show_problem(None)
        self.wizard.answer(with_date(self.state.draft, there))
        self._look_at(there)
