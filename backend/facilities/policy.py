"""What a facility's settings say on one of its days. Its prices: :mod:`backend.facilities.prices`.

A setting made for the visit type goes before one made for the whole facility, that before the default; of several
dated ones, the last that has begun holds. Dates are the facility's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, TypeVar, get_args
from zoneinfo import ZoneInfo

from backend.db import Tx
from backend.facilities import registry as known
from backend.facilities import repository
from backend.facilities.models import ANY_TYPE, Facility, Setting
from backend.facilities.setting_values import (
    Approval,
    LateRefund,
    MinimumNotice,
    Quota,
    RequestWindow,
    SettingSpec,
    VisitType,
    Weekday,
    WhenGone,
)
from backend.sql import Row

V = TypeVar("V")

VISIT_TYPES: Final[tuple[VisitType, ...]] = get_args(VisitType)
OF_THE_DAY: Final = frozenset(
    {known.CAPACITY_TYPE.name, known.CAPACITY_ALL.name, known.UNIT_PLACES.name, known.HOLIDAYS_CLOSED.name}
)
"""Settings that are those of the date of the visit; of all others those of today count."""
KNOWN_AHEAD: Final = OF_THE_DAY | {known.DURATIONS.name}
"""Settings of which it is looked up what they will be: who is refused a length is told from when on it is offered."""
POLICIES_KEPT: Final = 4096
"""Policies that stay read from their settings: several of each facility and visit type that is booked at."""


@dataclass(frozen=True, slots=True)
class VisitPolicy:
    """What holds for one visit type of one facility on one day."""

    visit_type: VisitType
    offered: bool
    durations: tuple[int, ...]
    """Minutes, shortest first, multiples of 5."""
    notice: MinimumNotice
    horizon_days: int
    hold_minutes: int
    hold_total_minutes: int
    cancel_cutoff_hours: int
    late_refund: LateRefund
    attendees_max: int
    """People who come with the lead visitor; the lead visitor is not counted, here and in the next two."""
    attendees_adults: int
    attendees_minors: int
    adult_age: int
    """Full years that a lead visitor needs on the day of the visit."""
    buffer_minutes: int
    """Kept free after a visit, a multiple of 5."""
    capacity_type: int | None
    """Visits of this type at the same time; None: no limit of its own."""
    capacity_all: int | None
    """Visits of every type together at the same time; None: no limit of its own."""
    join_link: str | None
    join_place: str | None
    join_opens_minutes_before: int
    holidays_closed: bool = False
    request_window: RequestWindow | None = None
    quotas: tuple[Quota, ...] = ()
    """How many visits of this type there may be."""
    quotas_all: tuple[Quota, ...] = ()
    """How many visits of all types together there may be."""
    week_starts_on: Weekday = "sunday"
    unit_places: Mapping[str, int] = field(default_factory=dict)
    """Visits at the same time by housing unit, for the units that have a limit."""
    counts_type: bool = False
    """Whether there is a ``capacity_type`` of any date: from the first one on visits are counted, limit or not."""
    counts_all: bool = False
    """The same of ``capacity_all``."""
    counts_units: frozenset[str] = frozenset()
    """The housing units that ``unit_places`` of any date names."""
    move_cutoff_hours: int = 24
    check_in_opens_minutes: int = 60
    free_visits_per_week: int = 0
    """For each visitor, by the date of the visit; a week is that of ``week_starts_on``."""
    facility_pays: bool = False
    later: tuple[tuple[date, VisitPolicy], ...] = ()
    """What will hold from each date on on which a setting of :data:`KNOWN_AHEAD` begins, first to last."""

    def of_day(self, day: date) -> VisitPolicy:
        """Return the policy whose capacities and closed holidays are those of visits on ``day``, whenever booked.

        What else it says is not meant.
        """
        return next((policy for begins, policy in reversed(self.later) if begins <= day), self)

    def free_cancel_until(self, starts_at: datetime, total_minor: int) -> datetime:
        """Return until when (UTC, exclusive) the visitor may cancel a visit and lose nothing of ``total_minor``.

        That is until it starts where nothing was paid, or where even a late cancellation brings everything back.
        """
        if total_minor == 0 or self.late_refund == "everything":
            return starts_at
        return starts_at - timedelta(hours=self.cancel_cutoff_hours)


@dataclass(frozen=True, slots=True)
class FacilityPolicy:
    """What holds for a facility as a whole on one day."""

    approval: Approval
    id_must_be_seen: bool
    answer_working_days: int
    max_open_requests: int
    """Requests that an account may have waiting anywhere when it asks this facility."""
    when_gone: WhenGone = "review"
    """What becomes of the visits of somebody who was released or moved."""


def as_visit_type(word: str) -> VisitType | None:
    """Return ``word`` as a visit type, None if it is none."""
    return next((visit_type for visit_type in VISIT_TYPES if visit_type == word), None)


def local_today(facility: Facility, now: datetime) -> date:
    """Return the facility's today; the date in UTC while the facility has no zone."""
    return now.astimezone(ZoneInfo(facility.zone or "UTC")).date()


def policy_on(tx: Tx, facility_id: str, visit_type: VisitType, local_date: date) -> VisitPolicy:
    """Return what holds for a visit type of a facility on ``local_date``, a date in the facility's zone."""
    return _policy_of(repository.settings_as_kept(tx, facility_id), visit_type, local_date)


