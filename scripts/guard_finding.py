"""Find every guard of the server: where it is, how it reads, and its file without it or with a probe before it.

A guard is

- a raise, which is left out: what it would have refused goes on;
- a call that permits or locks (``authorize``, ``refuse…``, ``lock…``, a facility's ``share`` and ``take_alone``), which
  is left out;
- a permission of ``backend/security.py``, which is given to everybody;
- a rule of ``RULES``, which is taken off the list;
- a constraint, unique index or trigger of the migrations, which is not made.

Raises of ``AssertionError`` are none: they say what cannot be.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PACKAGES: Final = ("visits", "restrictions", "timetables", "money", "access", "roster", "facilities")
MODULES: Final = ("backend/db.py", "backend/group_commit.py", "backend/idempotency.py", "backend/security.py")
CALLS: Final = re.compile(r"_?(authorize|refuse\w*|lock\w*|share|take_alone)")
SCHEMA_CALLS: Final = frozenset(
    {"CheckConstraint", "UniqueConstraint", "ForeignKeyConstraint", "PrimaryKeyConstraint", "ForeignKey"}
)
SCHEMA_STATEMENTS: Final = frozenset({"create_check_constraint", "create_unique_constraint"})
PROBED: Final = frozenset({"condition", "call", "permission"})
"""The kinds that are statements: a test that never comes to one cannot notice that it is gone."""


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard: where it is, how it reads, and the text of its file without it."""

    path: str
    line: int
    kind: str
    reads: str
    without: str
    place: int
    """Bytes of its file before it."""
    number: int
    """How many guards of its file that read the same come before it."""
    around: str
    """The text of the function, class or assignment that it is in."""

    @property
    def name(self) -> str:
        """What it is called in results: the same wherever in its file it stands."""
        said = f"{self.path} {self.kind} {self.reads} {self.number}"
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def key(self) -> str:
        """Its name together with what is around it: another one as soon as that is changed."""
        return hashlib.sha256(f"{self.name} {self.around}".encode()).hexdigest()[:16]


def guards(root: Path) -> Iterator[Guard]:
    """Return every guard of the server, file by file."""
    for path in _files(root):
        name = path.relative_to(root).as_posix()
        source = path.read_text(encoding="utf-8")
        seen: Counter[tuple[str, str]] = Counter()
        tree = ast.parse(source)
        for node, kind, instead in sorted(
            _found(tree, source, name), key=lambda found: (found[0].lineno, found[0].col_offset)
        ):
            reads = _reads(source, node)
            first, last = _span(source, node)
            data = source.encode()
            without = (data[:first] + instead.encode() + data[last:]).decode()
            around = next(_text(source, one) for one in reversed(tree.body) if one.lineno <= node.lineno)
            yield Guard(name, node.lineno, kind, reads, without, first, seen[kind, reads], around)
            seen[kind, reads] += 1


def probed(source: str, found: Iterable[Guard]) -> str:
    """Return a file's ``source`` with a call of the probe before each guard of it that is a statement."""
    data = source.encode()
    for guard in sorted(found, key=lambda guard: guard.place, reverse=True):
        if guard.kind in PROBED:
            probe = f'__import__("backend.guard_probe", fromlist=["at"]).at("{guard.name}"); '
            data = data[: guard.place] + probe.encode() + data[guard.place :]
    return data.decode()


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
        if isinstance(node, ast.Raise) and _refuses(node):
            yield node, "condition", "pass"
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


def _refuses(statement: ast.Raise) -> bool:
    """Tell a refusal from what cannot be (``AssertionError``) and from an error that is only passed on."""
    return (isinstance(statement.exc, ast.Call) and _called(statement.exc) != "AssertionError") or (
        isinstance(statement.exc, ast.Name | ast.IfExp)
    )


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


def _span(source: str, node: ast.stmt | ast.expr) -> tuple[int, int]:
    """Return how many bytes of ``source`` come before ``node`` and before what follows it."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line.encode()))
    if node.end_lineno is None or node.end_col_offset is None:
        raise AssertionError("a parsed node has its end")
    return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset
