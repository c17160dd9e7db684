"""Remove every guard of the server, one at a time, and see a test fail for each. The list is printed.

Usage: python -m scripts.guards [--only TEXT] [--list] [--write] [--workers N] [--fresh]

What a guard is, scripts/guard_finding.py says. First all tests of the server run once with nothing removed, to see
which of them come to which guard. Then each guard is taken out of a copy of the project, alone, and the tests that come
to it run there, the nearest first, until one fails; for a rule, and for what the schema keeps, the tests that are about
them.

What was found is kept in build/guards.json, so that a run that was broken off goes on where it was: a guard is tried
again when the function that it is in was changed, or when no test noticed that it was gone. ``--fresh`` forgets all
that.
``--write`` puts the list into docs/guards.md. Exits 1 if a removal is not noticed by a test.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from scripts.guard_finding import PROBED, Guard, guards
from scripts.guard_reach import (
    FAILED,
    PYTEST,
    Reached,
    copied,
    environment,
    explore,
    near_files,
    nearest_first,
    unknown,
)

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "guards.md"
KEPT: Final = ROOT / "build" / "guards.json"
SCHEMA_TESTS: Final = ("tests/backend/test_constraints.py", "tests/backend/migrations")
RULE_TESTS: Final = "tests/backend/visits"
NO_WITNESS: Final = "tests/backend/visits/rules/test_rules_page.py"
"""It compares two lists of rules, so it misses every rule; what counts is that a visit is refused."""
LONGEST: Final = 900
"""Seconds that all tests of one removal may take; one test may take what pyproject.toml says."""
NOT_ENDED: Final = " (it does not end)"


class NoVerdictError(Exception):
    """The tests of a removal neither all passed nor named one that failed, so nothing is known of the guard."""

    def __init__(self, guard: Guard, said: str) -> None:
        super().__init__(f"{guard.path}:{guard.line}: {said}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the tests said of a guard's removal: the first that failed, or None; how many came to it; the day (UTC)."""

    caught_by: str | None
    reached_by: int | None
    day: str


@dataclass(slots=True)
class Found:
    """All that was found so far: what tests come to, by file, and verdicts, by the key of a guard."""

    probed: list[str] = field(default_factory=list)
    """The names of the guards that were there when all tests ran."""
    reached: dict[str, Reached] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Found:
        """Return what was kept in ``path``; nothing if nothing was."""
        if not path.exists():
            return cls()
        kept = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            kept["probed"],
            {file: Reached(**one) for file, one in kept["reached"].items()},
            {key: Verdict(**one) for key, one in kept["verdicts"].items()},
        )

    def keep(self, path: Path) -> None:
        """Write it to ``path``."""
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    def tests_of(self, root: Path, guard: Guard) -> list[str]:
        """Return the tests that can notice a removal, nearest first; whole files where it is not known what they do."""
        if guard.kind not in PROBED:
            near = rule_tests(root, guard) if guard.kind == "rule" else SCHEMA_TESTS
            return [name for name in near if (root / name).exists()]
        known = nearest_first(guard, [test for one in self.reached.values() for test in one.tests.get(guard.name, ())])
        return known if guard.name in self.probed else [*known, *near_files(root, guard)]


def rule_tests(root: Path, guard: Guard) -> Sequence[str]:
    """Return the files of tests that name a rule by its code, or all tests of visits."""
    files = sorted((root / RULE_TESTS).rglob("test_*.py"))
    naming = [path for path in files if guard.reads.lower() in path.read_text(encoding="utf-8").lower()]
    named = [path.relative_to(root).as_posix() for path in naming]
    return [name for name in named if name != NO_WITNESS] or (RULE_TESTS,)


