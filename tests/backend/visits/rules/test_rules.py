"""Each rule is a pure judgement: exactly at its boundary it passes, one microsecond beyond it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backend.access.views import AccessNow
from backend.facilities.policy import VisitPolicy
from backend.facilities.setting_values import MinimumNotice
from backend.visits.refusals import NEXT_STEPS
from backend.visits.rules import RULES, About, broken_rules
from backend.visits.rules.facts import AnswerFacts, Facts, IndividualFacts, MoveFacts, OpeningFacts

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
"""A Friday, noon in Central time."""
MICROSECOND = timedelta(microseconds=1)
POLICY = VisitPolicy(
    visit_type="remote",
    offered=True,
    durations=(30, 60),
    notice=MinimumNotice(24, "hours"),
    horizon_days=14,
    hold_minutes=10,
    hold_total_minutes=20,
    cancel_cutoff_hours=24,
    late_refund="nothing",
    attendees_max=3,
    attendees_adults=1,
    attendees_minors=2,
    adult_age=18,
    buffer_minutes=0,
    capacity_type=None,
    capacity_all=None,
    join_link=None,
    join_place=None,
    join_opens_minutes_before=10,
)
OPENING = OpeningFacts(NOW + timedelta(days=4), NOW + timedelta(days=4, minutes=30), in_timetable=True)
ANSWERS = AnswerFacts(
    hold_ended=False,
    terms_current=True,
    terms_accepted=True,
    adults=0,
    minors=0,
    expected_total_minor=570,
    total_minor=570,
    expected_due_minor=None,
    due_minor=570,
    due_words="$5.70",
    total_words="$5.70",
    has_payment_method=True,
    method_known=True,
)
FINE = Facts(
    now=NOW,
    zone=ZoneInfo("America/Chicago"),
    policy=POLICY,
    bookable=True,
    access=AccessNow("approved"),
    individual=IndividualFacts(at_facility=True, held=True),
    duration_minutes=30,
    lead_visitor_born=date(1988, 4, 12),
    opening=OPENING,
    answers=ANSWERS,
)


def at(starts_at: datetime, **policy: object) -> Facts:
    opening = replace(OPENING, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30))
    return replace(FINE, opening=opening, policy=replace(POLICY, **policy))  # type: ignore[arg-type]  # by field name


def codes(facts: Facts) -> list[str]:
    return [reason.code for reason in broken_rules(facts)]


def test_what_breaks_no_rule_passes() -> None:
    assert broken_rules(FINE) == ()


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (replace(FINE, access=AccessNow(None)), "facility_access_required"),
        (replace(FINE, bookable=False), "visit_type_not_offered"),
        (replace(FINE, policy=replace(POLICY, offered=False)), "visit_type_not_offered"),
        (replace(FINE, duration_minutes=45), "duration_not_offered"),
        (replace(FINE, individual=None), "individual_not_found"),
        (replace(FINE, individual=IndividualFacts(at_facility=False, held=True)), "individual_not_at_facility"),
        (replace(FINE, individual=IndividualFacts(at_facility=True, held=False)), "individual_not_eligible"),
        (replace(FINE, opening=replace(OPENING, in_timetable=False)), "outside_timetable"),
        (replace(FINE, lead_visitor_born=date(2008, 11, 27)), "lead_visitor_too_young"),
        (replace(FINE, opening=replace(OPENING, full=True)), "no_capacity"),
        (replace(FINE, opening=replace(OPENING, individual_busy=True)), "individual_busy"),
        (replace(FINE, opening=replace(OPENING, account_busy=True)), "account_busy"),
        (replace(FINE, answers=replace(ANSWERS, terms_current=False)), "terms_changed"),
        (replace(FINE, answers=replace(ANSWERS, terms_accepted=False)), "terms_not_accepted"),
        (replace(FINE, answers=replace(ANSWERS, adults=2)), "attendee_limit"),
        (replace(FINE, answers=replace(ANSWERS, minors=3)), "attendee_limit"),
        (replace(FINE, answers=replace(ANSWERS, adults=2, minors=2)), "attendee_limit"),
        (replace(FINE, answers=replace(ANSWERS, total_minor=600)), "price_changed"),
        (replace(FINE, answers=replace(ANSWERS, expected_due_minor=300)), "price_changed"),
        (replace(FINE, answers=replace(ANSWERS, has_payment_method=False)), "payment_required"),
        (replace(FINE, answers=replace(ANSWERS, method_known=False)), "payment_required"),
    ],
)
def test_one_broken_rule_is_told_alone(facts: Facts, code: str) -> None:
    assert codes(facts) == [code]


@pytest.mark.parametrize("years", [18, 21])
def test_who_has_the_age_of_an_adult_on_the_day_of_the_visit_may_lead_it(years: int) -> None:
    on = OPENING.starts_at.astimezone(FINE.zone).date()
    born = on.replace(year=on.year - years)
    asked = replace(FINE, policy=replace(POLICY, adult_age=years), lead_visitor_born=born)

    assert codes(asked) == []
    assert codes(replace(asked, lead_visitor_born=born + timedelta(days=1))) == ["lead_visitor_too_young"]


def test_all_broken_rules_are_told_at_once() -> None:
    facts = replace(
        FINE,
        access=AccessNow(None),
        duration_minutes=45,
        opening=replace(OPENING, starts_at=NOW, full=True, account_busy=True),
        answers=replace(ANSWERS, terms_accepted=False, total_minor=1),
    )

    assert codes(facts) == [
        "facility_access_required",
        "duration_not_offered",
        "time_is_over",
        "too_soon",
        "no_capacity",
        "account_busy",
        "terms_not_accepted",
        "price_changed",
    ]


def test_notice_in_hours_includes_the_very_instant() -> None:
    assert codes(at(NOW + timedelta(hours=24))) == []
    assert codes(at(NOW + timedelta(hours=24) - MICROSECOND)) == ["too_soon"]


def test_without_notice_a_visit_is_held_until_it_starts() -> None:
    none = MinimumNotice(0, "hours")

    assert codes(at(NOW + MICROSECOND, notice=none)) == []
    assert codes(at(NOW, notice=none)) == ["time_is_over"]
    assert codes(at(NOW, notice=MinimumNotice(0, "calendar_days"))) == ["time_is_over"]
    assert codes(at(NOW + MICROSECOND, notice=MinimumNotice(0, "calendar_days"))) == []


def test_what_is_kept_already_may_have_begun_and_is_over_at_its_end() -> None:
    begun = at(NOW - timedelta(minutes=30) + MICROSECOND)
    assert begun.opening is not None
    kept = begun.at(replace(begun.opening, kept=True, held_since=NOW - timedelta(days=2)))
    assert kept.opening is not None

    assert codes(kept) == []
    assert codes(kept.at(replace(kept.opening, kept=False))) == ["time_is_over"]
    assert codes(kept.at(replace(kept.opening, ends_at=NOW))) == ["time_is_over"]


def test_nobody_overrides_that_a_time_is_over() -> None:
    overridden = replace(at(NOW), may_override=True, overridden=frozenset({"too_soon", "time_is_over"}))

    assert codes(overridden) == ["time_is_over"]


@pytest.mark.parametrize(
    ("unit", "amount", "first_day"),
    [
        ("calendar_days", 1, date(2026, 11, 21)),
        ("calendar_days", 3, date(2026, 11, 23)),
        ("working_days", 1, date(2026, 11, 23)),
        ("working_days", 3, date(2026, 11, 25)),
        ("working_days", 4, date(2026, 11, 27)),  # Thanksgiving Day is no working day
    ],
)
def test_notice_in_days_counts_the_facilitys_days(unit: str, amount: int, first_day: date) -> None:
    notice = MinimumNotice(amount, "working_days" if unit == "working_days" else "calendar_days")
    midnight = datetime.combine(first_day, datetime.min.time(), FINE.zone)

    assert codes(at(midnight, notice=notice)) == []
    (reason,) = broken_rules(at(midnight - MICROSECOND, notice=notice))
    assert (reason.code, reason.first_passes_on) == ("too_soon", first_day)


def test_while_a_hold_lives_notice_is_counted_to_when_it_was_held() -> None:
    held = replace(at(NOW + timedelta(hours=24) - timedelta(minutes=9)), now=NOW)
    assert held.opening is not None
    kept = replace(held, opening=replace(held.opening, held_since=NOW - timedelta(minutes=9)))

    assert codes(held) == ["too_soon"]
    assert codes(kept) == []


def test_the_last_day_of_the_horizon_can_be_scheduled_to_its_end() -> None:
    next_midnight = datetime(2026, 12, 5, 0, 0, tzinfo=FINE.zone)

    assert codes(at(next_midnight - MICROSECOND)) == []
    (reason,) = broken_rules(at(next_midnight))
    assert (reason.code, reason.first_passes_on) == ("too_far_ahead", None), "no date of a visit"
    assert reason.can_be_asked_from == date(2026, 11, 21)
    assert reason.sentence == "You can schedule until Dec 4. Dec 5 opens on Nov 21."


def test_an_ended_hold_is_refused_only_if_somebody_else_has_the_time() -> None:
    ended = replace(FINE, answers=replace(ANSWERS, hold_ended=True))
    gone = replace(ended, opening=replace(OPENING, full=True))

    assert codes(ended) == []
    assert codes(gone) == ["hold_expired", "no_capacity"]


def test_nothing_to_pay_needs_no_way_to_pay() -> None:
    free = replace(ANSWERS, due_minor=0, has_payment_method=False, method_known=False)

    assert codes(replace(FINE, answers=free)) == []


def test_a_rule_about_what_was_not_asked_yet_says_nothing() -> None:
    bare = replace(FINE, opening=None, answers=None)

    assert broken_rules(bare) == ()
    assert broken_rules(replace(bare, access=AccessNow(None)), About.OPENING) == ()


def test_every_rule_has_a_code_of_its_own_and_a_next_step() -> None:
    listed = [(rule.code, rule.about) for rule in RULES]

    assert len(set(listed)) == len(listed)
    assert set(NEXT_STEPS) >= {code for code, _ in listed}


@pytest.mark.parametrize(
    ("born", "first_day"),
    [(date(2008, 11, 27), date(2026, 11, 27)), (date(2008, 2, 29), date(2026, 3, 1))],
)
def test_who_is_too_young_is_told_from_which_day_on_it_passes(born: date, first_day: date) -> None:
    young = replace(
        FINE, lead_visitor_born=born, opening=replace(OPENING, starts_at=at_noon(first_day - timedelta(days=1)))
    )
    [reason] = [one for one in broken_rules(young) if one.code == "lead_visitor_too_young"]
    assert reason.first_passes_on == first_day
    old = replace(young, opening=replace(OPENING, starts_at=at_noon(first_day)))
    assert "lead_visitor_too_young" not in codes(old)


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("notice", "words"),
    [
        (MinimumNotice(1, "calendar_days"), "at least 1 day ahead"),
        (MinimumNotice(2, "working_days"), "at least 2 working days ahead"),
        (MinimumNotice(1, "hours"), "at least 1 hour ahead"),
    ],
)
def test_notice_is_said_with_its_number(notice: MinimumNotice, words: str) -> None:
    soon = replace(FINE, opening=replace(OPENING, starts_at=FINE.now + timedelta(minutes=30)))
    [reason] = [
        one for one in broken_rules(replace(soon, policy=replace(soon.policy, notice=notice))) if one.code == "too_soon"
    ]
    assert words in reason.sentence


@pytest.mark.parametrize(
    ("most", "answers", "sentence"),
    [
        ({"attendees_adults": 2}, {"adults": 3}, "At most 2 adults can come with you."),
        ({"attendees_adults": 1}, {"adults": 2}, "At most 1 adult can come with you."),
        ({"attendees_minors": 1}, {"minors": 2}, "At most 1 minor can come with you."),
        ({"attendees_minors": 0}, {"minors": 1}, "No minors can come with you to this visit."),
        ({"attendees_max": 0}, {"minors": 1}, "Nobody can come with you to this visit."),
    ],
)
def test_how_many_can_come_is_said_with_their_number(
    most: dict[str, int], answers: dict[str, int], sentence: str
) -> None:
    facts = replace(FINE, policy=replace(POLICY, **most), answers=replace(ANSWERS, **answers))  # type: ignore[arg-type]  # by field name
    [reason] = broken_rules(facts)
    assert (reason.code, reason.sentence) == ("attendee_limit", sentence)


@pytest.mark.parametrize(("hours", "words"), [(1, "until 1 hour before"), (24, "until 24 hours before")])
def test_until_when_a_visit_can_be_moved_is_said_with_its_number(hours: int, words: str) -> None:
    facts = replace(FINE, moving=MoveFacts(NOW + timedelta(hours=hours), NOW, hours))
    [reason] = broken_rules(facts)
    assert reason.code == "too_late_to_move"
    assert words in reason.sentence


def test_nobody_else_is_said_to_have_taken_what_the_account_took_itself() -> None:
    ended = replace(FINE, answers=replace(ANSWERS, hold_ended=True))
    by_another = broken_rules(replace(ended, opening=replace(OPENING, individual_busy=True)))
    own = broken_rules(replace(ended, opening=replace(OPENING, individual_busy=True, account_busy=True)))

    assert by_another[0].sentence == "The time was kept for you until its end, and then somebody else took it."
    assert own[0].sentence == "The time was kept for you until its end, and is not kept any more."
    assert [reason.code for reason in own] == ["hold_expired", "individual_busy", "account_busy"]
