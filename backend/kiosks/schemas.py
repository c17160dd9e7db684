"""What kiosks say and hear on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from backend.facilities.schemas import FacilityRef
from backend.kiosks.clocks import Place
from backend.web import Schema

GivenCode = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class AskEnrolment(Schema):
    """The code that the operator was given for this kiosk."""

    code: GivenCode


class KioskView(Schema):
    """A kiosk, as its device may know it."""

    id: str
    name: str
    facility: FacilityRef
    idle_seconds: int
    """How long its pages wait for a key before anybody is signed in."""
    form_idle_seconds: int


class Enrolled(Schema):
    """A kiosk that was enrolled, and what its device proves itself with from now on."""

    credential: str
    kiosk: KioskView


class Presence(Schema):
    """A key was pressed."""

    at: Place
    """``form`` on Terms, Payment and forms, where reading and filling in take longer."""
