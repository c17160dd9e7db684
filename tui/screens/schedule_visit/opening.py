"""How the wizard begins: with nothing, or where it was left."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.draft import Step, begun, kept_step, with_facility, without_date, without_time, without_visit_type
from tui.problems import Sentence
from tui.screens.schedule_visit.again import Again, read_again
from tui.screens.schedule_visit.scheduling import Scheduling
from tui.text import _

if TYPE_CHECKING:
    from datetime import datetime

    from backend_client import Access, Client, Draft, Facility, Hold, Payment, Visit
    from tui.draft_keeper import DraftKeeper


@dataclass(frozen=True, slots=True)
class Opening:
    """What the wizard finds when it is opened.

    Attributes:
        accesses: The facilities at which this account may schedule now.
        draft: The draft that was kept.
        hold: The opening that is still held.
        facility: The facility of the draft, where there is one to go on with.
        asked_for: The facility to begin with, where there is no choice.
        checking: The payment for the draft's visit that still has no outcome.
        again: What a visit that is booked again stands on now.
    """

    accesses: tuple[Access, ...]
    draft: Draft | None
    hold: Hold | None
    facility: Facility | None
    asked_for: str | None
    checking: Payment | None = None
    again: Again | None = None

    @property
    def resumable(self) -> bool:
        """Whether there is something to go on with."""
        return self.facility is not None


async def read_opening(
    client: Client, drafts: DraftKeeper, asked_for: str | None, paying: Payment | None, again: Visit | None = None
) -> Opening:
    """Read all that the beginning hangs on.

    Args:
        client: Asks the server.
        drafts: Knows of answers that the server does not have yet.
        asked_for: The facility to begin with, where somebody said so.
        paying: The payment that had no outcome when it was heard of last.
        again: A visit that is booked again.
    """
    checking = (await client.payments.read(paying.id)).payment if paying is not None else None
    if checking is not None and checking.status.value != "checking":
        checking = None
    ahead = not drafts.settled
    accesses, draft, hold = await asyncio.gather(client.access.mine(), client.drafts.read(), client.holds.current())
    if ahead or not drafts.settled:
        draft = drafts.newest
    usable = tuple(access for access in accesses if access.can_schedule)
    ids = [access.facility.id for access in usable]
    facility: Facility | None = None
    if draft is not None and begun(draft) and draft.facility_id in ids:
        facility = await client.facilities.read(draft.facility_id)
    first = asked_for if asked_for in ids else ids[0] if len(ids) == 1 else None
    known = await read_again(client, again, ids) if again is not None else None
    return Opening(usable, draft, hold, facility, first, checking, known)


def started(opening: Opening) -> Scheduling:
    """Return the state of a wizard that begins with nothing, the facility chosen where there is no choice."""
    from backend_client import Draft

    draft = with_facility(Draft(), opening.asked_for) if opening.asked_for else Draft()
    return Scheduling(draft, accesses=opening.accesses)


def resumed(opening: Opening, now: datetime, monotonic: float) -> tuple[Scheduling, Step, Sentence | None]:
    """Take up a draft: what no longer holds is let go, and said; everything else is as it was left.

    Args:
        opening: What was found; it is resumable.
        now: The present instant.
        monotonic: The present moment on the clock's monotonic seconds.

    Returns:
        The state, the step to go on at, and what was let go, if anything.
    """
    from backend_client import Draft

    state = Scheduling(opening.draft or Draft(), accesses=opening.accesses, facility=opening.facility)
    sentence: Sentence | None = None
    if state.offer is None:
        sentence = Sentence(
            _("{facility} does not offer this kind of visit any more.").format(
                facility=opening.facility.name if opening.facility else ""
            ),
            next_step=_("Choose another way to visit; the rest is kept."),
        )
        state.draft = without_visit_type(state.draft)
    elif opening.hold is not None and opening.hold.id == state.draft.hold_id:
        state.keep(opening.hold, monotonic)
    elif state.draft.starts_at is not None:
        sentence = Sentence(
            _("The time we kept for you has run out."), next_step=_("Choose a time again; everything else is kept.")
        )
        state.draft = without_time(state.draft)
    if state.draft.date is not None and state.draft.date < state.today(now):
        state.draft = without_date(state.draft)
    return state, kept_step(state.draft, paid_with=state.paid_with), sentence
