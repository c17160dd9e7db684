"""What the tests stand on stands."""

from __future__ import annotations

from sqlmodel import select

from backend.access.models import FacilityAccess
from backend.db import Database
from backend.migrations import HEAD, revision_of
from tests import factories
from tests.backend.conftest import SignedIn


def test_a_test_starts_on_a_migrated_database(db: Database) -> None:
    assert revision_of(db) == HEAD


def test_every_factory_makes_a_row_that_the_schema_takes(db: Database) -> None:
    facility = db.write_now(lambda tx: factories.facility(tx, settings={"anything": 1}))
    visitor = db.write_now(factories.account)
    db.write_now(lambda tx: factories.price(tx, facility.id))
    db.write_now(lambda tx: factories.terms(tx, facility.id))
    db.write_now(lambda tx: factories.timetable_row(tx, facility.id))
    db.write_now(lambda tx: factories.individual(tx, facility.id))
    db.write_now(lambda tx: factories.access(tx, visitor.id, facility.id))
    assert db.read_now(lambda tx: tx.session.exec(select(FacilityAccess.status)).all()) == ["approved"]


async def test_somebody_signed_in_calls_the_application(signed_in: SignedIn) -> None:
    assert (await signed_in(role="officer").get("/v1/nothing-here")).status_code == 404
