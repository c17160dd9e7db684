"""How a facility of the catalogue is said in a list and in a sentence: what it asks for, or why it cannot be added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.inert import inert
from tui.screens.access_words import usual_wait
from tui.text import _, ngettext
from tui.widgets.choice_list import Choice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from backend_client import Access, Facility

_AROUND = 4
"""Cells of a line that are neither name nor note: the pointer, and what parts the two."""


def facility_choices(facilities: Sequence[Facility], accesses: Mapping[str, Access], width: int) -> list[Choice]:
    """Return facilities as lines of a list ``width`` cells wide; a city that would cut the name is left out.

    Args:
        facilities: The facilities, in the order of the lines.
        accesses: What stands already, by the facility's id: these lines say so, as do those that are not bookable.
        width: Cells of the list.
    """
    return [_facility_choice(facility, accesses.get(facility.id), width) for facility in facilities]


def _facility_choice(facility: Facility, access: Access | None, width: int) -> Choice:
    if access is not None:
        pending = access.status.value == "pending"
        note, style = (_("Pending"), "$caution") if pending else (_("added"), "$positive")
        return Choice(facility.id, facility.name, note=note, style=style)
    if not facility.bookable:
        return Choice(facility.id, facility.name, note=_("not yet"))
    city = facility.city or ""
    fits = inert(facility.name).cell_length + inert(city).cell_length + _AROUND <= width
    return Choice(facility.id, facility.name, note=city if fits else "")


def why_not_added(facility: Facility, access: Access | None) -> str:
    """Return why a facility cannot be asked for access now, or nothing where it can."""
    if access is not None:
        words = {
            "pending": _("You have asked {place} already: it shows as Pending in My Facilities."),
            "approved": _("You have access to {place} already: My Facilities shows Schedule."),
        }
        sentence = words.get(access.status.value, _("Your access to {place} is suspended."))
        return sentence.format(place=facility.name)
    if facility.bookable:
        return ""
    because = facility.not_bookable_because or _("It takes no visits through Visit Desk yet.")
    return _("{place} cannot be added yet. {because}").format(place=facility.name, because=because)


def policy(facility: Facility) -> str:
    """Say before a request is sent who decides on it, how long that takes, and what else is needed."""
    where = ", ".join(part for part in (facility.city, facility.state) if part)
    if facility.approval.value == "automatic":
        return f"{where}. {_('This facility approves at once. You can schedule right after.')}"
    days = ngettext(
        "An officer answers within {n} working day.",
        "An officer answers within {n} working days.",
        facility.answer_days,
    ).format(n=facility.answer_days)
    id_first = _("Show your ID at the front desk first.") if facility.id_must_be_seen else ""
    said = (f"{where}.", days, usual_wait(facility.typical_answer_hours), id_first)
    return " ".join(part for part in said if part)
