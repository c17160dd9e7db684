"""Kiosks."""

from __future__ import annotations

from dataclasses import dataclass

from backend_client.models.common import FacilityRef, Secret, WireEnum


class Place(WireEnum):
    """Where somebody at a kiosk is: Terms, Payment and forms take longer to read and fill in than other pages."""

    PAGE = "page"
    FORM = "form"


class Notice(WireEnum):
    """What has to be on a kiosk's screen: a warning that any key answers, "More time?", or that the time is over."""

    IDLE = "idle"
    QUESTION = "question"
    ENDING = "ending"


class KeptFor(WireEnum):
    """Why a sign-in session at a kiosk outlasts its clocks."""

    HOLD = "hold"
    PAYMENT = "payment"


@dataclass(frozen=True)
class KioskClocks:
    """The clocks of a sign-in session at a kiosk; count down on the seconds, as the server sent them."""

    notice: Notice | None
    notice_in_seconds: int
    more_time_left: int
    kept_for: KeptFor | None = None


@dataclass(frozen=True)
class Kiosk:
    """A kiosk, the facility that it is enrolled to, and how long its pages wait for a key before anybody signs in."""

    id: str
    name: str
    facility: FacilityRef
    idle_seconds: int
    form_idle_seconds: int


@dataclass(frozen=True)
class Enrolled:
    """A kiosk that was just enrolled, and what its device proves itself with from now on."""

    credential: Secret
    kiosk: Kiosk
