"""The words of the field that several pages say alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.text import N_, _

if TYPE_CHECKING:
    from backend_client import DeskVisit, Visit, VisitType

ID_KINDS = {
    "drivers_license": N_("Driver's license"),
    "state_id": N_("State ID"),
    "passport": N_("Passport"),
    "military_id": N_("Military ID"),
    "tribal_id": N_("Tribal ID"),
    "resident_card": N_("Permanent resident card"),
    "consular_id": N_("Consular ID"),
    "other": N_("Another ID"),
}
"""Kinds of ID as the server knows them, with their names (message ids)."""


def type_name(visit_type: VisitType) -> str:
    """Return a visit type as the seed calls it; two kinds of onsite visit are told apart behind it."""
    names = {
        "remote": _("Remote (at home)"),
        "onsite_video": _("Onsite (at the facility)"),
        "in_person": _("Onsite (at the facility)"),
    }
    return names.get(visit_type.value, visit_type.value)


def full_type_name(visit_type: VisitType) -> str:
    """Return a visit type with how one meets: ``Onsite (at the facility), by video``."""
    ways = {"onsite_video": _("by video"), "in_person": _("in person")}
    way = ways.get(visit_type.value)
    return f"{type_name(visit_type)}, {way}" if way else type_name(visit_type)


def visit_status(visit: Visit | DeskVisit) -> str:
    """Return in one or two words, eleven letters at most in English, what became of a visit."""
    words = {
        "confirmed": _("Confirmed"),
        "cancelled": _("Cancelled"),
        "completed": _("Took place"),
        "visitor_missed": _("Missed"),
        "individual_refused": _("Declined"),
        "individual_unavailable": _("Unavailable"),
        "ended_early": _("Ended early"),
        "ended_by_staff": _("Ended there"),
        "technical_failure": _("Line failed"),
    }
    return words.get(visit.status.value, visit.status.value.replace("_", " "))
