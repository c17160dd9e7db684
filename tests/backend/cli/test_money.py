"""``money reconcile``: what an operator reads, and what a script gets."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import pytest

from backend.accounts.passwords import Passwords
from backend.cli.report import Refused, Report, no_progress
from backend.cli.work.reconciling import COLUMNS, Reconcile, reconcile
from backend.context import Context
from backend.db import Database
from backend.keys import ServerKey
from backend.money.processors.base import NoAnswerError, Record
from backend.money.processors.registry import Processors
from tests import factories
from tests.backend.cli.conftest import Type
from tests.backend.conftest import NOW
from tests.backend.visits.processors import Remembering


class WithBooks(Remembering):
    """Has charged something for nobody of ours, or does not say."""

    silent = False

    async def records(self, since: datetime, until: datetime) -> AsyncIterator[Record]:
        if self.silent:
            raise NoAnswerError
        yield Record("charge", "pi_1", "pi_1", None, 570, "USD", NOW - timedelta(hours=1))


def reconciled(database: Database, *, silent: bool = False, csv: bool = False, until: date | None = None) -> Report:
    processor = WithBooks(name="stripe")
    processor.silent = silent
    context = Context(
        db=database,
        key=ServerKey(b"a key for tests only: 32 bytes.."),
        processors=Processors(processor),
        passwords=Passwords(factories.QUICK_HASHER),
    )
    return reconcile(context, Reconcile(until=until, csv=csv), no_progress)


def test_books_that_agree_are_said_to(type_: Type) -> None:
    said = type_("money", "reconcile")
    assert said.code == 0, said.errors
    assert said.out.splitlines()[-1] == "The books agree."
    assert type_("money", "reconcile", "--since", "2026-02-02", "--until", "2026-02-01").code == 1


def test_differences_are_listed_with_what_to_do_and_need_attention(database: Database) -> None:
    report = reconciled(database)
    assert report.wrong
    assert (
        report.lines[0] == "2026-10-22 15:00 to 2026-11-22 15:00 UTC: 0 payments, 1 movement in the processor's books."
    )
    assert report.lines[1] == "1 difference:"
    assert report.lines[3].startswith("charge_without_payment. Look the charge up at the processor.")
    assert "$5.70 was charged, for no payment of ours." in report.lines[5]
    assert not reconciled(database, until=NOW.date() - timedelta(days=1)).wrong


def test_differences_are_printed_as_csv(database: Database) -> None:
    heading, row = csv.reader(reconciled(database, csv=True).lines)
    assert tuple(heading) == COLUMNS
    assert row[:6] == ["2026-11-22T14:00:00+00:00", "charge_without_payment", "", "pi_1", "570", "USD"]


def test_a_processor_that_does_not_answer_is_no_agreement(database: Database) -> None:
    with pytest.raises(Refused, match="did not answer"):
        reconciled(database, silent=True)
