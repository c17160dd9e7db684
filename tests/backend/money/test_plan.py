"""A price is split over its sources to the last cent, and comes back the same way."""

from __future__ import annotations

from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.money.ledger import Fees
from backend.money.plan import KEEPS_BACK, LEAST_BY_CARD, ORDER, Paying, Source, split
from backend.money.returns import Share, spread

amounts = st.integers(0, 2_000)
prices = st.builds(Fees, amounts, amounts, st.just("USD"), amounts)
has = st.dictionaries(st.sampled_from(ORDER), st.integers(-50, 3_000))
NOTHING = Fees(0, 0, "USD")


def sources_of(most: dict[Paying, int]) -> list[Source]:
    return [Source(name, name, amount) for name, amount in most.items()]


def together(parts: list[Fees]) -> Fees:
    return reduce(lambda one, other: one + other, parts, NOTHING)


@settings(deadline=None, max_examples=80)
@given(price=prices, most=has)
def test_parts_and_card_are_the_price_line_by_line_and_no_source_gives_more_than_it_has(
    price: Fees, most: dict[Paying, int]
) -> None:
    plan = split(price, sources_of(most))

    assert together([*(part.fees for part in plan.parts), plan.card]) == price == plan.total
    for part in plan.parts:
        assert 0 < part.fees.total_minor <= most[part.fee_source]  # type: ignore[index]  # no card among them
        assert min(part.fees.session_fee_minor, part.fees.transaction_fee_minor, part.fees.tax_minor) >= 0
    names = [part.fee_source for part in plan.parts]
    assert names == [name for name in ORDER if name in names]


@settings(deadline=None, max_examples=80)
@given(price=prices, most=has)
def test_a_source_pays_only_once_those_before_it_have_given_all(price: Fees, most: dict[Paying, int]) -> None:
    plan = split(price, sources_of(most))

    could = min(price.total_minor, sum(max(0, amount) for amount in most.values()))
    left = price.total_minor - could
    if 0 < left < LEAST_BY_CARD:
        return  # some keep back then, see below
    assert plan.card.total_minor == left
    for position, name in enumerate(ORDER):
        part, later = plan.of(name), [plan.of(one) for one in ORDER[position + 1 :]]
        if (part.fees.total_minor if part else 0) < max(0, most.get(name, 0)):
            assert (set(later) <= {None}, plan.card.total_minor) == (True, 0)


@settings(deadline=None, max_examples=80)
@given(total=st.integers(LEAST_BY_CARD, 2_000), left=st.integers(-10, LEAST_BY_CARD + 10), most=has)
def test_a_card_is_left_nothing_or_what_it_can_be_charged_and_free_visits_keep_nothing_back(
    total: int, left: int, most: dict[Paying, int]
) -> None:
    given = sum(max(0, amount) for name, amount in most.items() if name != "balance")
    sources = sources_of({**most, "balance": max(0, total - left - given)})
    plan = split(Fees(total, 0, "USD"), sources)
    kept = sum(each.most_minor for each in sources if each.fee_source in KEEPS_BACK and each.most_minor > 0)
    if kept >= LEAST_BY_CARD:
        assert plan.card.total_minor == 0 or plan.card.total_minor >= LEAST_BY_CARD
    free = plan.of("free")
    could = total - max(0, min(total, most.get("facility", 0)))
    assert (free.fees.total_minor if free else 0) == max(0, min(could, most.get("free", 0)))


def test_forty_cents_that_the_balance_leaves_are_made_fifty() -> None:
    plan = split(Fees(500, 0, "USD", 70), [Source("balance", "Prepaid balance", 530)])
    assert (plan.parts[0].fees, plan.card) == (Fees(500, 0, "USD", 20), Fees(0, 0, "USD", 50))


@settings(deadline=None, max_examples=80)
@given(paid=st.lists(prices, min_size=1, max_size=4), back=prices)
def test_what_comes_back_is_what_was_asked_and_never_more_of_a_line_than_was_paid(paid: list[Fees], back: Fees) -> None:
    shares = [Share(str(number), "card", "", fees, None) for number, fees in enumerate(paid)]
    given_back = spread(shares, back)

    total = together([share.fees for share in given_back])
    everything = together(paid)
    for line, amount in back.lines().items():
        assert total.lines().get(line, 0) == min(amount, everything.lines().get(line, 0))
    for share in given_back:
        left = paid[int(share.entry_id)] - share.fees
        assert min(left.session_fee_minor, left.transaction_fee_minor, left.tax_minor) >= 0
        assert share.fees.total_minor > 0
