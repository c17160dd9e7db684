"""What a visit's page says of its price: the tax, and minutes that come back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend_client import Money, Visit
from tests.tui.screens.account_world import VISIT
from tui.screens.visit_words import visit_words

BY_THE_MINUTE = replace(VISIT, unused_minutes_come_back=True)


def said(visit: Visit) -> str:
    """Return the words of a visit that is still to come."""
    return " ".join(" ".join(line.plain for line in visit_words(visit, visit.starts_at, None)).split())


def test_a_tax_stands_in_the_sum_where_there_is_one() -> None:
    assert "Session fee $5.70 + Transaction fee $0.00 = $5.70" in said(VISIT)
    taxed = replace(VISIT, tax=Money(53, "USD"), total=Money(623, "USD"))
    assert "Session fee $5.70 + Transaction fee $0.00 + Tax $0.53 = $6.23" in said(taxed)


@pytest.mark.parametrize(
    ("used", "sentence"),
    [
        (None, "Minutes Those you do not use come back to you within a day of the visit."),
        (12, "Minutes 12 of 30 were used. Transaction Details shows what came back."),
        (0, "Minutes 0 of 30 were used. Transaction Details shows what came back."),
        (30, "Minutes 30 of 30 were used."),
    ],
)
def test_minutes_that_come_back_are_promised_and_then_counted(used: int | None, sentence: str) -> None:
    assert said(replace(BY_THE_MINUTE, used_minutes=used)).endswith(sentence)


def test_a_visit_by_the_visit_and_one_that_was_cancelled_say_nothing_of_minutes() -> None:
    assert "Minutes" not in said(VISIT)
    assert "Minutes" not in said(replace(BY_THE_MINUTE, cancelled_at=VISIT.starts_at))
