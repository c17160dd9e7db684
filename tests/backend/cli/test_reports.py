"""Promotional codes and the reports of the books, from the shell."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

import pytest

from backend.cli.work import money_reports
from backend.cli.work.money_reports import Liabilities, Settlement
from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Tx
from backend.money import cash, ledger
from backend.money.ledger import Charged, Fees, Filled
from backend.security import Actor
from tests import factories
from tests.backend.cli.conftest import Type
from tests.backend.conftest import NOW
from tests.backend.money.desk_world import KEY
from tests.backend.running import Installation

JAIL: Final = "Cumberland County Jail"
WIDTH: Final = 80


@pytest.fixture(params=["here"])
def served(request: pytest.FixtureRequest) -> Installation | None:
    """What a command does is the same wherever it runs: see the tests of setting up."""
    return None


def test_a_promotional_code_is_made_listed_and_ended(type_: Type, cumberland: str) -> None:
    made = type_("promo", "add", JAIL, "5.70", "--uses", "100", "--to", "2099-12-31", "--code", "welcome")
    assert made.out.startswith("WELCOME pays up to $5.70 of 100 visits, from "), made.errors
    assert "WELCOME  $5.70  0 of 100  1" in type_("promo", "list", JAIL).out
    assert type_("promo", "add", JAIL, "1", "--uses", "1", "--to", "2099-12-31", "--code", "WELCOME").code == 1
    assert type_("promo", "end", "welcome").out == "WELCOME is ended. It has paid 0 of 100 visits.\n"
    assert type_("promo", "list", JAIL).out == f"No promotional codes at {JAIL}.\n"
    assert type_("promo", "end", "nothing").errors.startswith("visitdesk-server: The code was not found.")


def test_an_empty_ledger_is_reported_in_a_sentence(type_: Type, cumberland: str) -> None:
    said = type_("report", "settlement", "--from", "2026-11-01", "--to", "2026-11-30")
    assert said.out == "Nothing was charged, given back or taken in cash from 2026-11-01 to 2026-11-30.\n"
    assert type_("report", "settlement", "--from", "2026-11-30", "--to", "2026-11-01").code == 1
    assert "All of it" in type_("report", "liabilities").out


@pytest.fixture
def books(context: Context) -> Context:
    """A facility whose name a spreadsheet could take for a formula, with a charge, cash, a code and idle credit."""

    def build(tx: Tx) -> None:
        facility = factories.facility(tx, name="=1+1 Jail")
        officer = factories.account(tx, role="officer", facilities=[facility.id])
        visitor = factories.account(tx, email="maria@example.org")
        factories.access(tx, visitor.id, facility.id)
        actor = Actor("officer", "terminal", officer.id, frozenset({facility.id}))
        for receipt, email in (("4711", "maria@example.org"), ("4712", None)):
            cash.take(tx, actor, KEY, facility.id, receipt=receipt, amount_minor=30_000, email=email)
        individual = factories.individual(tx, facility.id)
        fees = Fees(123_456_789, 30, "USD", 57)
        charged = Charged(
            visitor.id,
            "B",
            facility.id,
            individual.id,
            "Mateo Rivera",
            NOW,
            "America/Chicago",
            fees,
            "card",
            "Visa",
            None,
        )
        ledger.charge(tx, charged)
        ledger.fill(tx, Filled(visitor.id, 70, "USD", "credit", "Account credit", "UTC"))

    context.db.write_now(build)
    return context


def lines_of(tell: Callable[[Callable[[str], None]], object]) -> list[str]:
    lines: list[str] = []
    tell(lines.append)
    return lines


def test_the_settlement_is_read_at_80_columns_and_what_was_taken_in_cash_is_not_earned(books: Context) -> None:
    asked = Settlement(date(2026, 11, 22), date(2026, 11, 22))
    told: list[str] = []
    report = money_reports.settlement(books, asked, told.append)
    every = [*told, *report.lines]
    assert max(map(len, every)) <= WIDTH
    assert told[0] == "2026-11-22  =1+1 Jail, TN"
    assert [line.split() for line in every if line.startswith("  Cash taken")] == [
        ["Cash", "taken", "1", "300.00", "0.00", "300.00", "0.00"]
    ] * 2
    assert report.lines[-1].split() == ["Earned", "1", "1,234,568.19", "0.00", "1,234,568.19", "0.57"]


def test_the_settlement_is_csv_that_no_spreadsheet_reckons_with(books: Context) -> None:
    asked = Settlement(date(2026, 11, 22), date(2026, 11, 22), as_csv=True)
    rows = list(csv.DictReader(lines_of(lambda say: money_reports.settlement(books, asked, say))))
    assert [(row["facility"], row["fee_source"], row["charged"], row["tax_charged"]) for row in rows] == [
        ("'=1+1 Jail, TN", "card", "1234568.19", "0.57"),
        ("'=1+1 Jail, TN", "cash", "300.00", "0.00"),
    ]


def test_what_is_owed_is_told_in_sums_with_idle_accounts_and_open_codes_one_by_one(
    books: Context, clock: SteppedClock
) -> None:
    clock.step(timedelta(days=181))
    told: list[str] = []
    report = money_reports.liabilities(books, Liabilities(), told.append)
    every = [*told, *report.lines]
    assert max(map(len, every)) <= WIDTH
    assert [line.split()[-2:] for line in told[2:3]] == [["300.00", "0.70"]]
    assert told[-2].split() == ["4712", "=1+1", "Jail", "2026-11-22", "expired", "300.00"]
    sums = {line[2:32].rstrip(): line.split()[-1] for line in report.lines[1:]}
    assert sums == {
        "Prepaid balances": "300.00",
        "Unused account credit": "0.70",
        "Codes that nobody entered": "0.00",
        "Codes that expired": "300.00",
        "All of it": "600.70",
        "Of it idle for 180 days": "300.70",
    }
    rows = list(csv.DictReader(lines_of(lambda say: money_reports.liabilities(books, Liabilities(as_csv=True), say))))
    assert [(row["kind"], row["amount"], row["state"]) for row in rows] == [
        ("balance", "300.00", "idle"),
        ("credit", "0.70", "idle"),
        ("code", "300.00", "expired"),
    ]
