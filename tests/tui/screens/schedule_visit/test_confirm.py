"""Payment, the page of all answers, and confirming."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from backend_client import Attendee, Confirmation, ConfirmationStatus, Money, Page, PaymentStatus, VisitType
from tests.tui.screens.schedule_visit.world import (
    CHECKING,
    CONFIRMED,
    DEC_10,
    FULL_DRAFT,
    PAYMENT,
    STARTS,
    TERMS,
    VISIT,
    break_rule,
    hold,
    resume,
    resume_at_confirm,
    there,
    to_confirm,
    world,
)
from tests.tui.support import NOW, FakeServer, desk, wire
from tui.screens.schedule_visit import ScheduleVisit

VISITS = "/v1/visits"


def kept() -> FakeServer:
    """Return a server that has kept a draft to its last question, and the time."""
    return world(draft=FULL_DRAFT, held=hold())


async def test_test_methods_are_said_to_be_tests() -> None:
    async with desk(kept(), ScheduleVisit()) as at:
        await resume(at)
        await at.sees("Visa 4242", "test", "These are test methods: no money moves.")


async def test_every_answer_stands_on_one_page_with_the_end_of_the_hold() -> None:
    async with desk(world(), ScheduleVisit()) as at:
        await to_confirm(at)
        await at.sees(
            "Shelby County Jail, TN",
            "Remote (at home)",
            "Mateo Rivera, #20418",
            "Just you",
            "Thu Dec 10, 9:00 to 9:30 AM CST",
            "for you 10:00 to 10:30 AM EST",
            "Visa 4242 (test)",
            "Session fee $5.70 + Transaction fee $0.00 = at most $5.70",
            "Cancel before Wed Dec 9, 9:00 AM CST and all of it comes back.",
            "We keep this time until 9:51 PM EST",
        )


async def test_what_is_charged_and_until_when_it_comes_back_are_said_as_the_hold_says_them() -> None:
    kept_time = hold()
    price = replace(kept_time.price, unused_minutes_come_back=False)
    held = replace(kept_time, price=price, free_cancel_until=STARTS - timedelta(hours=3))
    async with desk(world(draft=FULL_DRAFT, held=held), ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.sees(
            "Session fee $5.70 + Transaction fee $0.00 = $5.70",
            "Charged now.",
            "Cancel before Thu Dec 10, 6:00 AM CST and all of it comes back.",
        )
        assert "Unused minutes" not in at.text()


async def test_a_tax_and_what_comes_back_by_the_minute_stand_on_the_page() -> None:
    price = replace(hold().price, tax=Money(53, "USD"), total=Money(623, "USD"))
    async with desk(world(draft=FULL_DRAFT, held=replace(hold(), price=price)), ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.sees(
            "Session fee $5.70 + Transaction fee $0.00 + Tax $0.53 = at most $6.23",
            "Charged now. Unused minutes come back within a day of the visit.",
        )


async def test_enter_confirms_and_sends_what_was_on_the_page() -> None:
    server = kept()
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press("enter")
        await at.sees("Your visit is confirmed.", "Reference VD-7K3M9Q")
        assert server.asked("POST", VISITS)[0].body == {
            "hold_id": "H1",
            "terms_id": "T1",
            "attendees": [],
            "payment_method": "tok_ok",
            "expected_total": {"minor": 570, "currency": "USD"},
            "sources": [],
            "promo_code": None,
            "expected_from_method": {"minor": 570, "currency": "USD"},
            "override": None,
        }


async def test_a_visit_that_is_too_near_is_not_promised_to_be_free_to_cancel() -> None:
    server = kept()
    near = replace(CONFIRMED, visit=replace(VISIT, free_cancel_until=NOW - timedelta(minutes=1)))
    server.answer("POST", VISITS, near, status=201)
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press("enter")
        await at.sees("It is too late to cancel it for free.")
        assert "Free to cancel" not in at.text()


async def test_one_comes_to_a_visit_in_person() -> None:
    server = kept()
    visit = replace(VISIT, visit_type=VisitType.IN_PERSON)
    server.answer("POST", VISITS, replace(CONFIRMED, visit=visit), status=201)
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press("enter")
        await at.sees("How to come")


async def test_the_length_is_changed_from_the_answers_and_asks_for_a_time_of_that_length_only() -> None:
    async with desk(kept(), ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.sees("4  Duration      30 minutes", "1-7 Change")
        await at.press("4")
        await at.sees("Select the Duration")
        await at.press("1")
        await at.sees("Select the Time", "Thu Dec 10, Central Time (CST)", "15 minutes")
        await at.press("enter")
        await at.sees("Check your answers", "Visa 4242 (test)")


async def test_a_second_enter_confirms_once() -> None:
    server = kept()
    gate = server.hold("POST", VISITS)
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press("enter", "enter", "enter", "enter")
        await at.sees("One moment: this is being sent.")
        gate.open()
        await at.sees("Your visit is confirmed.")
        assert server.seen("POST", VISITS) == 1


async def test_an_enter_meant_for_the_page_before_confirms_nothing() -> None:
    server = kept()
    async with desk(server, ScheduleVisit()) as at:
        await resume(at)
        await at.sees("Payment information", "no money moves")
        await at.press("enter", "enter", "enter")
        await at.sees("Check your answers", "Please look at your answers first")
        assert server.seen("POST", VISITS) == 0


async def test_a_declined_card_goes_back_to_payment_with_every_answer_kept() -> None:
    server = kept()
    break_rule(server, "POST", VISITS, "payment_declined", "The card was declined.", status=402, then=CONFIRMED)
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press("enter")
        await at.sees("Payment information", "The card was declined.", "Choose another way to pay.", "9:00 AM CST")
        await at.press("3")
        await at.sees("Check your answers", "Visa 3184")
        at.clock.step(1)
        await at.press("enter")
        await at.sees("Your visit is confirmed.")
        first, second = server.asked("POST", VISITS)
        assert first.key != second.key


async def test_a_changed_price_is_shown_beside_the_old_one_and_asked_again() -> None:
    server = kept()
    break_rule(server, "POST", VISITS, "price_changed", "The price has changed.", then=CONFIRMED)
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        server.answer("GET", "/v1/hold", {"hold": hold(total=630)})
        await at.press("enter")
        await at.sees("it was $5.70, and it is $6.30 now", "Enter confirms at the new price", "= at most $6.30")
        assert server.seen("POST", VISITS) == 1
        await at.press("enter")
        await at.sees("Your visit is confirmed.")
        body = server.asked("POST", VISITS)[1].body
        assert isinstance(body, dict)
        assert body["expected_total"] == {"minor": 630, "currency": "USD"}


async def test_an_expired_hold_goes_to_the_times_and_keeps_every_other_answer() -> None:
    server = kept()
    break_rule(server, "POST", VISITS, "hold_expired", "The time was taken.", then=CONFIRMED)
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press("enter")
        await at.sees("Select the Time", "has run out. Choose another time", "Mateo Rivera, #20418", "30 minutes")
        await at.press("enter")
        await at.sees("Check your answers", "Visa 4242 (test)")


async def test_an_expired_hold_offers_the_nearest_times_on_number_keys() -> None:
    server = kept()
    nearest = (there(DEC_10, 9, 30), there(date(2026, 12, 11), 8))
    break_rule(server, "POST", VISITS, "hold_expired", "The time was taken.", then=CONFIRMED, nearest=nearest)
    server.answer("POST", "/v1/holds", hold(nearest[1]), status=201)
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press("enter")
        await at.sees("Select the Time", "has run out. The nearest are:")
        await at.sees("  1  Thu Dec 10, 9:30 AM CST   2  Fri Dec 11, 8:00 AM CST\n")
        await at.press("2")
        await at.sees("Check your answers", "Fri Dec 11, 8:00 to 8:30 AM CST")
        (asked,) = server.asked("POST", "/v1/holds")
        assert isinstance(asked.body, dict)
        assert asked.body["starts_at"] == wire(nearest[1])


async def test_terms_that_changed_are_read_again_before_coming_back_to_the_answers() -> None:
    server = kept()
    break_rule(server, "POST", VISITS, "terms_changed", "The Terms have changed.", then=CONFIRMED)
    server.answer("GET", "/v1/facilities/F1/terms", replace(TERMS, id="T2", text="Be on time and be kinder."))
    server.answer("POST", "/v1/terms/T2/acceptance", replace(TERMS, id="T2"))
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press("enter")
        await at.sees("The Terms have changed.", "Be on time and be kinder.", "You have read to the end.")
        await at.press("enter")
        await at.sees("Check your answers", "Thu Dec 10, 9:00 to 9:30 AM CST")
        at.clock.step(1)
        await at.press("enter")
        await at.sees("Your visit is confirmed.")
        body = server.asked("POST", VISITS)[1].body
        assert isinstance(body, dict)
        assert body["terms_id"] == "T2"


async def test_access_that_was_withdrawn_is_said_with_a_next_step() -> None:
    server = kept()
    break_rule(server, "POST", VISITS, "facility_access_required", "Your access was revoked.", status=403)
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press("enter")
        await at.sees("Your access was revoked.", "Manage Account")


async def test_nobody_knows_whether_it_went_through_and_enter_asks_again_with_the_same_key() -> None:
    server = kept()
    server.lose("POST", VISITS, times=4, then=CONFIRMED)
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press("enter")
        await at.until(lambda: "confirmed" in at.text() or "We do not know" in at.text())
        while "Your visit is confirmed" not in at.text():
            await at.press("enter")
        assert len({seen.key for seen in server.asked("POST", VISITS)}) == 1


@pytest.mark.parametrize(
    ("digit", "page"),
    [
        ("2", "Select the type of visit"),
        ("3", "You chose:"),
        ("4", "Select the Duration"),
        ("5", "Who is coming"),
        ("6", "Select the Date"),
        ("7", "Payment information"),
    ],
)
async def test_every_line_can_be_changed_and_escape_comes_back(digit: str, page: str) -> None:
    async with desk(kept(), ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press(digit)
        await at.sees(page)
        await at.press("escape")
        await at.sees("Check your answers", "Visa 4242 (test)")


async def test_the_only_facility_cannot_be_changed_and_says_why() -> None:
    async with desk(kept(), ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press("1")
        await at.sees("This is the only facility that has approved you so far.")


async def test_a_changed_day_asks_for_the_time_and_comes_back() -> None:
    server = kept()
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press("6")
        await at.sees("Thu Dec 10   14 of 16 times open")
        await at.press("enter")
        await at.sees("Select the Time")
        await at.press("enter")
        await at.sees("Check your answers")


async def test_who_is_coming_is_added_and_sent() -> None:
    server = kept()
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press("5")
        await at.sees("Up to 2 people can come with you.")
        await at.press("2")
        await at.sees("First and last name, as on the ID")
        await at.type("Luis Rivera")
        await at.press("enter")
        await at.sees("Take off Luis Rivera (under 18)", "That is everybody")
        await at.press("enter")
        await at.sees("Check your answers", "You and Luis Rivera (under 18)")
        at.clock.step(1)
        await at.press("enter")
        await at.sees("Your visit is confirmed.")
        body = server.asked("POST", VISITS)[0].body
        assert isinstance(body, dict)
        assert body["attendees"] == [{"name": "Luis Rivera", "minor": True}]


async def test_no_more_people_are_added_than_may_come() -> None:
    two = (Attendee("Luis Rivera", minor=True), Attendee("Rosa Rivera", minor=False))
    server = world(draft=replace(FULL_DRAFT, attendees=two), held=hold())
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.sees("You, Luis Rivera (under 18) and Rosa Rivera")
        await at.press("5")
        await at.sees("nobody else may come")
        await at.press("3")
        await at.sees("Up to 2 people can come with you.")
        await at.press("1")
        await at.sees_not("Luis Rivera")
        await at.sees("Take off Rosa Rivera")


async def test_a_free_visit_is_not_asked_how_to_pay() -> None:
    server = world(draft=FULL_DRAFT, held=hold(total=0))
    async with desk(server, ScheduleVisit()) as at:
        await resume(at)
        await at.sees("Check your answers", "Nothing to pay")
        at.clock.step(1)
        await at.press("7")
        await at.sees("There is nothing to pay for this visit.")
        await at.press("enter")
        await at.sees("Your visit is confirmed.")
        body = server.asked("POST", VISITS)[0].body
        assert isinstance(body, dict)
        assert body["payment_method"] is None


async def test_a_slow_payment_is_waited_for_and_then_confirmed_by_itself() -> None:
    server = kept()
    server.answer("POST", VISITS, CHECKING, status=202)
    server.answer("GET", "/v1/payments/P1", CHECKING, CONFIRMED)
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press("enter")
        await at.sees("Checking the payment…", "Your time is kept.")
        server.announce("payment", "P1")
        await at.until(lambda: server.seen("GET", "/v1/payments/P1") == 1)
        await at.sees("Checking the payment…")
        server.announce("payment", "P1")
        await at.sees("Your visit is confirmed.")


async def test_a_slow_payment_that_is_declined_goes_back_to_payment() -> None:
    server = kept()
    server.answer("POST", VISITS, CHECKING, status=202)
    declined = replace(PAYMENT, status=PaymentStatus.DECLINED, sentence="The bank said no.")
    server.answer("GET", "/v1/payments/P1", Confirmation(ConfirmationStatus.CHECKING, declined))
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press("enter")
        await at.sees("Checking the payment…")
        await at.press("enter")
        await at.sees("Payment information", "The bank said no.", "your time is still kept")


async def test_a_visit_too_near_to_cancel_for_free_says_so_before_it_is_confirmed() -> None:
    soon = NOW + timedelta(hours=20)
    near = replace(FULL_DRAFT, date=soon.date(), starts_at=soon)
    async with desk(world(draft=near, held=hold(soon)), ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.sees("It is too late to cancel this visit for free.")


def slow_bank() -> FakeServer:
    """Return a server whose processor has no outcome."""
    server = kept()
    server.answer("POST", VISITS, CHECKING, status=202)
    server.answer("GET", "/v1/payments/P1", CHECKING)
    server.answer("GET", VISITS, Page(()))
    return server


async def test_asking_how_a_payment_stands_leaves_a_sign() -> None:
    async with desk(slow_bank(), ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press("enter")
        await at.sees("Checking the payment…")
        await at.press("enter")
        await at.sees("Asked just now, 9:41:01: there is no answer yet.")


async def test_whoever_comes_back_while_a_payment_is_checked_is_told_and_goes_on_waiting() -> None:
    server = slow_bank()
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        await at.press("enter")
        await at.sees("Checking the payment…")
        await at.press("escape")
        await at.sees_not("Checking the payment…")
        at.app.push_screen(ScheduleVisit())
        await at.sees("A payment of $5.70 with Visa 4242 is still being checked.", "It is not charged if")
        await at.press("1")
        await at.sees("Checking the payment…")


async def test_a_second_payment_is_refused_and_the_first_is_waited_for() -> None:
    server = slow_bank()
    server.refuse("POST", VISITS, 409, "payment_checking", "A payment for this visit is still being checked.")
    async with desk(server, ScheduleVisit()) as at:
        await resume_at_confirm(at)
        at.app.session.checking = replace(PAYMENT, status=PaymentStatus.CHECKING)
        await at.press("enter")
        await at.sees("Checking the payment…", "A payment for this visit is still being checked.")
