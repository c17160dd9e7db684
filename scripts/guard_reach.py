"""Which tests come to which guard: a test that never does cannot notice that the guard is gone.

The tests of the server run once in a copy that has a probe before each guard which is a statement. What was found is
kept test file by test file, and found again when that file has changed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Final

from scripts.guard_finding import Guard, probed

FOLDERS: Final = ("tests/backend", "tests/contract", "tests/simulation")
PYTEST: Final = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header", "-m", "not terminal")
FAILED: Final = re.compile(r"^(?:FAILED|ERROR) (\S+?\.py(?:::\S+?(?:\[.+?\](?= - |$))?)?)(?: - (.*))?$", re.MULTILINE)
"""A line of pytest's list of what failed: the test, or the file, and why."""
PROBE: Final = '''"""Write down which test came to which guard."""
import os
from pathlib import Path

SEEN = set()
LIST = Path(__file__).with_name("reached.tsv")


def at(guard):
    test = os.environ.get("PYTEST_CURRENT_TEST", "").rsplit(" (", 1)[0]
    if test and (guard, test) not in SEEN:
        SEEN.add((guard, test))
        with LIST.open("a", encoding="utf-8") as reached:
            reached.write(f"{guard}\\t{test}\\n")
'''


@dataclass(slots=True)
class Reached:
    """What the tests of one file, as it read then, came to: the tests by the name of the guard."""

    file: str
    digest: str
    tests: dict[str, list[str]] = field(default_factory=dict)


def copied(root: Path, to: Path) -> Path:
    """Copy a project without what is made from it."""
    left_out = shutil.ignore_patterns(".venv", ".git", ".*_cache", "__pycache__", "*.svg", "build", "dist")
    return Path(shutil.copytree(root, to, ignore=left_out))


def environment(copy: Path) -> dict[str, str]:
    """Return the environment of tests in a copy: every process that they start runs the copy's server, and pytest's
    list of what failed has room for why.
    """
    return {**os.environ, "PYTHONPATH": str(copy), "COLUMNS": "500"}


def digest(path: Path) -> str:
    """Return what tells two versions of a file apart."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def unknown(root: Path, known: Mapping[str, Reached]) -> list[str]:
    """Return the files of tests of which it is not known what they come to."""
    files = [path for folder in FOLDERS for path in sorted((root / folder).rglob("test_*.py"))]
    named = {path.relative_to(root).as_posix(): path for path in files}
    return [name for name, path in named.items() if name not in known or known[name].digest != digest(path)]


def explore(copy: Path, guards: Iterable[Guard], files: Sequence[str], workers: int) -> Iterator[Reached]:
    """Run ``files`` in a copy, folder by folder, and yield what each came to; tests that fail anyway are left out."""
    for path, found in groupby(guards, key=lambda guard: guard.path):
        target = copy / path
        target.write_text(probed(target.read_text(encoding="utf-8"), found), encoding="utf-8")
    (copy / "backend" / "guard_probe.py").write_text(PROBE, encoding="utf-8")
    reached = copy / "backend" / "reached.tsv"
    for folder, names in groupby(files, key=lambda name: name.rsplit("/", 1)[0]):
        reached.write_text("", encoding="utf-8")
        here = list(names)
        said = subprocess.run(
            [*PYTEST, f"-n{workers}", "-rfE", *here],
            cwd=copy,
            env=environment(copy),
            capture_output=True,
            text=True,
            check=False,
        )
        red = {found[1] for found in FAILED.finditer(said.stdout)}
        for test in sorted(red):
            print(f"{test} fails with nothing removed: it notices nothing.", flush=True)
        tests: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for line in reached.read_text(encoding="utf-8").splitlines():
            guard, test = line.split("\t")
            if test not in red and not red & {test.split("::")[0]} and test not in tests[test.split("::")[0]][guard]:
                tests[test.split("::")[0]][guard].append(test)
        for name in here:
            yield Reached(name, digest(copy / name), {guard: sorted(found) for guard, found in tests[name].items()})
        print(f"{folder}: {len(here)} files of tests were run to see which guards they come to.", flush=True)


def nearest_first(guard: Guard, tests: Iterable[str]) -> list[str]:
    """Return tests in the order of how likely and how quickly they notice that ``guard`` is gone.

    Tests of its own module first, then of its package, then all others; on SQLite before PostgreSQL. Of a lock, those
    in which two do something at once come before all.
    """
    parts = Path(guard.path).with_suffix("").parts
    package = "tests/" + "/".join(parts[:2])
    locks = re.search(r"lock|share|take_alone", guard.reads) is not None

    def far(test: str) -> tuple[bool, bool, bool, bool, str]:
        own = f"/test_{parts[-1]}" in test or test.startswith("tests/backend/test_who_may_do_what")
        alone = locks and re.search(r"race|at_once|waits|beside|while", test) is None
        return alone, not own, not test.startswith(package), "postgresql" in test, test.split("::", maxsplit=1)[0]

    return sorted(tests, key=far)


def near_files(root: Path, guard: Guard) -> list[str]:
    """Return the tests near to a guard of which it is not known which tests come to it: its module's, its package's,
    and those that go everywhere.
    """
    parts = Path(guard.path).with_suffix("").parts
    folder = Path("tests", *parts[:2]) if len(parts) > 2 else Path("tests/backend")
    own = [path.relative_to(root) for path in sorted((root / folder).rglob(f"test_{parts[-1]}*.py"))]
    wide = [Path("tests/backend/test_who_may_do_what.py"), Path("tests/backend/visits"), Path("tests/backend/cli")]
    near = (*own, *([folder] if len(parts) > 2 else []), *wide)
    return list(dict.fromkeys(one.as_posix() for one in near if (root / one).exists()))