def judge(copy: Path, guard: Guard, tests: Sequence[str]) -> str | None:
    """Remove ``guard`` in ``copy``, run ``tests`` until one fails, and put it back; return the one that failed.

    Raises NoVerdictError when no test failed and pytest says something else than that all passed.
    """
    if not tests:
        return None
    target, asked = copy / guard.path, copy / "asked.txt"
    whole = target.read_text(encoding="utf-8")
    target.write_text(guard.without, encoding="utf-8")
    asked.write_text("\n".join(tests), encoding="utf-8")
    command = [*PYTEST, "-n0", "-x", "-rfE", f"--deselect={NO_WITNESS}", f"@{asked}"]
    try:
        said = subprocess.run(
            command, cwd=copy, env=environment(copy), capture_output=True, text=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise NoVerdictError(guard, f"all its tests took longer than {LONGEST} seconds") from late
    else:
        if said.returncode == 0:
            return None
        if (failed := first_failure(said.stdout)) is None:
            raise NoVerdictError(guard, said.stdout + said.stderr)
        return failed
    finally:
        target.write_text(whole, encoding="utf-8")


def first_failure(output: str) -> str | None:
    """Return the test that failed, out of what pytest said, and whether it only did not end; None if none is named."""
    found = FAILED.search(output)
    return found and found[1] + (NOT_ENDED if (found[2] or "").startswith("Failed: Timeout") else "")


def judge_all(wanted: Sequence[Guard], found: Found, workers: int) -> Iterator[tuple[Guard, Verdict]]:
    """Give the verdict of each guard: the one that is known, or one from a removal in a copy of the project.

    Of a guard without a verdict it prints why.
    """
    found.reached = {file: one for file, one in found.reached.items() if (ROOT / file).exists()}
    with tempfile.TemporaryDirectory(prefix="guards ") as place:
        if any(guard.kind in PROBED for guard in wanted) and (files := unknown(ROOT, found.reached)):
            all_of_them = list(guards(ROOT))
            found.probed = found.probed if found.reached else [guard.name for guard in all_of_them]
            for one in explore(copied(ROOT, Path(place) / "probed"), all_of_them, files, workers):
                found.reached[one.file] = one
                found.keep(KEPT)
        copy = copied(ROOT, Path(place) / "copy")
        for guard in wanted:
            if (known := found.verdicts.get(guard.key)) is None or known.caught_by is None:
                tests = found.tests_of(ROOT, guard)
                try:
                    caught = judge(copy, guard, tests)
                except NoVerdictError as none:
                    print(none, flush=True)
                    continue
                known = Verdict(caught, len(tests) if guard.kind in PROBED else None, f"{datetime.now(UTC):%Y-%m-%d}")
                found.verdicts[guard.key] = known
                found.keep(KEPT)
            yield guard, known


def row(guard: Guard, verdict: Verdict) -> str:
    """Return a verdict as a line of the list."""
    if verdict.caught_by:
        told = f"`{verdict.caught_by}`"
    else:
        told = "**no test comes to it**" if verdict.reached_by == 0 else "**noticed by no test**"
    return f"| {guard.path}:{guard.line} | {guard.kind} | `{guard.reads.replace('|', '¦')}` | {told} |"


def main() -> int:
    """Run, print the list, and say how many removals no test noticed."""
    parser = argparse.ArgumentParser(description="Remove every guard, one at a time, and see a test fail.")
    parser.add_argument("--only", default="", help="only guards whose place or text contains this")
    parser.add_argument("--list", action="store_true", help="only list the guards")
    parser.add_argument("--write", action="store_true", help="write the list to docs/guards.md")
    parser.add_argument("--workers", type=int, default=1, help="processes of the run with nothing removed")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs found")
    said = parser.parse_args()
    wanted = [guard for guard in guards(ROOT) if said.only in f"{guard.path}:{guard.line} {guard.kind} {guard.reads}"]
    if said.list:
        for guard in wanted:
            print(f"{guard.path}:{guard.line}  {guard.kind}  {guard.reads}")
        print(f"{len(wanted)} guards")
        return 0
    found = Found() if said.fresh else Found.read(KEPT)
    noticed = 0
    for guard, verdict in judge_all(wanted, found, said.workers):
        noticed += verdict.caught_by is not None
        print(row(guard, verdict), flush=True)
    if said.write:
        PAGE.write_text(page(list(guards(ROOT)), found.verdicts), encoding="utf-8")
    print(f"{len(wanted)} guards removed, one at a time; {noticed} noticed, {len(wanted) - noticed} not.")
    return 0 if noticed == len(wanted) else 1


def page(all_of_them: Sequence[Guard], verdicts: Mapping[str, Verdict]) -> str:
    """Return docs/guards.md: every guard, and what is known of its removal."""
    tried = [(guard, verdicts[guard.key]) for guard in all_of_them if guard.key in verdicts]
    missed = sum(verdict.caught_by is None for _, verdict in tried)
    days = sorted({verdict.day for _, verdict in tried})
    when = f" on {days[0]}" if len(days) == 1 else f" between {days[0]} and {days[-1]}" if days else ""
    lines = [
        "# Every guard, removed once",
        "",
        "Written by `make guards`. Each guard of the server's rules, permissions, locks and schema was taken out of a",
        "copy, alone, and the tests that come to it (of a rule, or of what the schema keeps: the tests about those)",
        "were run until one failed. The last column names that test. A guard is removed anew when the function that",
        "it is in has changed, so not every line is of the last run.",
        "",
        f"There are {len(all_of_them)} guards. {len(tried)} were removed{when}:",
        f"{len(tried) - missed} were noticed, {missed} were not.",
        "",
        "| where | kind | the guard | noticed by |",
        "|---|---|---|---|",
        *(row(guard, verdict) for guard, verdict in tried),
        "",
    ]
    untried = [guard for guard in all_of_them if guard.key not in verdicts]
    if untried:
        lines += ["Not removed yet, or not since the function that they are in was changed:", ""]
        lines += [f"- {guard.path}:{guard.line} `{guard.reads.replace('|', '¦')}`" for guard in untried] + [""]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
