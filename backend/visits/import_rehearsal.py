"""Rehearsing a file of visits: each of its transactions is rolled back, and yet the next one sees what they would book.

What earlier lines would book is taken again before the lines that it could touch are judged: time and quotas, by the
same unique keys and the same ledger as in earnest. Nothing is traced, so that nobody waits for the facility's chain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from backend.db import Tx
from backend.visits import quanta, quotas, repository
from backend.visits.asked import Asked
from backend.visits.import_lines import Meant

APART: Final = timedelta(hours=6)
"""Visits that begin so far apart share no quantum: the longest has four hours, at most two are kept free after it."""


class _Gone(Exception):
    """Somebody else has meanwhile taken what a line would have booked."""


def beside_of(rehearsed: Sequence[Asked], meant: Sequence[Meant]) -> list[Asked]:
    """Return what of ``rehearsed`` could matter to some lines: of the same people, or there at the same time."""
    accounts = {one.account_id for one in meant}
    individuals = {one.individual_id for one in meant}
    return [
        asked
        for asked in rehearsed
        if asked.account_id in accounts
        or asked.individual_id in individuals
        or any(one.facility_id == asked.facility_id and abs(one.starts_at - asked.starts_at) < APART for one in meant)
    ]


def take_again(tx: Tx, rehearsed: Iterable[Asked]) -> None:
    """Take what each of ``rehearsed`` would have, until the transaction is rolled back; without what is gone since.

    What another import of the same file has booked since has its time already: nothing takes that twice.
    """
    for asked in rehearsed:
        if repository.visit(tx, asked.booking_id) is not None:
            continue
        try:
            with tx.savepoint():
                if quanta.take(tx, asked.booking, None) is not None:
                    raise _Gone
                quotas.spend(tx, asked.spent)
        except _Gone:
            continue


def rehearse(tx: Tx, asked: Asked) -> Asked:
    """Let a booking that has taken its time count, and return it with the station that it got: it gets no other one."""
    quotas.spend(tx, asked.spent)
    station = quanta.station_of(tx, asked.booking_id)
    return asked.model_copy(update={"stations": () if station is None else (station,)})


def stands_in(rehearsed: Iterable[Asked], one: Meant) -> bool:
    """Say whether an earlier line would book this account with this individual at this instant."""
    return any(
        (asked.account_id, asked.individual_id, asked.starts_at) == (one.account_id, one.individual_id, one.starts_at)
        for asked in rehearsed
    )
