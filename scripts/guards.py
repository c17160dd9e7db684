"""Remove every guard of the server, one at a time, and see a test fail for each. The list is printed.

Usage: python scripts/guards.py [--workers N] [--only TEXT] [--list] [--write]. A guard is

- a condition that raises (``if …: raise …``), which is kept without its raise;
- a call that permits or locks (``authorize``, ``refuse…``, ``lock…``), which is left out;
- a permission of ``backend/security.py``, which is given to everybody;
- a rule of ``RULES``, which is taken off the list;
- a constraint, unique index or trigger of the migrations, which is not made.

Each is removed in a copy of the project; the tests nearest to it, green before, run there until one fails.
``--write`` puts the list into docs/guards.md. Exits 1 if a removal is noticed by no test. Raises of ``AssertionError``
are none: they say what cannot be.
"""

from __future__ import annotations

import argparse
import ast
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "guards.md"
PACKAGES: Final = ("visits", "restrictions", "timetables", "money", "access", "roster", "facilities")
MODULES: Final = ("backend/db.py", "backend/group_commit.py", "backend/idempotency.py", "backend/security.py")
CALLS: Final = re.compile(r"_?(authorize|refuse\w*|lock\w*)")
SCHEMA_CALLS: Final = frozenset(
    {"CheckConstraint", "UniqueConstraint", "ForeignKeyConstraint", "PrimaryKeyConstraint", "ForeignKey"}
)
SCHEMA_STATEMENTS: Final = frozenset({"create_check_constraint", "create_unique_constraint"})
NEAREST_SCHEMA_TESTS: Final = ("tests/backend/test_constraints.py", "tests/backend/migrations")
LONGEST: Final = 600
"""Seconds that the tests of one removal may take: a removal that makes them hang is noticed too."""


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard: where it is, how it reads, and the text of its file without it."""

    path: str
    line: int
    kind: str
    reads: str
    without: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the tests said of a guard's removal: the first that failed, or None."""

    guard: Guard
    caught_by: str | None
    seconds: float


def guards(root: Path = ROOT) -> Iterator[Guard]:
    """Return every guard of the server, file by file."""
    for path in _files(root):
        name = path.relative_to(root).as_posix()
        source = path.read_text(encoding="utf-8")
        for node, kind, instead in sorted(
            _found(ast.parse(source), source, name), key=lambda found: (found[0].lineno, found[0].col_offset)
        ):
            yield Guard(name, node.lineno, kind, _reads(source, node), _cut(source, node, instead))


def _files(root: Path) -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((root / "backend" / package).rglob("*.py")):
            if path.name not in ("schemas.py", "models.py"):
                yield path
    for module in MODULES:
        if (root / module).exists():
            yield root / module
    yield from sorted((root / "backend" / "migrations" / "versions").glob("*.py"))


Found = tuple[ast.stmt | ast.expr, str, str]
"""What to cut, what kind of guard it is, and what to put in its place."""


def _found(tree: ast.Module, source: str, name: str) -> Iterator[Found]:
    if "/migrations/" in name:
        yield from _of_schema(tree)
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and len(node.body) == 1 and _refuses(node.body[0]):
            yield node.body[0], "condition", "pass"
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and CALLS.fullmatch(_called(node.value)):
            yield node, "call", "pass"
        elif isinstance(node, ast.FunctionDef) and node.name == "_may":
            for answer in ast.walk(node):
                if isinstance(answer, ast.Return) and _text(source, answer) != "return True":
                    yield answer, "permission", "return True"
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "RULES":
            for rule in node.value.elts if isinstance(node.value, ast.Tuple) else ():
                yield rule, "rule", "*()"


def _of_schema(tree: ast.Module) -> Iterator[Found]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in SCHEMA_CALLS:
            yield node, "constraint", "*()"
        elif (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _called(node.value) in SCHEMA_STATEMENTS
        ):
            yield node, "constraint", "pass"
        elif isinstance(node, ast.keyword) and node.arg in ("unique", "primary_key"):
            if isinstance(node.value, ast.Constant) and node.value.value is True:
                yield node.value, f"constraint ({node.arg})", "False"
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            yield from _of_triggers(node)


