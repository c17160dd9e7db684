"""Why a payment was declined has a sentence for every reason, and tells nobody that a card was reported stolen."""

from __future__ import annotations

import pytest

from backend.money.processors import reader, stripe_problems
from backend.money.processors.stripe_problems import problem_of
from backend.money.words import OTHER_PROBLEM, problem_words

OURS = {
    *stripe_problems._CODES.values(),
    stripe_problems.DECLINED,
    stripe_problems.REFUSED,
    stripe_problems.NOT_CHARGED,
    stripe_problems.PAGE_ENDED,
    reader.NO_READER,
    reader.NOT_USED,
}


@pytest.mark.parametrize("code", sorted(OURS))
def test_every_reason_has_a_sentence_of_its_own(code: str) -> None:
    assert problem_words(code) != OTHER_PROBLEM


@pytest.mark.parametrize("code", ["lost_card", "stolen_card", "pickup_card", "fraudulent", "do_not_honor", "new_code"])
def test_what_a_bank_thinks_of_who_holds_the_card_is_told_to_nobody(code: str) -> None:
    assert problem_of(code, "card_declined") == "card_declined"


def test_the_banks_reason_goes_before_the_kind_of_error() -> None:
    assert problem_of("insufficient_funds", "card_declined") == "insufficient_funds"
    assert problem_of(None, "expired_card") == "card_expired"
    assert problem_of(None, None, otherwise="no_reader") == "no_reader"
