"""Hot SQL says the same on both engines, in the transaction that it is part of."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from backend.changes.models import StreamHead
from backend.db import Database, Tx
from backend.facilities.models import Facility, Setting
from backend.sql import Rows, Sql, insert
from backend.timetables.models import TimetableRow
from backend.visits.models import Station
from tests import factories

ADD = insert(StreamHead)
ALL = Sql("SELECT stream, seq FROM stream_head ORDER BY stream")
SOME = Sql("SELECT stream FROM stream_head WHERE stream IN (:streams) AND seq < :most ORDER BY stream")


class Refused(Exception):
    """What a service raises."""


def test_values_go_in_by_name_and_rows_come_out(database: Database) -> None:
    def work(tx: Tx) -> list[tuple[str, int]]:
        assert tx.run(ADD, {"stream": "it's 100 % :named", "seq": 40}) == []
        return tx.run(ALL)

    assert database.write_now(work) == [("it's 100 % :named", 40)]


def test_a_column_can_be_one_of_many(database: Database) -> None:
    def work(tx: Tx, *streams: str) -> list[str]:
        said: dict[str, str | int | float | None] = {"most": 3}
        return [stream for (stream,) in tx.run(SOME.for_each("streams", streams, said), said)]

    for number, stream in enumerate("abcd"):
        database.write_now(lambda tx, said={"stream": stream, "seq": number}: tx.run(ADD, said))  # type: ignore[misc]  # a default
    assert database.read_now(lambda tx: work(tx, "a", "c", "d")) == ["a", "c"]
    assert database.read_now(lambda tx: work(tx, "b")) == ["b"]
    assert database.read_now(lambda tx: work(tx, "d", "e")) == []


def test_what_is_for_postgresql_only_is_said_to_postgresql_only(database: Database) -> None:
    only = Sql("SELECT 'shown' /* || ' to PostgreSQL' */")
    expected = "shown" if database.is_sqlite else "shown to PostgreSQL"
    assert database.read_now(lambda tx: tx.run(only)) == [(expected,)]


def test_it_is_part_of_the_transaction(database: Database) -> None:
    def work(tx: Tx) -> None:
        tx.run(ADD, {"stream": "a", "seq": 1})
        raise Refused

    with pytest.raises(Refused):
        database.write_now(work)
    assert database.read_now(lambda tx: tx.run(ALL)) == []


def test_it_sees_what_the_session_still_holds_back(database: Database) -> None:
    def work(tx: Tx) -> int:
        tx.session.add(StreamHead(stream="a", seq=1))
        return len(tx.run(ALL))

    assert database.write_now(work) == 1


def test_what_the_database_refuses_is_told_as_ever_without_the_values(database: Database) -> None:
    def twice(tx: Tx) -> None:
        tx.run(ADD, {"stream": "a secret", "seq": 1})
        tx.run(ADD, {"stream": "a secret", "seq": 2})

    with pytest.raises(IntegrityError) as refused:
        database.write_now(twice)
    assert "stream_head" in str(refused.value)
    with pytest.raises(DBAPIError):
        database.write_now(lambda tx: tx.run(Sql("SELECT nothing FROM nowhere")))


def test_rows_are_read_as_their_model(database: Database) -> None:
    by_id = Rows(TimetableRow, "WHERE id = :id")
    of_facility = Rows(Setting, "JOIN facility f ON f.id = setting.facility_id WHERE f.id = :id ORDER BY setting.name")

    def work(tx: Tx) -> None:
        facility = factories.facility(tx, settings={"durations": [30, 45], "offered": True})
        row = factories.timetable_row(tx, facility.id)
        station = Station(id="s", facility_id=facility.id, name="Booth 1", visit_type="remote")
        tx.session.add(station)
        tx.session.flush()
        assert tx.first(Rows(Facility, "WHERE id = :id"), {"id": facility.id}) == facility
        assert tx.all(by_id, {"id": row.id}) == [row]
        assert tx.first(Rows(Station, "")) == station
        assert tx.first(by_id, {"id": "none"}) is None
        assert [(each.name, each.value) for each in tx.all(of_facility, {"id": facility.id})] == [
            ("durations", [30, 45]),
            ("offered", True),
        ]

    database.write_now(work)


def test_a_row_that_is_only_read_cannot_be_written_back_by_mistake(database: Database) -> None:
    facility_id = database.write_now(lambda tx: factories.facility(tx).id)

    def work(tx: Tx) -> None:
        read = tx.first(Rows(Facility, "WHERE id = :id"), {"id": facility_id})
        assert read is not None
        read.name = "Another name"
        tx.session.add(read)
        tx.session.flush()

    with pytest.raises(IntegrityError):
        database.write_now(work)