def _of_triggers(node: ast.Assign | ast.AnnAssign) -> Iterator[Found]:
    target: ast.expr = node.targets[0] if isinstance(node, ast.Assign) else node.target
    if not isinstance(target, ast.Name):
        return
    if target.id == "APPEND_ONLY" and isinstance(node.value, ast.Tuple):
        for table in node.value.elts:
            yield table, "append-only trigger", "*()"
    elif target.id == "STATUS_MOVES" and isinstance(node.value, ast.Dict):
        for key, value in zip(node.value.keys, node.value.values, strict=True):
            if key is not None:
                whole = ast.copy_location(ast.Constant(ast.unparse(key)), key)
                whole.end_lineno, whole.end_col_offset = value.end_lineno, value.end_col_offset
                yield whole, "status trigger", "**{}"


def _refuses(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Raise) or statement.exc is None:
        return False
    raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
    return not (isinstance(raised, ast.Name) and raised.id == "AssertionError")


def _called(call: ast.Call) -> str:
    function = call.func
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def _text(source: str, node: ast.stmt | ast.expr) -> str:
    return ast.get_source_segment(source, node) or ""


def _reads(source: str, node: ast.stmt | ast.expr) -> str:
    """Return the guard in one line, with the condition before it where there is one."""
    before = source.splitlines()[node.lineno - 2].strip() if isinstance(node, ast.Raise) else ""
    said = " ".join(_text(source, node).split())
    said = f"{before} {said}" if before.startswith(("if ", "elif ")) or before.endswith(":") else said
    return said if len(said) <= 110 else said[:109] + "…"


def _cut(source: str, node: ast.stmt | ast.expr, instead: str) -> str:
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode()))
    data = source.encode()
    if node.end_lineno is None or node.end_col_offset is None:
        raise AssertionError("a parsed node has its end")
    first = starts[node.lineno - 1] + node.col_offset
    last = starts[node.end_lineno - 1] + node.end_col_offset
    return (data[:first] + instead.encode() + data[last:]).decode()


def nearest_tests(root: Path, path: str) -> list[str]:
    """Return the tests that are nearest to a file of the server, nearest first."""
    parts = Path(path).with_suffix("").parts
    if "migrations" in parts:
        return [name for name in NEAREST_SCHEMA_TESTS if (root / name).exists()]
    folder = Path("tests", *parts[:2]) if len(parts) > 2 else Path("tests", "backend")
    own = [path.relative_to(root) for path in sorted((root / folder).rglob(f"test_{parts[-1]}*.py"))]
    rest = [folder] if len(parts) > 2 else []
    wide = [Path("tests/backend/test_who_may_do_what.py"), Path("tests/backend/test_constraints.py")]
    wide += [Path("tests/backend/visits")] if parts[1] != "visits" else [Path("tests/backend/cli")]
    return list(dict.fromkeys(one.as_posix() for one in (*own, *rest, *wide) if (root / one).exists()))


