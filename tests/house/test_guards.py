"""`scripts/guards.py` finds every kind of guard, takes it out alone, and says which test noticed."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLACES = """
def take(free, actor):
    authorize(actor)
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


@pytest.fixture(scope="module")
def guards() -> ModuleType:
    spec = importlib.util.spec_from_file_location("guards", ROOT / "scripts" / "guards.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["guards"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {
        "backend/visits/places.py": PLACES,
        "backend/migrations/versions/0001.py": SCHEMA,
        "backend/security.py": "def _may(actor):\n    if actor:\n        return True\n    return False\n",
        "backend/__init__.py": "",
        "backend/visits/__init__.py": "",
        "backend/visits/rules/__init__.py": "RULES: Final = (\n    TOO_SOON,\n    NO_CAPACITY,\n)\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_every_kind_of_guard_is_found_once_and_no_assertion(guards: ModuleType, project: Path) -> None:
    found = [(guard.path.split("/")[-1], guard.line, guard.kind) for guard in guards.guards(project)]
    assert found == [
        ("places.py", 3, "call"),
        ("places.py", 5, "condition"),
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


def test_a_guard_is_taken_out_alone_and_what_is_left_is_a_program(guards: ModuleType, project: Path) -> None:
    without = {guard.without for guard in guards.guards(project)}
    assert len(without) == 11
    for text in without:
        compile(text, "without", "exec")
    assert PLACES.replace('raise Full("no place")', "pass") in without
    assert SCHEMA.replace('"visit": (("a", "b"),)', "**{}") in without


def test_a_removal_that_a_test_notices_is_told_apart_from_one_that_none_does(guards: ModuleType, project: Path) -> None:
    (project / "backend/visits/places.py").write_text(
        "class Full(Exception): pass\ndef authorize(actor): pass\n" + PLACES
    )
    tests = project / "tests/backend/visits"
    tests.mkdir(parents=True)
    (project / "pytest.ini").write_text("[pytest]\nmarkers = terminal\npythonpath = .\n")
    (tests / "test_places.py").write_text(
        "import pytest\nfrom backend.visits.places import Full, take\n"
        "def test_full():\n    with pytest.raises(Full):\n        take(0, None)\n"
    )
    verdicts = {
        guard.kind: guards.judge(project, guard).caught_by
        for guard in guards.guards(project)
        if guard.path.endswith("places.py")
    }
    assert verdicts == {"call": None, "condition": "tests/backend/visits/test_places.py::test_full"}


def test_tests_that_fail_with_nothing_removed_are_found_first(guards: ModuleType, project: Path) -> None:
    (project / "pytest.ini").write_text("[pytest]\nmarkers = terminal\n")
    (project / "test_red.py").write_text("def test_red():\n    assert False\n")
    (project / "test_green.py").write_text("def test_green():\n    pass\n")
    assert guards.first_red(project, ["test_green.py"]) is None
    assert guards.first_red(project, ["test_green.py", "test_red.py"]) == "test_red.py::test_red"
