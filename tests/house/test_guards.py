"""`make guards` finds every kind of guard, takes it out alone, and says which test noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.guard_finding import Guard, guards, probed
from scripts.guard_reach import explore, nearest_first, unknown
from scripts.guards import NOT_ENDED, Found, NoVerdictError, Verdict, first_failure, judge, page

PLACES = """
def take(free, actor):
    authorize(actor)
    try:
        free - 1
    except TypeError as error:
        raise Full("no number") from error
    if free == 0:
        raise Full("no place")
    if free < 0:
        raise AssertionError("cannot be")
    return free - 1
"""
SCHEMA = """
APPEND_ONLY = ("entry", "terms")
STATUS_MOVES = {"visit": (("a", "b"),), "payment": ()}
op.create_table("hold", sa.Column("id", primary_key=True), sa.CheckConstraint("a < b", name="hold_has_length"))
"""
TESTS = """
import pytest
from backend.visits.places import Full, take

def test_one_is_left():
    assert take(2, None) == 1

def test_full():
    with pytest.raises(Full):
        take(0, None)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {
        "backend/visits/places.py": PLACES,
        "backend/migrations/versions/0001.py": SCHEMA,
        "backend/security.py": "def _may(actor):\n    if actor:\n        return True\n    return False\n",
        "backend/__init__.py": "",
        "backend/visits/__init__.py": "",
        "backend/visits/rules/__init__.py": "RULES: Final = (\n    TOO_SOON,\n    NO_CAPACITY,\n)\n",
        "pytest.ini": "[pytest]\nmarkers = terminal\npythonpath = .\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def tested(project: Path) -> Path:
    """A project that can be run, with a file of tests."""
    code = "class Full(Exception): pass\ndef authorize(actor): pass\n" + PLACES
    (project / "backend/visits/places.py").write_text(code)
    (project / "tests/backend/visits").mkdir(parents=True)
    (project / "tests/backend/visits/test_places.py").write_text(TESTS)
    return project


def of_places(project: Path) -> list[Guard]:
    """The call, the raise that passes an error on, and the condition."""
    return [guard for guard in guards(project) if guard.path.endswith("places.py")]


def test_every_kind_of_guard_is_found_once_and_no_assertion(project: Path) -> None:
    assert [(guard.path.split("/")[-1], guard.line, guard.kind) for guard in guards(project)] == [
        ("places.py", 3, "call"),
        ("places.py", 7, "condition"),
        ("places.py", 9, "condition"),
        ("__init__.py", 2, "rule"),
        ("__init__.py", 3, "rule"),
        ("security.py", 4, "permission"),
        ("0001.py", 2, "append-only trigger"),
        ("0001.py", 2, "append-only trigger"),
        ("0001.py", 3, "status trigger"),
        ("0001.py", 3, "status trigger"),
        ("0001.py", 4, "constraint (primary_key)"),
        ("0001.py", 4, "constraint"),
    ]


def test_a_guard_is_taken_out_alone_and_what_is_left_is_a_program(project: Path) -> None:
    without = {guard.without for guard in guards(project)}
    assert len(without) == 12
    for text in without:
        compile(text, "without", "exec")
    assert PLACES.replace('raise Full("no place")', "pass") in without
    assert SCHEMA.replace('"visit": (("a", "b"),)', "**{}") in without


def test_what_is_probed_is_a_program_with_every_guard_in_it(project: Path) -> None:
    text = probed(PLACES, of_places(project))
    compile(text, "probed", "exec")
    assert text.count("guard_probe") == 3
    assert text.count("raise Full") == 2


def test_a_removal_that_a_test_notices_is_told_apart_from_one_that_none_does(tested: Path) -> None:
    tests = ["tests/backend/visits/test_places.py"]
    call, passed_on, condition = of_places(tested)
    assert judge(tested, call, tests) is None
    assert judge(tested, passed_on, []) is None
    assert judge(tested, condition, tests) == "tests/backend/visits/test_places.py::test_full"
    assert "raise Full" in (tested / condition.path).read_text()


def test_tests_that_could_not_run_are_no_verdict(tested: Path) -> None:
    call, *_ = of_places(tested)
    with pytest.raises(NoVerdictError, match="no tests ran"):
        judge(tested, call, ["tests/backend/visits/test_places.py::test_that_was_renamed"])


def test_the_tests_that_come_to_a_guard_are_found_and_those_that_fail_anyway_are_none(tested: Path) -> None:
    file = "tests/backend/visits/test_places.py"
    (tested / file).write_text(TESTS + "\ndef test_red():\n    take(5, None)\n    assert False\n")
    assert unknown(tested, {}) == [file]

    [reached] = explore(tested, list(guards(tested)), [file], workers=0)

    call, passed_on, condition = of_places(tested)
    assert reached.tests.get(call.name) == [f"{file}::test_full", f"{file}::test_one_is_left"]
    assert reached.tests.get(condition.name) == [f"{file}::test_full"]
    assert passed_on.name not in reached.tests
    assert unknown(tested, {file: reached}) == []


def test_the_nearest_tests_come_first_and_of_a_lock_those_of_two_at_once(project: Path) -> None:
    call, *_ = of_places(project)
    own, far = "tests/backend/visits/test_places.py::test_a", "tests/backend/cli/test_b.py::test_b"
    package, race = "tests/backend/visits/test_a.py::test_a", "tests/backend/cli/test_c.py::test_two_at_once"
    assert nearest_first(call, [race, far, package, own]) == [own, package, far, race]
    lock = Guard(call.path, 1, "call", "lock_account(tx)", "", 0, 0, "")
    assert nearest_first(lock, [far, package, own, race])[0] == race


def test_what_was_found_is_kept_until_the_function_of_the_guard_changes(project: Path, tmp_path: Path) -> None:
    before, kept = of_places(project)[0], tmp_path / "build" / "guards.json"
    Found([before.name], {}, {before.key: Verdict("test_full", 2, "2026-11-23")}).keep(kept)
    assert Found.read(kept).verdicts[before.key].caught_by == "test_full"

    (project / before.path).write_text("BEFORE = 1\n" + PLACES + "\nMORE = 1\n")
    assert of_places(project)[0].key in Found.read(kept).verdicts

    (project / before.path).write_text(PLACES.replace("free - 1", "free - 2"))
    after = of_places(project)[0]
    assert (after.name, after.key in Found.read(kept).verdicts) == (before.name, False)


def test_a_test_that_did_not_end_is_told_apart_from_one_that_failed() -> None:
    assert first_failure("FAILED tests/a.py::test_a[x - 1] - AssertionError: no\n") == "tests/a.py::test_a[x - 1]"
    assert first_failure("FAILED tests/a.py::test_a - Failed: Timeout (>120.0s)\n") == f"tests/a.py::test_a{NOT_ENDED}"
    assert first_failure("ERROR    backend.app:app.py:147 failed\nERROR tests/a.py - NameError") == "tests/a.py"
    assert first_failure("no module named x") is None


def test_the_page_says_what_was_noticed_what_was_not_and_what_was_not_tried(project: Path) -> None:
    call, passed_on, condition = of_places(project)
    found = {call.key: Verdict(None, 2, "2026-11-23"), condition.key: Verdict("test_full", 1, "2026-11-24")}
    said = page([call, passed_on, condition], found)
    assert "There are 3 guards. 2 were removed between 2026-11-23 and 2026-11-24:\n1 were noticed, 1 were not." in said
    assert f"| {call.path}:3 | call | `authorize(actor)` | **noticed by no test** |" in said
    assert f"- {passed_on.path}:7 `" in said