def first_red(copy: Path, tests: Sequence[str]) -> str | None:
    """Run ``tests`` with nothing removed; return the first that fails. What fails anyway notices nothing."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-nauto", "-p", "no:cacheprovider", "-m", "not terminal"]
    said = subprocess.run([*command, *tests], cwd=copy, capture_output=True, text=True, check=False)
    return None if said.returncode == 0 else _first_failure(said.stdout + said.stderr)


def judge(copy: Path, guard: Guard) -> Verdict:
    """Remove ``guard`` in ``copy``, run the tests nearest to it, and put it back."""
    target = copy / guard.path
    whole = target.read_text(encoding="utf-8")
    target.write_text(guard.without, encoding="utf-8")
    began = time.monotonic()
    try:
        said = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-n0", "-p", "no:cacheprovider", "--no-header",
             "-m", "not terminal", *nearest_tests(copy, guard.path)],
            cwd=copy, capture_output=True, text=True, timeout=LONGEST, check=False,
        )  # fmt: skip
        caught = None if said.returncode == 0 else _first_failure(said.stdout + said.stderr)
    except subprocess.TimeoutExpired:
        caught = "the tests did not end"
    finally:
        target.write_text(whole, encoding="utf-8")
    return Verdict(guard, caught, time.monotonic() - began)


def _first_failure(output: str) -> str:
    found = re.search(r"^(?:FAILED|ERROR) (\S+)", output, flags=re.MULTILINE)
    return found[1] if found else "the tests could not start"


def judge_all(wanted: Sequence[Guard], workers: int) -> Iterator[Verdict]:
    """Remove each guard in a copy of the project, several at a time; verdicts come in the order of the guards."""
    with tempfile.TemporaryDirectory(prefix="guards ") as place, ThreadPoolExecutor(workers) as pool:
        copies: Queue[Path] = Queue()
        for number in range(workers):
            copies.put(_copied(Path(place) / str(number)))
        tests = sorted({test for guard in wanted for test in nearest_tests(ROOT, guard.path)})
        if (red := first_red(Path(place) / "0", tests)) is not None:
            raise SystemExit(f"{red} fails with nothing removed: nothing can be said.")

        def one(guard: Guard) -> Verdict:
            copy = copies.get()
            try:
                return judge(copy, guard)
            finally:
                copies.put(copy)

        yield from pool.map(one, wanted)


def _copied(to: Path) -> Path:
    left_out = shutil.ignore_patterns(".venv", ".git", ".*_cache", "__pycache__", "*.svg", "build", "dist")
    return Path(shutil.copytree(ROOT, to, ignore=left_out))


def row(verdict: Verdict) -> str:
    """Return a verdict as a line of the list."""
    guard = verdict.guard
    told = f"`{verdict.caught_by}`" if verdict.caught_by else "**noticed by no test**"
    return f"| {guard.path}:{guard.line} | {guard.kind} | `{guard.reads.replace('|', '¦')}` | {told} |"


def main() -> int:
    """Run, print the list, and say how many removals no test noticed."""
    parser = argparse.ArgumentParser(description="Remove every guard, one at a time, and see a test fail.")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="", help="only guards whose place or text contains this")
    parser.add_argument("--list", action="store_true", help="only list the guards")
    parser.add_argument("--write", action="store_true", help="write the list to docs/guards.md")
    said = parser.parse_args()
    wanted = [guard for guard in guards() if said.only in f"{guard.path}:{guard.line} {guard.kind} {guard.reads}"]
    if said.list:
        for guard in wanted:
            print(f"{guard.path}:{guard.line}  {guard.kind}  {guard.reads}")
        print(f"{len(wanted)} guards")
        return 0
    verdicts: list[Verdict] = []
    for verdict in judge_all(wanted, said.workers):
        verdicts.append(verdict)
        print(row(verdict), f"{verdict.seconds:.0f} s", flush=True)
        if said.write:
            PAGE.write_text(page(verdicts, len(wanted)), encoding="utf-8")
    missed = [verdict for verdict in verdicts if verdict.caught_by is None]
    print(f"{len(verdicts)} guards removed, one at a time; {len(verdicts) - len(missed)} noticed, {len(missed)} not.")
    return 1 if missed else 0


def page(verdicts: Sequence[Verdict], of: int) -> str:
    """Return docs/guards.md after so many verdicts ``of`` all that there are to be."""
    missed = sum(verdict.caught_by is None for verdict in verdicts)
    return "\n".join(
        [
            "# Every guard, removed once",
            "",
            "Written by `make guards`: each guard of the server's rules, permissions and schema was taken out of a",
            "copy, alone, and the tests nearest to it were run until one failed. The last column names that test.",
            "",
            f"{len(verdicts)} guards of {of}, {len(verdicts) - missed} noticed, {missed} not.",
            "",
            "| where | kind | the guard | noticed by |",
            "|---|---|---|---|",
            *(row(verdict) for verdict in verdicts),
            "",
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())