@lru_cache(maxsize=POLICIES_KEPT)
def _policy_of(kept: tuple[Row, ...], visit_type: VisitType, local_date: date) -> VisitPolicy:
    """Return what settings say as they are kept: the same again for the same, which every booking asks for."""
    settings = repository.settings_of(kept)
    begun = [setting for setting in settings if setting.effective_from <= local_date]
    of_type = {setting.name for setting in settings if setting.visit_type == visit_type}
    of_whole = [setting for setting in settings if setting.visit_type == ANY_TYPE]
    units = (known.UNIT_PLACES.parse(each.value) for each in of_whole if each.name == known.UNIT_PLACES.name)
    return replace(
        visit_policy(begun, visit_type),
        counts_type=known.CAPACITY_TYPE.name in of_type,
        counts_all=any(setting.name == known.CAPACITY_ALL.name for setting in of_whole),
        counts_units=frozenset(unit for places in units for unit in places),
        later=_later(settings, visit_type, local_date),
    )


def _later(
    settings: Sequence[Setting], visit_type: VisitType, local_date: date
) -> tuple[tuple[date, VisitPolicy], ...]:
    """Return the policy from each date after ``local_date`` on which a setting of :data:`KNOWN_AHEAD` begins."""
    dates = {each.effective_from for each in settings if each.name in KNOWN_AHEAD and each.effective_from > local_date}
    return tuple(
        (begins, visit_policy([each for each in settings if each.effective_from <= begins], visit_type))
        for begins in sorted(dates)
    )


def facility_policy_on(tx: Tx, facility_id: str, local_date: date) -> FacilityPolicy:
    """Return what holds for a facility as a whole on ``local_date``, a date in the facility's zone."""
    return facility_policy(repository.settings_on(tx, [facility_id], local_date))


def visit_policy(settings: Sequence[Setting], visit_type: VisitType) -> VisitPolicy:
    """Return the policy that one facility's ``settings``, oldest first, make for a visit type."""
    said = {
        **_values(settings, ANY_TYPE),
        **_values(settings, visit_type),
    }
    whole = _values(settings, ANY_TYPE)
    return VisitPolicy(
        visit_type=visit_type,
        offered=_value(said, known.OFFERED),
        durations=_value(said, known.DURATIONS),
        notice=_value(said, known.NOTICE),
        horizon_days=_value(said, known.HORIZON_DAYS),
        hold_minutes=_value(said, known.HOLD_MINUTES),
        hold_total_minutes=_value(said, known.HOLD_TOTAL_MINUTES),
        cancel_cutoff_hours=_value(said, known.CANCEL_CUTOFF_HOURS),
        late_refund=_value(said, known.LATE_REFUND),
        attendees_max=_value(said, known.ATTENDEES_MAX),
        attendees_adults=_value(said, known.ATTENDEES_ADULTS),
        attendees_minors=_value(said, known.ATTENDEES_MINORS),
        adult_age=_value(said, known.ADULT_AGE),
        buffer_minutes=_value(said, known.BUFFER_MINUTES),
        capacity_type=_value(said, known.CAPACITY_TYPE) or None,
        capacity_all=_value(whole, known.CAPACITY_ALL) or None,
        join_link=_value(said, known.JOIN_LINK) or None,
        join_place=_value(said, known.JOIN_PLACE) or None,
        join_opens_minutes_before=_value(said, known.JOIN_OPENS_MINUTES_BEFORE),
        holidays_closed=_value(said, known.HOLIDAYS_CLOSED),
        request_window=_value(said, known.REQUEST_WINDOW),
        quotas=_value(said, known.QUOTAS),
        quotas_all=_value(whole, known.QUOTAS_ALL),
        week_starts_on=_value(whole, known.WEEK_STARTS_ON),
        unit_places=_value(whole, known.UNIT_PLACES),
        move_cutoff_hours=_value(said, known.MOVE_CUTOFF_HOURS),
        check_in_opens_minutes=_value(said, known.CHECK_IN_OPENS_MINUTES),
        free_visits_per_week=_value(said, known.FREE_VISITS_PER_WEEK),
        facility_pays=_value(said, known.FACILITY_PAYS),
    )


def facility_policy(settings: Sequence[Setting]) -> FacilityPolicy:
    """Return the policy that one facility's ``settings``, oldest first, make for the facility as a whole."""
    said = _values(settings, ANY_TYPE)
    return FacilityPolicy(
        approval=_value(said, known.APPROVAL),
        id_must_be_seen=_value(said, known.ID_MUST_BE_SEEN),
        answer_working_days=_value(said, known.ANSWER_WORKING_DAYS),
        max_open_requests=_value(said, known.MAX_OPEN_REQUESTS),
        when_gone=_value(said, known.WHEN_GONE),
    )


def _values(settings: Iterable[Setting], visit_type: str) -> dict[str, object]:
    return {setting.name: setting.value for setting in settings if setting.visit_type == visit_type}


def _value(said: Mapping[str, object], spec: SettingSpec[V]) -> V:
    return spec.parse(said[spec.name]) if spec.name in said else spec.default
