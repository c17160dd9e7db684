"""What the database itself refuses, on both engines: each constraint is broken once, by one row that is else legal."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import product
from typing import Final

import pytest
from sqlalchemy import (
    CheckConstraint,
    Connection,
    Engine,
    Index,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    delete,
    insert,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from backend.access.models import STATUSES as ACCESS_STATUSES
from backend.access.transitions import FOLLOWS
from backend.db import Database
from backend.models import metadata
from backend.money.models import PAYMENT_STATUSES
from backend.visits.models import VISIT_STATUSES
from tests.backend.rows import AT, DAY, ROWS, SECOND, Row

TABLES: Final = {table.name: table for table in metadata.sorted_tables}
BROKEN: Final[dict[str, Row]] = {
    "account_key_kind": {"kind": "shoe size"},
    "account_look_ends": {"ends_at": AT},
    "account_role": {"role": "warden"},
    "blackout_dates": {"last_date": DAY - timedelta(days=1)},
    "blackout_hours": {"end_minute": 1441},
    "cash_receipt_credited": {"credited_at": AT},
    "cash_receipt_is_of_something": {"amount_minor": 0},
    "connection_ends": {"disconnected_at": AT - timedelta(seconds=1)},
    "connection_side": {"side": "warden"},
    "dispute_decided": {"decided_at": AT},
    "dispute_reason": {"reason": "mood"},
    "dispute_status": {"status": "perhaps", "decided_at": AT},
    "facility_access_decision_is_dated": {"status": "denied"},
    "facility_access_status": {"status": "maybe", "decided_at": AT},
    "hold_has_length": {"ends_at": AT},
    "hold_on_quanta": {"ends_at": AT + timedelta(minutes=31)},
    "individual_status": {"status": "gone"},
    "kiosk_code_is_used_once": {"enrolled_at": AT},
    "kiosk_stay_more_time": {"more_time_left": -1},
    "ledger_entry_cause": {"cause": "mood"},
    "ledger_entry_fee_source": {"fee_source": "coins"},
    "ledger_entry_kind": {"kind": "gift"},
    "ledger_entry_of_a_visit_names_it": {"individual_id": None},
    "ledger_entry_refund_names_its_charge": {"kind": "refund"},
    "one_time_code_purpose": {"purpose": "fun"},
    "outbox_state": {"state": "lost"},
    "payment_is_of_something": {"amount_minor": 0},
    "payment_part_fees": {"tax_minor": -1},
    "payment_part_source": {"fee_source": "card"},
    "payment_purpose": {"purpose": "fun"},
    "payment_return_is_of_something": {"amount_minor": 0},
    "payment_return_status": {"status": "lost"},
    "payment_status": {"status": "maybe"},
    "price_not_negative": {"session_fee_minor": -1},
    "price_tax": {"tax_basis_points": 10001},
    "price_unit": {"unit": "hour"},
    "promo_code_pays_something": {"most_minor": 0},
    "promo_code_uses": {"uses_each": 0},
    "quota_entry_units": {"units": 2},
    "restriction_dates": {"last_date": DAY - timedelta(days=1)},
    "restriction_hours": {"start_minute": -5},
    "restriction_is_about": {"individual_id": None},
    "restriction_kind": {"kind": "whim"},
    "restriction_pair": {"kind": "keep_apart", "other_individual_id": "mateo"},
    "restriction_pair_is_for_all_time": {
        "kind": "keep_apart",
        "individual_id": "mateo",
        "other_individual_id": "nia",
        "last_date": DAY,
    },
    "sign_in_session_at_kiosk": {"kiosk_id": "k", "facility_id": "jail"},
    "sign_in_session_bound": {"kind": "kiosk", "kiosk_id": "k"},
    "sign_in_session_kind": {"kind": "web"},
    "timetable_on_quanta": {"start_minute": 541},
    "timetable_positive": {"capacity": 0},
    "timetable_weekday": {"weekday": 7},
    "timetable_within_a_day": {"end_minute": 1445},
    "transfer_between_two": {"credit": "card:p"},
    "transfer_line": {"line": "tip"},
    "transfer_moves_something": {"amount_minor": 0},
    "visit_cancelled_is_dated": {"status": "cancelled"},
    "visit_changes": {"changes": -1},
    "visit_fees": {"transaction_fee_minor": -1},
    "visit_used_minutes": {"used_minutes": 31},
    "visit_flag_kind": {"kind": "mood"},
    "visit_has_length": {"ends_at": AT},
    "visit_on_quanta": {"ends_at": AT + timedelta(minutes=29)},
    "visit_status": {"status": "perhaps"},
}
"""By the name of the check: what makes the legal row break it, and no other check of its table."""
APPEND_ONLY: Final = ("audit_entry", "change", "connection", "ledger_entry", "quota_entry", "terms", "transfer")
POINTING: Final[dict[tuple[str, str], Row]] = {
    ("cash_receipt", "account_id"): {"credited_at": AT},
    ("quota_entry", "gives_back"): {"units": -1},
    ("restriction", "other_individual_id"): {"kind": "keep_apart", "individual_id": "mateo"},
    ("restriction", "account_id"): {"kind": "no_contact"},
    ("sign_in_session", "kiosk_id"): {"kind": "kiosk", "facility_id": "jail"},
    ("sign_in_session", "facility_id"): {"kind": "kiosk", "kiosk_id": "k"},
}
"""What else a row needs before it can point at something."""
OUTCOMES: Final = frozenset(VISIT_STATUSES) - {"confirmed", "cancelled"}
LEGAL: Final[dict[str, frozenset[tuple[str, str]]]] = {
    "facility_access": frozenset((before, after) for before, many in FOLLOWS.items() for after in many),
    "payment": frozenset(
        {
            ("checking", "succeeded"),
            ("checking", "declined"),
            ("declined", "succeeded"),
            ("succeeded", "returning"),
            ("returning", "returned"),
        }
    ),
    "visit": frozenset(
        [("confirmed", "cancelled")]
        + [pair for pair in product(("confirmed", *OUTCOMES), OUTCOMES) if pair[0] != pair[1]]
    ),
}
STATUSES: Final = {"facility_access": ACCESS_STATUSES, "payment": PAYMENT_STATUSES, "visit": VISIT_STATUSES}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A migrated, empty database for all tests of this file: each of them rolls back what it does."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        url = f"sqlite:///{shutil.copy(template, tmp_path_factory.mktemp('constraints') / 'visitdesk.sqlite3')}"
    else:
        server = request.getfixturevalue("postgres_server")
        url = server.create("constraints", request.getfixturevalue("postgres_template"))
    database = Database(url)
    yield database.engine
    database.close()


def lay(connection: Connection, but: Iterable[str] = ()) -> None:
    """Put the legal row of every table in, but those of the tables named and of those that need them."""
    left_out = set(but)
    for table in metadata.sorted_tables:
        needs = {key.column.table.name for key in table.foreign_keys} - {table.name}
        if table.name in left_out or needs & left_out:
            left_out.add(table.name)
            continue
        connection.execute(insert(table), ROWS[table.name])


def refused(connection: Connection, table: Table, row: Row) -> str:
    """Put ``row`` in, and return the words of the engine that refuses it."""
    savepoint = connection.begin_nested()
    with pytest.raises(IntegrityError) as found:
        connection.execute(insert(table), row)
    savepoint.rollback()
    return str(found.value.orig)


def checks() -> list[tuple[str, str]]:
    """Return every check as its table and its name."""
    return sorted(
        (table.name, str(check.name))
        for table in metadata.sorted_tables
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    )


def keys() -> list[tuple[str, tuple[str, ...]]]:
    """Return every unique key as its table and its columns: primary keys, unique constraints and unique indexes."""
    return sorted(
        (table.name, tuple(column.name for column in key.columns))
        for table in metadata.sorted_tables
        for key in (*table.constraints, *table.indexes)
        if isinstance(key, UniqueConstraint | PrimaryKeyConstraint) or (isinstance(key, Index) and key.unique)
    )


def references() -> list[tuple[str, str]]:
    """Return every reference to another row as its table and its column."""
    return sorted((table.name, key.parent.name) for table in metadata.sorted_tables for key in table.foreign_keys)


def another(table: str, but: tuple[str, ...] = ()) -> Row:
    """Return a second legal row of ``table`` that differs in every column of a key, except in those of ``but``."""
    return ROWS[table] | {column: value for column, value in SECOND[table].items() if column not in but}


def test_every_table_has_a_legal_row_and_every_check_one_that_breaks_it() -> None:
    assert set(ROWS) == set(SECOND) == set(TABLES)
    assert set(BROKEN) == {name for _, name in checks()}


def test_the_legal_rows_are_accepted_and_so_is_a_second_one_of_each(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        lay(connection)
        for table in metadata.sorted_tables:
            connection.execute(insert(table), another(table.name))
        transaction.rollback()


@pytest.mark.parametrize(("table", "name"), checks())
def test_a_row_that_breaks_a_check_is_refused(engine: Engine, table: str, name: str) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        lay(connection, but=[table])
        assert name in refused(connection, TABLES[table], {**ROWS[table], **BROKEN[name]})
        transaction.rollback()


@pytest.mark.parametrize(("table", "key"), keys())
def test_a_second_row_of_the_same_key_is_refused(engine: Engine, table: str, key: tuple[str, ...]) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        lay(connection)
        for parent in metadata.sorted_tables:
            if parent.name != table and not reaches(parent, table):
                connection.execute(insert(parent), another(parent.name))
        row = another(table, but=key)
        if (table, key) == ("quota_entry", ("gives_back",)):
            connection.execute(insert(TABLES[table]), row | {"id": "back once", "units": -1, "gives_back": "q"})
            row |= {"id": "back twice", "units": -1, "gives_back": "q"}
        refused(connection, TABLES[table], row)
        transaction.rollback()


def reaches(table: Table, name: str) -> bool:
    """Say whether a row of ``table`` needs one of the table called ``name``, through others too."""
    parents = {key.column.table for key in table.foreign_keys} - {table}
    return any(parent.name == name or reaches(parent, name) for parent in parents)


@pytest.mark.parametrize(("table", "column"), references())
def test_a_row_that_points_at_nothing_is_refused(engine: Engine, table: str, column: str) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        lay(connection, but=[table])
        row = {**ROWS[table], **POINTING.get((table, column), {}), column: "nothing"}
        refused(connection, TABLES[table], row)
        transaction.rollback()


@pytest.mark.parametrize("name", APPEND_ONLY)
def test_a_row_that_is_only_ever_added_is_neither_changed_nor_removed(engine: Engine, name: str) -> None:
    table = TABLES[name]
    column = next(column for column in table.columns if column.primary_key)
    with engine.connect() as connection, connection.begin() as transaction:
        lay(connection)
        for statement in (update(table).values({column: column}), delete(table)):
            savepoint = connection.begin_nested()
            with pytest.raises(DBAPIError, match="append-only"):
                connection.execute(statement)
            savepoint.rollback()
        transaction.rollback()


@pytest.mark.parametrize("name", sorted(STATUSES))
def test_statuses_follow_one_another_in_the_same_way_on_both_engines(engine: Engine, name: str) -> None:
    pairs = [pair for pair in product(STATUSES[name], repeat=2) if pair[0] != pair[1]]
    with engine.connect() as connection:
        assert {pair for pair in pairs if status_follows(connection, name, *pair)} == LEGAL[name]


def status_follows(connection: Connection, name: str, before: str, after: str) -> bool:
    """Say whether the engine lets a row of ``name`` go from one status to another. Nothing stays."""
    with connection.begin() as transaction:
        lay(connection, but=[name])
        connection.execute(insert(TABLES[name]), {**ROWS[name], **dated(name, before)})
        follows = True
        try:
            connection.execute(update(TABLES[name]).values(dated(name, after)))
        except DBAPIError as error:
            follows = "cannot follow" not in str(error.orig)
        transaction.rollback()
    return follows


def dated(name: str, status: str) -> Row:
    """Return a status with the dates that it needs."""
    if name == "visit":
        return {"status": status, "cancelled_at": AT if status == "cancelled" else None}
    return {"status": status, "decided_at": AT} if name == "facility_access" else {"status": status}
