"""A database of the first schema is brought forward with everything that is in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, Table, TextClause, bindparam, insert, select, text
from sqlalchemy.exc import IntegrityError

from backend.db import Database
from backend.migrations import HERE, migrate
from backend.models import metadata
from tests.backend.rows import ROWS


def old_insert(table: Table, columns: set[str]) -> TextClause:
    """Return the insertion of a table's legal row into the columns that the table had."""
    row = {name: value for name, value in ROWS[table.name].items() if name in columns}
    marks = [bindparam(name, value, type_=table.c[name].type) for name, value in row.items()]
    return text(
        f"INSERT INTO {table.name} ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})"
    ).bindparams(*marks)


@pytest.fixture(params=["sqlite", "postgresql"])
def first(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of the first schema with a row in each of its tables."""
    url = (
        f"sqlite:///{tmp_path / 'old.sqlite3'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_bare_url")
    )
    database = Database(url)
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    with database.engine.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        old = MetaData()
        old.reflect(connection)
        for table in metadata.sorted_tables:
            if table.name in old.tables:
                connection.execute(old_insert(table, set(old.tables[table.name].columns.keys())))
    yield database
    database.close()


def test_every_row_is_still_there_and_means_the_same(first: Database) -> None:
    with first.engine.connect() as connection:
        old = MetaData()
        old.reflect(connection)
    assert migrate(first) is True
    with first.engine.connect() as connection:
        for name in set(old.tables) - {"alembic_version"}:
            [row] = connection.execute(select(metadata.tables[name])).mappings()
            assert {column: row[column] for column in ROWS[name]} == ROWS[name] | after(name)


def after(name: str) -> dict[str, object]:
    """Return what a row has by itself in the columns that came later."""
    added: dict[str, dict[str, object]] = {
        "payment": {"page_code": None},
        "station": {"in_service": True},
        "visit": {"changes": 0},
    }
    return added.get(name, {})


def test_a_visit_that_stands_counts_towards_quotas(first: Database) -> None:
    migrate(first)
    with first.engine.connect() as connection:
        [entry] = connection.execute(select(metadata.tables["quota_entry"])).mappings()
        assert (entry["booking_id"], entry["units"], entry["local_date"]) == ("v", 1, ROWS["visit"]["local_date"])


def test_a_limit_that_was_set_after_a_booking_counts_it(first: Database) -> None:
    """The first schema's code counted a visit in the limits that were in force when it was booked, and in no other."""
    quantum = ROWS["individual_taken"]["quantum"]
    limits = [("jail", "", "capacity_all"), ("jail", "remote", "capacity_type"), ("jail", "in_person", "capacity_type")]
    with first.engine.connect() as connection, connection.begin():
        for facility, visit_type, name in limits:
            connection.execute(
                text(
                    "INSERT INTO setting (facility_id, visit_type, name, effective_from, value, set_at)"
                    " VALUES (:facility, :type, :name, '2026-01-01', '1', 0)"
                ),
                {"facility": facility, "type": visit_type, "name": name},
            )
        # one that is counted already is not counted twice
        connection.execute(
            text(
                "INSERT INTO place_taken (facility_id, limit_key, quantum, seat, booking_id)"
                " VALUES ('jail', 'all', :quantum, 1, 'v')"
            ),
            {"quantum": quantum},
        )

    migrate(first)

    with first.engine.connect() as connection:
        taken = connection.execute(select(metadata.tables["place_taken"])).mappings()
        places = sorted((one["limit_key"], one["quantum"], one["seat"], one["booking_id"]) for one in taken)
    assert places == [("all", quantum, 1, "v"), ("row:1", quantum, 1, "v"), ("type:remote", quantum, 1, "v")]


def test_what_the_old_schema_enforced_is_enforced_still(first: Database) -> None:
    migrate(first)
    with first.engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(
            insert(metadata.tables["attendee"]), {**ROWS["attendee"], "visit_id": "nothing", "position": 9}
        )


@pytest.mark.parametrize("first", ["sqlite"], indirect=True)  # PostgreSQL keeps its foreign keys on meanwhile
def test_rows_that_point_at_nothing_stop_the_migration_and_nothing_is_changed(first: Database) -> None:
    with first.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys=OFF")
        connection.execute(text("UPDATE attendee SET visit_id = 'nothing'"))
        connection.commit()
        raw.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(RuntimeError, match="point at nothing"):
        migrate(first)
    with first.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "0001"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1


def test_a_customer_who_was_there_before_is_found(first: Database) -> None:
    migrate(first)
    with first.engine.connect() as connection:
        kept = connection.execute(select(metadata.tables["account_key"])).mappings()
        assert {(one["kind"], one["key"], one["account_id"]) for one in kept} >= {
            ("name", "ana", "ana"),
            ("name", "rivera", "ana"),
        }
