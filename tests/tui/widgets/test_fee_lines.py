"""The price lines."""

from __future__ import annotations

from tui.widgets.fee_lines import Fees, fee_lines


def lines(fees: Fees) -> list[str]:
    """Return the lines as text."""
    return [line.plain for line in fee_lines(fees)]


def test_both_fees_and_their_sum_stand_at_the_right_end_of_one_column() -> None:
    assert lines(Fees(570, 0, 570)) == [
        "Session fee       $5.70",
        "Transaction fee   $0.00",
        "Total             $5.70",
    ]


def test_a_price_by_the_minute_is_given_as_at_most() -> None:
    assert lines(Fees(570, 0, 570, unused_come_back=True))[2] == "At most           $5.70"


def test_before_the_length_is_chosen_the_lowest_and_the_highest_are_given() -> None:
    assert lines(Fees(570, 0, 570, session_fee_from=285)) == [
        "Session fee  from $2.85",
        "Transaction fee   $0.00",
        "At most           $5.70",
    ]


def test_a_single_price_is_no_range() -> None:
    assert lines(Fees(570, 0, 570, session_fee_from=570))[0] == "Session fee       $5.70"


def test_a_tax_has_a_line_of_its_own_where_there_is_one() -> None:
    assert lines(Fees(570, 0, 623, tax=53)) == [
        "Session fee       $5.70",
        "Transaction fee   $0.00",
        "Tax               $0.53",
        "Total             $6.23",
    ]


def test_a_free_visit_has_its_lines_too() -> None:
    assert lines(Fees(0, 0, 0))[2] == "Total             $0.00"
