"""Every setting that a facility may make: its name, type, default and meaning, checked on the way in.

A setting is kept with a date from which it holds (:class:`backend.facilities.models.Setting`). One of scope
``visit_type`` may also be made for the whole facility; one made for the visit type itself goes before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from backend.facilities.setting_values import (
    MINUTES,
    Approval,
    LateRefund,
    MinimumNotice,
    Quota,
    RequestWindow,
    SettingSpec,
    Weekday,
    WhenGone,
    approval,
    durations,
    late_refund,
    notice,
    quotas,
    request_window,
    text,
    unit_places,
    web_address,
    weekday,
    when_gone,
    whole,
    yes_or_no,
)

OFFERED: Final = SettingSpec("offered", "type_only", False, "Visitors can schedule visits of this type.", yes_or_no)
DURATIONS: Final = SettingSpec[tuple[int, ...]](
    "durations", "visit_type", (30,), "Lengths in minutes that a visitor can choose from.", durations
)
NOTICE: Final = SettingSpec(
    "notice", "visit_type", MinimumNotice(24, "hours"), "How long before its start a visit is scheduled.", notice
)
HORIZON_DAYS: Final = SettingSpec(
    "horizon_days", "visit_type", 14, "How many days ahead of today, the facility's, a visit can be.", whole(1, 366)
)
HOLD_MINUTES: Final = SettingSpec(
    "hold_minutes", "visit_type", 10, "How long an opening is kept while a visitor finishes.", whole(1, 60)
)
HOLD_TOTAL_MINUTES: Final = SettingSpec(
    "hold_total_minutes", "visit_type", 20, "The longest that it is kept when it is renewed.", whole(1, 120)
)
CANCEL_CUTOFF_HOURS: Final = SettingSpec(
    "cancel_cutoff_hours",
    "visit_type",
    24,
    "Up to so many hours before its start a visitor's cancellation brings everything back.",
    whole(0, 24 * 14),
)
LATE_REFUND: Final = SettingSpec[LateRefund](
    "late_refund", "visit_type", "nothing", "What a later cancellation by the visitor brings back.", late_refund
)
ATTENDEES_MAX: Final = SettingSpec(
    "attendees_max",
    "visit_type",
    0,
    "How many people may come with the lead visitor, who is not counted.",
    whole(0, 20),
)
ATTENDEES_ADULTS: Final = SettingSpec(
    "attendees_adults", "visit_type", 20, "How many of those may be adults.", whole(0, 20)
)
ATTENDEES_MINORS: Final = SettingSpec(
    "attendees_minors", "visit_type", 20, "How many of those may be minors.", whole(0, 20)
)
ADULT_AGE: Final = SettingSpec(
    "adult_age",
    "visit_type",
    18,
    "Full years that a lead visitor needs on the day of the visit; nobody has an account before 18.",
    whole(18, 25),
)
BUFFER_MINUTES: Final = SettingSpec(
    "buffer_minutes", "visit_type", 0, "Minutes that are kept free after a visit.", whole(0, 120, step=MINUTES)
)
CAPACITY_TYPE: Final = SettingSpec(
    "capacity_type", "type_only", 0, "Visits of this type at the same time; 0 sets no limit.", whole(0, 1000)
)
CAPACITY_ALL: Final = SettingSpec(
    "capacity_all", "facility", 0, "Visits of all types together at the same time; 0 sets no limit.", whole(0, 1000)
)
JOIN_LINK: Final = SettingSpec("join_link", "visit_type", "", "Web address where a visit is joined.", web_address)
JOIN_PLACE: Final = SettingSpec("join_place", "visit_type", "", "Where at the facility a visit takes place.", text)
JOIN_OPENS_MINUTES_BEFORE: Final = SettingSpec(
    "join_opens_minutes_before", "visit_type", 10, "How many minutes before its start a visit opens.", whole(0, 120)
)
APPROVAL: Final = SettingSpec[Approval](
    "approval", "facility", "officer", "Who decides access requests: an officer, or the server at once.", approval
)
ID_MUST_BE_SEEN: Final = SettingSpec(
    "id_must_be_seen", "facility", False, "An officer has to see the visitor's ID before approving.", yes_or_no
)
ANSWER_WORKING_DAYS: Final = SettingSpec(
    "answer_working_days", "facility", 3, "Within how many working days an access request is answered.", whole(0, 30)
)
MAX_OPEN_REQUESTS: Final = SettingSpec(
    "max_open_requests",
    "facility",
    5,
    "How many requests an account may have waiting, anywhere, when it asks this facility.",
    whole(1, 100),
)

HOLIDAYS_CLOSED: Final = SettingSpec(
    "holidays_closed", "visit_type", False, "There are no visits on public holidays of the facility's state.", yes_or_no
)
REQUEST_WINDOW: Final = SettingSpec[RequestWindow | None](
    "request_window", "visit_type", None, "The days on which visits of a week can be asked for.", request_window
)
QUOTAS: Final = SettingSpec[tuple[Quota, ...]](
    "quotas", "type_only", (), "How many visits of this type there may be in a period.", quotas
)
QUOTAS_ALL: Final = SettingSpec[tuple[Quota, ...]](
    "quotas_all", "facility", (), "How many visits of all types together there may be in a period.", quotas
)
WEEK_STARTS_ON: Final = SettingSpec[Weekday](
    "week_starts_on", "facility", "sunday", "The first day of the week, for quotas and request windows.", weekday
)
UNIT_PLACES: Final = SettingSpec[Mapping[str, int]](
    "unit_places",
    "facility",
    MappingProxyType({}),
    "Visits of a housing unit at the same time; a unit that is not named has no limit.",
    unit_places,
)
MOVE_CUTOFF_HOURS: Final = SettingSpec(
    "move_cutoff_hours",
    "visit_type",
    24,
    "Until how many hours before its start a visit can be moved.",
    whole(0, 336),
)
CHECK_IN_OPENS_MINUTES: Final = SettingSpec(
    "check_in_opens_minutes",
    "visit_type",
    60,
    "How many minutes before a visit its check-in opens.",
    whole(0, 1440),
)
FREE_VISITS_PER_WEEK: Final = SettingSpec(
    "free_visits_per_week",
    "visit_type",
    0,
    "How many visits a week are free for each visitor, by the date of the visit; what is not used lapses.",
    whole(0, 50),
)
FACILITY_PAYS: Final = SettingSpec(
    "facility_pays", "visit_type", False, "The facility pays what visits cost.", yes_or_no
)
WHEN_GONE: Final = SettingSpec[WhenGone](
    "when_gone",
    "facility",
    "review",
    "What becomes of the visits of somebody who was released or moved: a person reviews them, or they are cancelled.",
    when_gone,
)
KIOSK_IDLE_SECONDS: Final = SettingSpec(
    "kiosk_idle_seconds",
    "facility",
    120,
    "After so long without a key, who is signed in at a kiosk is signed out.",
    whole(30, 3600),
)
KIOSK_FORM_IDLE_SECONDS: Final = SettingSpec(
    "kiosk_form_idle_seconds", "facility", 300, "The same on Terms, Payment and forms.", whole(30, 3600)
)
KIOSK_WARNING_SECONDS: Final = SettingSpec(
    "kiosk_warning_seconds", "facility", 30, "How long before that a kiosk warns.", whole(10, 300)
)
KIOSK_STRETCH_MINUTES: Final = SettingSpec(
    "kiosk_stretch_minutes", "facility", 15, 'After how long a kiosk asks "More time?".', whole(1, 240)
)
KIOSK_QUESTION_SECONDS: Final = SettingSpec(
    "kiosk_question_seconds", "facility", 60, "How long that question waits for its answer.", whole(10, 600)
)
KIOSK_MORE_TIMES: Final = SettingSpec(
    "kiosk_more_times", "facility", 10, "How often it can be answered; each time there is as long again.", whole(0, 100)
)

REGISTRY: Final[dict[str, SettingSpec[object]]] = {
    spec.name: SettingSpec(spec.name, spec.scope, spec.default, spec.sentence, spec.parse)
    for spec in (
        OFFERED,
        DURATIONS,
        NOTICE,
        HORIZON_DAYS,
        HOLD_MINUTES,
        HOLD_TOTAL_MINUTES,
        CANCEL_CUTOFF_HOURS,
        LATE_REFUND,
        ATTENDEES_MAX,
        ATTENDEES_ADULTS,
        ATTENDEES_MINORS,
        ADULT_AGE,
        BUFFER_MINUTES,
        CAPACITY_TYPE,
        CAPACITY_ALL,
        JOIN_LINK,
        JOIN_PLACE,
        JOIN_OPENS_MINUTES_BEFORE,
        APPROVAL,
        ID_MUST_BE_SEEN,
        ANSWER_WORKING_DAYS,
        MAX_OPEN_REQUESTS,
        HOLIDAYS_CLOSED,
        REQUEST_WINDOW,
        QUOTAS,
        QUOTAS_ALL,
        WEEK_STARTS_ON,
        UNIT_PLACES,
        MOVE_CUTOFF_HOURS,
        CHECK_IN_OPENS_MINUTES,
        FREE_VISITS_PER_WEEK,
        FACILITY_PAYS,
        WHEN_GONE,
        KIOSK_IDLE_SECONDS,
        KIOSK_FORM_IDLE_SECONDS,
        KIOSK_WARNING_SECONDS,
        KIOSK_STRETCH_MINUTES,
        KIOSK_QUESTION_SECONDS,
        KIOSK_MORE_TIMES,
    )
}
"""Every setting by its name."""
