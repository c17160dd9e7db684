"""Facility access (RULES section 2): checked whenever something is listed, held or confirmed."""

from __future__ import annotations

from typing import Final

from backend.visits.rules.base import About, Broken, Rule
from backend.visits.rules.facts import Facts


def _access(facts: Facts) -> Broken | None:
    if facts.access_approved:
        return None
    return Broken("This facility has not approved your access.")


FACILITY_ACCESS_REQUIRED: Final = Rule("facility_access_required", About.REQUEST, _access)
