"""A whole file of visits: others book meanwhile, it can be broken off, and a dry run says what would be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import pytest

from backend.db import Database, Tx
from backend.errors import Problem
from backend.facilities import service as facilities
from backend.import_report import Line, Report
from backend.security import SHELL
from backend.visits import holds, import_file, import_lines, importer, repository, stations
from backend.visits.import_file import AT_ONCE
from backend.visits.import_lines import Record
from backend.visits.importer import Loaded
from tests.backend.visits.counting import count
from tests.backend.visits.people import email_of, number_of
from tests.backend.visits.test_importer import HEADER, line
from tests.backend.visits.world import TUESDAY_NINE, World, build, confirmed

MANY = 3 * AT_ONCE
PATIENCE = 20.0
"""Seconds after which whoever still waits counts as blocked."""


def somebody(world: World, start: str, *, number: str | None = None, email: str | None = None) -> str:
    """Return a line about an individual and a visitor of its own, where none are given."""
    number = number or number_of(world, world.another_individual())
    return line(world, start, number=number, email=email or email_of(world, world.another_visitor()))


def fillers(world: World, many: int) -> list[str]:
    """Return lines that matter to no other, in the afternoon."""
    return [somebody(world, "14:00") for _ in range(many)]


def load(
    world: World, said: Sequence[str], progress: Callable[[int, int], None] | None = None, *, dry_run: bool = False
) -> Report:
    lines = list(import_lines.read((HEADER + "".join(said)).encode()))
    return import_file.load(world.db, SHELL, lines, progress or (lambda _done, _of: None), dry_run=dry_run)


def told(report: Report) -> tuple[int, int, list[tuple[int, str]]]:
    return report.loaded, report.unchanged, sorted((one.line, one.sentence) for one in report.skipped)


@pytest.mark.parametrize("dry_run", [False, True])
def test_somebody_books_at_the_facility_while_a_file_is_loaded(database: Database, dry_run: bool) -> None:
    world = build(database, fee=0, capacity=MANY + 1)
    held: list[int] = []

    def book(tx: Tx) -> None:
        holds.take(tx, world.visitor, world.wanted(), TUESDAY_NINE)

    with ThreadPoolExecutor(1) as other:

        def beside(done: int, _of: int) -> None:
            if done and not held:
                other.submit(database.write_now, book).result(PATIENCE)
                held.append(done)

        report = load(world, fillers(world, MANY), beside, dry_run=dry_run)
    assert held == [AT_ONCE]
    assert (report.loaded, report.skipped) == (MANY, [])
    assert count(database, "hold") == 1


def test_a_file_that_was_broken_off_is_run_again_and_goes_on(database: Database) -> None:
    world = build(database, fee=0, capacity=MANY)
    said = fillers(world, MANY)

    def press(done: int, _of: int) -> None:
        if done == 2 * AT_ONCE:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(world, said, press)
    assert count(database, "visit") == 2 * AT_ONCE
    assert told(load(world, said)) == (AT_ONCE, 2 * AT_ONCE, [])
    assert count(database, "visit") == MANY


def test_a_batch_that_finds_no_room_says_how_far_the_file_came(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    world = build(db, fee=0, capacity=MANY)
    said, real, batches = fillers(world, 2 * AT_ONCE), db.write_in_turn, list[int]()

    def crowded(work: Callable[[Tx], Loaded]) -> Loaded:
        batches.append(1)
        if len(batches) == 2:
            raise Problem(
                "busy_try_again", 503, "Many people are booking right now.", "Nothing was changed. Try again."
            )
        return real(work)

    monkeypatch.setattr(db, "write_in_turn", crowded)
    with pytest.raises(Problem) as refused:
        load(world, said)
    assert refused.value.detail == f"{AT_ONCE} of {2 * AT_ONCE} lines are done. Run the import again: it goes on there."
    assert told(load(world, said)) == (AT_ONCE, AT_ONCE, [])


TABLES = ("visit", "place_taken", "account_taken", "individual_taken", "station_taken", "quota_entry", "audit_entry")


def rehearsed_and_in_earnest(world: World, said: Sequence[str]) -> Report:
    """Return what both say, once they have said the same, and the dry run has changed nothing."""
    before = [count(world.db, table) for table in TABLES]
    dry = load(world, said, dry_run=True)
    assert [count(world.db, table) for table in TABLES] == before
    done = load(world, said)
    assert told(dry) == told(done)
    return done


def test_a_dry_run_sees_the_last_place_go_to_an_earlier_line_of_another_transaction(database: Database) -> None:
    world = build(database, fee=0, capacity=AT_ONCE)
    said = [somebody(world, "9:00") for _ in range(AT_ONCE - 1)]
    said += [somebody(world, "14:00"), somebody(world, "9:00"), somebody(world, "9:00")]
    report = rehearsed_and_in_earnest(world, said)
    assert (report.loaded, [one.line for one in report.skipped]) == (AT_ONCE + 1, [AT_ONCE + 3])


@pytest.mark.parametrize("whose", ["number", "email"])
@pytest.mark.parametrize("start", ["9:00", "9:30"])
def test_a_dry_run_sees_who_is_busy_by_an_earlier_line(db: Database, whose: str, start: str) -> None:
    world = build(db, fee=0, capacity=MANY, settings={"durations": [30, 60]})
    number = number_of(world, world.individual_id) if whose == "number" else None
    email = email_of(world, world.visitor) if whose == "email" else None
    said = [
        line(world, "9:00", minutes=60),
        *fillers(world, AT_ONCE),
        somebody(world, start, number=number, email=email),
    ]
    assert len(rehearsed_and_in_earnest(world, said).skipped) == 1


@pytest.mark.parametrize("between", [0, AT_ONCE - 2])
@pytest.mark.parametrize("per", ["account", "individual"])
def test_a_dry_run_sees_a_quota_that_earlier_lines_reach(db: Database, per: str, between: int) -> None:
    quotas: dict[str, object] = {"quotas": [{"per": per, "period": "week", "visits": 2}]}
    world = build(db, fee=0, capacity=MANY, end_minute=20 * 60, settings=quotas)
    number = number_of(world, world.individual_id) if per == "individual" else None
    email = email_of(world, world.visitor) if per == "account" else None
    first, second, third = (somebody(world, start, number=number, email=email) for start in ("9:00", "12:00", "19:00"))
    said = [first, second, *fillers(world, between), third]
    assert [one.line for one in rehearsed_and_in_earnest(world, said).skipped] == [len(said) + 1]


def test_a_dry_run_keeps_for_each_line_the_station_that_it_got(db: Database) -> None:
    world = build(db, fee=0, capacity=MANY)
    for name in ("Booth 1", "Booth 2"):
        db.write_now(partial(stations.add, actor=SHELL, facility_id=world.facility_id, visit_type="remote", name=name))
    two = [somebody(world, "9:00") for _ in range(2)]
    said = [*two, *(somebody(world, "8:00") for _ in range(AT_ONCE)), somebody(world, "9:00"), somebody(world, "14:00")]
    read = list(import_lines.read((HEADER + "".join(two)).encode()))
    first, second = rehearsing(db, read)
    assert len(first) == len(second) == 1
    assert first != second
    report = rehearsed_and_in_earnest(world, said)
    assert (report.loaded, len(report.skipped)) == (3, AT_ONCE + 1)


def rehearsing(db: Database, lines: Sequence[Record | Line]) -> list[tuple[str, ...]]:
    """Return which stations each line of one transaction would have, and take nothing."""
    found: list[tuple[str, ...]] = []

    def work(tx: Tx) -> None:
        with suppress(ZeroDivisionError), tx.savepoint():
            found.extend(one.stations for one in importer.load(tx, SHELL, lines, rehearsed=()).booked)
            raise ZeroDivisionError

    db.write_now(work)
    return found


@pytest.mark.parametrize("between", [0, AT_ONCE])
def test_a_dry_run_knows_a_line_that_comes_twice(db: Database, between: int) -> None:
    world = build(db, fee=0, capacity=MANY)
    said = [line(world, "9:00"), *fillers(world, between), line(world, "9:00"), line(world, "9:00", minutes=60)]
    assert told(rehearsed_and_in_earnest(world, said)) == (between + 1, 2, [])


def test_a_dry_run_leaves_no_place_to_a_line_whose_individual_somebody_has_booked_since(db: Database) -> None:
    world = build(db, fee=0, capacity=2)
    first = somebody(world, "9:00", number=number_of(world, world.individual_id))
    said = [first, *(somebody(world, "8:00") for _ in range(AT_ONCE)), somebody(world, "9:00")]

    def book(done: int, _of: int) -> None:
        if done == AT_ONCE:
            confirmed(world, TUESDAY_NINE, total=0)

    assert load(world, said, book, dry_run=True).loaded == 2


def test_a_dry_run_goes_on_while_the_same_file_is_loaded_in_earnest(db: Database) -> None:
    world = build(db, fee=0, capacity=MANY)
    said = [somebody(world, "9:00"), *fillers(world, AT_ONCE), somebody(world, "9:00")]

    def in_earnest(done: int, _of: int) -> None:
        if done == AT_ONCE:
            load(world, said[:1])

    assert told(load(world, said, in_earnest, dry_run=True)) == (AT_ONCE + 2, 0, [])
    assert count(db, "visit") == 1


def test_everything_is_locked_by_its_id_accounts_first(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    world = build(db, fee=0, capacity=MANY)
    locked: list[tuple[str, str]] = []
    for module, name in ((repository, "lock_account"), (facilities, "share"), (repository, "lock_individual")):
        monkeypatch.setattr(module, name, partial(_note, locked, name))
    said = [*fillers(world, 4), line(world, "9:00"), line(world, "9:30")]
    load(world, said)
    order = ["lock_account", "share", "lock_individual"]
    assert [name for name, _ in locked] == ["lock_account"] * 5 + ["share"] + ["lock_individual"] * 5
    assert locked == sorted(locked, key=lambda one: (order.index(one[0]), one[1]))


def _note(locked: list[tuple[str, str]], name: str, _tx: Tx, which: str) -> None:
    locked.append((name, which))
