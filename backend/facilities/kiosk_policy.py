"""What a facility's settings say about its kiosks on one of its days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from backend.db import Tx
from backend.facilities import registry as known
from backend.facilities import repository
from backend.facilities.models import ANY_TYPE
from backend.facilities.setting_values import SettingSpec


@dataclass(frozen=True, slots=True)
class KioskPolicy:
    """How long somebody stays signed in at a kiosk of a facility."""

    idle_seconds: int
    form_idle_seconds: int
    """On Terms, Payment and forms."""
    warning_seconds: int
    stretch_minutes: int
    question_seconds: int
    more_times: int


def kiosk_policy_on(tx: Tx, facility_id: str, local_date: date) -> KioskPolicy:
    """Return what holds for the kiosks of a facility on ``local_date``, a date in the facility's zone."""
    settings = repository.settings_on(tx, [facility_id], local_date)
    said = {setting.name: setting.value for setting in settings if setting.visit_type == ANY_TYPE}

    def value(spec: SettingSpec[int]) -> int:
        return spec.parse(said[spec.name]) if spec.name in said else spec.default

    return KioskPolicy(
        idle_seconds=value(known.KIOSK_IDLE_SECONDS),
        form_idle_seconds=value(known.KIOSK_FORM_IDLE_SECONDS),
        warning_seconds=value(known.KIOSK_WARNING_SECONDS),
        stretch_minutes=value(known.KIOSK_STRETCH_MINUTES),
        question_seconds=value(known.KIOSK_QUESTION_SECONDS),
        more_times=value(known.KIOSK_MORE_TIMES),
    )
