"""Every way in which a processor's books and ours can differ is found, named once, and comes with what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from backend.money.models import Payment, PaymentReturn
from backend.money.processors.base import Record
from backend.money.reconciling import NEXT_STEPS, Kind, Ours, Span, differences, within_own_books

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=1)
SPAN = Span(NOW - timedelta(days=1), NOW, NOW)


def payment(status: str = "succeeded", *, made: datetime = EARLIER, ends_at: datetime | None = None) -> Payment:
    return Payment(
        id="ours",
        account_id="ana",
        booking_id="visit",
        processor="stripe",
        processor_reference="pi_1" if status in ("succeeded", "returning", "returned") else None,
        method_token="pm_1",
        label="Visa 4242",
        brand="Visa",
        last4="4242",
        amount_minor=570,
        currency="USD",
        session_fee_minor=570,
        transaction_fee_minor=0,
        status=status,
        asked={},
        created_at=made,
        settled_at=None if status == "checking" else made,
        ends_at=ends_at,
    )


def back(
    amount: int = 200, status: str = "returned", *, reference: str = "re_1", problem_code: str | None = None
) -> PaymentReturn:
    return PaymentReturn(
        entry_id="e1",
        payment_id="ours",
        amount_minor=amount,
        currency="USD",
        status=status,
        problem_code=problem_code,
        reference=reference if status == "returned" else None,
        created_at=EARLIER,
        settled_at=EARLIER if status == "returned" else None,
    )


CHARGE = Record("charge", "pi_1", "pi_1", "ours", 570, "USD", EARLIER)
REFUND = Record("refund", "re_1", "pi_1", None, 200, "USD", EARLIER)
PAID = Ours(payment(), 570)
GIVEN_BACK = Ours(payment(), 570, {"e1": 200}, (back(),))
ON_ITS_WAY = Ours(payment(), 570, {"e1": 200}, (back(status="returning"),))


REFUSED = Ours(payment(), 570, {"e1": 200}, (back(status="returning", problem_code="refund_refused"),))


def kinds(ours: Ours | None, *records: Record, span: Span = SPAN) -> list[str]:
    return [one.kind for one in differences([ours] if ours else [], records, span)]


@pytest.mark.parametrize(
    ("ours", "records"),
    [
        (PAID, (CHARGE,)),
        (PAID, (CHARGE, CHARGE)),  # read twice, by two processors
        (GIVEN_BACK, (CHARGE, REFUND)),
        (ON_ITS_WAY, (CHARGE, REFUND)),  # the bank takes its time
        (Ours(payment("declined")), ()),
        (Ours(payment("declined")), (CHARGE, replace(REFUND, amount_minor=570))),
        (Ours(payment("checking", made=NOW - timedelta(seconds=119))), (CHARGE,)),
        (Ours(payment("checking", ends_at=NOW + timedelta(minutes=5))), ()),
        (None, (replace(CHARGE, payment_id=None), replace(REFUND, amount_minor=570))),
        (replace(GIVEN_BACK, payment=payment("returned")), (CHARGE, REFUND)),
    ],
)
def test_books_that_agree_have_no_difference(ours: Ours | None, records: tuple[Record, ...]) -> None:
    assert kinds(ours, *records) == []


@pytest.mark.parametrize(
    ("kind", "ours", "records"),
    [
        ("charge_without_payment", None, (replace(CHARGE, payment_id=None),)),
        ("charge_without_payment", None, (CHARGE, REFUND)),
        ("charge_of_declined", Ours(payment("declined")), (CHARGE,)),
        ("charged_twice", PAID, (CHARGE, replace(CHARGE, reference="pi_2", charge_reference="pi_2"))),
        ("payment_without_charge", PAID, ()),
        ("payment_without_entry", replace(PAID, entered_minor=0), (CHARGE,)),
        ("payment_without_entry", replace(PAID, entered_minor=571), (CHARGE,)),
        ("payment_unsettled", Ours(payment("checking", made=NOW - timedelta(seconds=120))), (CHARGE,)),
        ("payment_unsettled", Ours(payment("checking", ends_at=NOW - timedelta(minutes=2))), ()),
        ("amounts_differ", PAID, (replace(CHARGE, amount_minor=571),)),
        ("amounts_differ", PAID, (replace(CHARGE, currency="EUR"),)),
        ("amounts_differ", GIVEN_BACK, (CHARGE, replace(REFUND, amount_minor=201))),
        ("refund_missing", GIVEN_BACK, (CHARGE,)),
        ("refund_twice", GIVEN_BACK, (CHARGE, REFUND, replace(REFUND, reference="re_2"))),
        ("refund_twice", ON_ITS_WAY, (CHARGE, REFUND, replace(REFUND, reference="re_2"))),
        ("refund_without_entry", PAID, (CHARGE, REFUND)),
        ("refund_without_entry", GIVEN_BACK, (CHARGE, REFUND, replace(REFUND, reference="re_2", amount_minor=99))),
        ("refund_without_entry", None, (REFUND,)),
        ("refund_not_sent", replace(PAID, given_back={"e1": 200}), (CHARGE,)),
        ("refund_unsettled", ON_ITS_WAY, (CHARGE,)),
        ("refund_unsettled", REFUSED, (CHARGE, REFUND)),  # somebody has given as much back at the processor
    ],
)
def test_each_difference_is_found_and_says_what_to_do(
    kind: Kind, ours: Ours | None, records: tuple[Record, ...]
) -> None:
    assert kinds(ours, *records) == [kind]
    (found,) = differences([ours] if ours else [], records, SPAN)
    assert found.next_step == NEXT_STEPS[kind]
    assert found.said.endswith(".")


def test_a_second_charge_that_was_given_back_is_none() -> None:
    second = replace(CHARGE, reference="pi_2", charge_reference="pi_2")
    refund = replace(REFUND, charge_reference="pi_2", amount_minor=570)
    assert kinds(PAID, CHARGE, second, refund) == []


def test_what_came_about_outside_of_the_span_is_left_to_another_one() -> None:
    later = Span(NOW, NOW + timedelta(days=1), NOW)
    assert kinds(PAID, span=later) == []
    assert kinds(None, CHARGE, span=later) == []
    assert kinds(None, replace(CHARGE, at=NOW), span=later) == ["charge_without_payment"]
    assert kinds(None, replace(CHARGE, at=NOW + timedelta(days=1)), span=later) == []


def test_without_a_processors_books_payments_are_held_against_the_ledger() -> None:
    assert within_own_books([PAID, GIVEN_BACK, Ours(payment("declined"))], SPAN) == ()
    wrong = [replace(PAID, entered_minor=0), replace(PAID, given_back={"e1": 200}), Ours(payment("checking"))]
    assert [one.kind for one in within_own_books(wrong, SPAN)] == [
        "payment_unsettled", "payment_without_entry", "refund_not_sent",
    ]  # fmt: skip
