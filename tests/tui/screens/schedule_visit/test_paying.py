"""What each source pays, what is left, and what is said of it: as the server splits a price."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend_client import FeeSource, FreeVisit, FromAccount, PaymentMethod, Promotion
from tests.tui.screens.schedule_visit.world import METHODS, RICH, WAYS, usd
from tui.screens.schedule_visit.paying import PAGE, Paying, paid_words, you_pay

EVERYTHING = replace(
    WAYS,
    free=FreeVisit(2, usd(570)),
    promo=Promotion("SPRING", usd(200)),
    credit=FromAccount(usd(100), usd(100)),
    balance=FromAccount(usd(9000), usd(570)),
)
PHONE = PaymentMethod(PAGE, "your phone", "", "", test=True)


def split(paying: Paying) -> dict[str, int]:
    return {part.source: part.amount for part in paying.parts}


@pytest.mark.parametrize(
    ("off", "parts", "rest", "said"),
    [
        ("", {"free": 570}, 0, "You pay: $0.00"),
        ("free", {"promo": 200, "credit": 100, "balance": 270}, 0, "You pay: $3.70, all from your account"),
        ("free promo", {"credit": 100, "balance": 470}, 0, "You pay: $5.70, all from your account"),
        ("free balance", {"promo": 200, "credit": 100}, 270, "You pay: $3.70, $1.00 of it from your account"),
        ("free promo credit balance", {}, 570, "You pay: $5.70"),
    ],
)
def test_sources_pay_in_one_order_and_a_method_what_they_leave(
    off: str, parts: dict[str, int], rest: int, said: str
) -> None:
    paying = Paying(EVERYTHING, off=frozenset(off.split()))

    assert (split(paying), paying.rest, you_pay(paying)) == (parts, rest, said)
    assert paying.sources == tuple(FeeSource(source) for source in parts)
    assert paying.promo_code == ("SPRING" if "promo" in parts else None)


@pytest.mark.parametrize(
    ("credit", "balance", "parts"),
    [
        (0, 530, {"balance": 520}),
        (530, 5, {"credit": 520}),
        (0, 520, {"balance": 520}),
        (0, 570, {"balance": 570}),
    ],
)
def test_a_method_is_left_nothing_or_what_it_can_be_charged(credit: int, balance: int, parts: dict[str, int]) -> None:
    ways = replace(WAYS, credit=FromAccount(usd(credit), usd(credit)), balance=FromAccount(usd(balance), usd(balance)))
    assert split(Paying(ways)) == parts


def test_where_the_facility_pays_nobody_else_does_and_nothing_is_sent() -> None:
    paying = Paying(replace(EVERYTHING, facility_pays=True))

    assert (split(paying), paying.rest, paying.sources) == ({"facility": 570}, 0, ())
    assert paid_words(paying) == "The facility"


def test_the_question_is_answered_once_nothing_is_left_or_a_method_takes_it() -> None:
    assert not Paying(RICH).enough
    assert Paying(RICH, settled=True).enough
    assert not Paying(WAYS, settled=True).enough
    assert Paying(WAYS, method=METHODS[0], settled=True).enough
    assert not Paying(RICH, settled=True).switched("balance").enough


def test_another_time_asks_again_only_where_something_else_than_a_method_pays() -> None:
    dearer = replace(WAYS.price, total=usd(900))

    assert Paying(WAYS, method=METHODS[0], settled=True).for_price(dearer).enough
    assert not Paying(RICH, settled=True).for_price(dearer).enough


def test_a_method_that_is_gone_is_asked_for_again() -> None:
    paying = Paying(WAYS, method=METHODS[0], settled=True).told(replace(WAYS, methods=METHODS[1:]))

    assert (paying.method, paying.enough) == (None, False)


def test_the_answers_say_what_pays_how_much() -> None:
    assert paid_words(Paying(WAYS, method=METHODS[0])) == "Visa 4242 (test)"
    some = replace(RICH, balance=FromAccount(usd(50), usd(50)))
    assert paid_words(Paying(some, method=PHONE)) == (
        "$4.00 account credit, $0.50 prepaid balance, $1.20 on your own phone"
    )
