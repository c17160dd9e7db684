"""Book again: the answers of a visit that was, as far as each still holds; what does not is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tui.problems import Sentence
from tui.screens.schedule_visit.scheduling import Scheduling
from tui.text import _

if TYPE_CHECKING:
    from collections.abc import Collection

    from backend_client import Access, Client, Facility, Terms, Visit


@dataclass(frozen=True, slots=True)
class Again:
    """A visit that is booked again, and what it stands on now.

    Attributes:
        visit: The visit.
        facility: Its facility; none where this account may not schedule there any more.
        terms: The Terms and Conditions of its type, where that is still offered.
    """

    visit: Visit
    facility: Facility | None = None
    terms: Terms | None = None


async def read_again(client: Client, visit: Visit, usable: Collection[str]) -> Again:
    """Read what a visit stands on now.

    Args:
        client: Asks the server.
        visit: The visit that is booked again.
        usable: The ids of the facilities at which this account may schedule.
    """
    if visit.facility.id not in usable:
        return Again(visit)
    facility = await client.facilities.read(visit.facility.id)
    if all(offer.visit_type != visit.visit_type for offer in facility.offers):
        return Again(visit, facility)
    return Again(visit, facility, await client.facilities.terms(facility.id, visit.visit_type))


def not_there_any_more(again: Again) -> Sentence:
    """Return what to say where this account may not schedule at the visit's facility any more."""
    gone = _("You cannot schedule visits at {facility} now.").format(facility=again.visit.facility.name)
    return Sentence(gone, next_step=_("You can schedule another visit here."))


def booked_again(again: Again, facility: Facility, accesses: tuple[Access, ...]) -> tuple[Scheduling, Sentence | None]:
    """Return the state of a wizard with a visit's answers, and what could not be taken over, if anything.

    Facility, type, person, length and company are taken over, accepted terms too; the day is always asked.

    Args:
        again: The visit, and what it stands on now.
        facility: Its facility, as the server describes it now.
        accesses: The facilities at which this account may schedule.
    """
    from backend_client import Draft

    visit = again.visit
    draft = Draft(
        facility_id=facility.id,
        individual_id=visit.individual_id,
        individual_name=visit.individual_name,
        booking_number=visit.booking_number,
        attendees=visit.attendees,
    )
    state = Scheduling(draft, accesses=accesses, facility=facility, terms=again.terms)
    if again.terms is None:
        gone = _("{facility} does not offer this kind of visit any more.").format(facility=facility.name)
        return state, Sentence(gone, next_step=_("Choose another way to visit; the rest is kept."))
    accepted = again.terms.id if again.terms.accepted_at is not None else None
    state.draft = replace(draft, visit_type=visit.visit_type, terms_id=accepted)
    offer = state.offer
    if offer is not None and any(length.minutes == visit.duration_minutes for length in offer.durations):
        state.draft = replace(state.draft, duration_minutes=visit.duration_minutes)
    return state, None
