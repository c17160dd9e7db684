"""Collects every sentence that a person reads in the terminal into ``tui/locales/visitdesk.pot``.

Run it after sentences have changed: ``make sentences``. With ``--check`` it only says whether all of them
can be translated and are in the template: a sentence must stand in the call itself, without an f-string or a sum, so
that translators see all of it; what ``_`` takes from a table or an attribute must be marked with ``N_`` there. Exit
code 1: one cannot, or the template is out of date.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

ROOT = Path(__file__).parent.parent
TEMPLATE = ROOT / "tui" / "locales" / "visitdesk.pot"
CALLS = {"_": 1, "N_": 1, "ngettext": 2}
_READS = ("get", "items", "values")
_HEAD = """\
# Sentences of Visit Desk's terminal. Made by scripts/sentences.py; not edited by hand.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""


@dataclass(frozen=True, order=True)
class Sentence:
    """A sentence, and its form for many where it has one."""

    one: str
    many: str = ""


def sentences_of(path: Path, tree: ast.Module) -> tuple[list[tuple[Sentence, int]], list[str]]:
    """Return the sentences of a file with their lines, and what of it cannot be translated."""
    found: list[tuple[Sentence, int]] = []
    wrong: list[str] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in CALLS:
            continue
        words = node.args[: CALLS[node.func.id]]
        texts = [word.value for word in words if isinstance(word, ast.Constant) and isinstance(word.value, str)]
        if len(texts) == len(words) and texts:
            found.append((Sentence(*texts), node.lineno))
        elif any(isinstance(word, (ast.JoinedStr, ast.BinOp)) for word in words):
            wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}: the sentence is put together inside the call")
    return found, wrong


def template(places: dict[Sentence, list[str]]) -> str:
    """Return the template for translators."""
    entries = [_HEAD]
    for sentence in sorted(places):
        lines = [f"#: {' '.join(places[sentence])}", f"msgid {_quoted(sentence.one)}"]
        if sentence.many:
            lines += [f"msgid_plural {_quoted(sentence.many)}", 'msgstr[0] ""', 'msgstr[1] ""']
        else:
            lines.append('msgstr ""')
        entries.append("\n".join(lines) + "\n")
    return "\n".join(entries)


class Kept:
    """What is kept under a name somewhere in the terminal, to be shown by ``_`` later."""

    def __init__(self, trees: Mapping[Path, ast.Module]) -> None:
        self._by_name: dict[str, list[tuple[Path, ast.expr]]] = defaultdict(list)
        for path, tree in trees.items():
            for name, value in _assigned(tree):
                self._by_name[name].append((path, value))

    def unmarked(self, path: Path, tree: ast.Module) -> Iterator[str]:
        """Yield the calls of ``_`` in a file that show what is kept unmarked.

        A name is looked up in its file first, then everywhere. What comes in as an argument cannot be followed.
        """
        around = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"):
                continue
            name = _source(node.args[0], node, around)
            found = self._by_name.get(name, [])
            here = [value for where, value in found if where == path] or [value for _where, value in found]
            if not all(map(_is_marked, here)):
                yield f"{path.relative_to(ROOT)}:{node.lineno}: {name} is not marked with N_"


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Yield what modules, classes and commands keep, each with its name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Command":
            yield from zip(("label", "help", "shown"), node.args[2:], strict=False)
            yield from ((keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg)
    blocks: list[ast.Module | ast.ClassDef] = [tree]
    blocks += (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    for block in blocks:
        for line in block.body:
            if isinstance(line, ast.Assign):
                yield from ((target.id, line.value) for target in line.targets if isinstance(target, ast.Name))
            elif isinstance(line, ast.AnnAssign) and line.value is not None and isinstance(line.target, ast.Name):
                yield line.target.id, line.value


def _source(shown: ast.expr, call: ast.AST, around: Mapping[ast.AST, ast.AST]) -> str:
    """Return the name of the table or attribute that an expression takes its sentence from; empty: it is no name."""
    while isinstance(shown, (ast.Subscript, ast.Call, ast.ListComp)) or _reads_a_table(shown):
        if isinstance(shown, ast.ListComp):
            shown = shown.generators[0].iter
        else:
            shown = shown.func if isinstance(shown, ast.Call) else shown.value
    if isinstance(shown, ast.Attribute):
        return shown.attr
    if not isinstance(shown, ast.Name):
        return ""
    node = call
    while node in around:
        node = around[node]
        for bound, value in _bound(node):
            if bound == shown.id:
                return _source(value, node, around)
    return shown.id


def _reads_a_table(shown: ast.expr) -> TypeGuard[ast.Attribute]:
    return isinstance(shown, ast.Attribute) and shown.attr in _READS


def _bound(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names that a loop, a comprehension or a function's own lines give to something, with what that is."""
    loops: list[ast.AST] = getattr(node, "generators", [node])
    for loop in loops:
        if isinstance(loop, (ast.comprehension, ast.For)):
            yield from ((name.id, loop.iter) for name in ast.walk(loop.target) if isinstance(name, ast.Name))
    if isinstance(node, ast.FunctionDef):
        for line in node.body:
            if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                name = line.targets[0].id
                if not any(isinstance(used, ast.Name) and used.id == name for used in ast.walk(line.value)):
                    yield name, line.value


def _is_marked(value: ast.expr) -> bool:
    """Tell whether what is kept is marked: every value of a table, or something in each of its rows."""
    if isinstance(value, ast.Constant):
        return not isinstance(value.value, str) or not any(map(str.isalpha, value.value))
    if isinstance(value, ast.Dict):
        return all(map(_is_marked, value.values))
    if isinstance(value, (ast.Tuple, ast.List, ast.Set)):
        return any(map(_is_n, value.elts)) or all(map(_is_marked, value.elts))
    return True


def _is_n(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "N_"


def main() -> int:
    """Write the template, or only look (``--check``)."""
    places: dict[Sentence, list[str]] = defaultdict(list)
    wrong: list[str] = []
    files = sorted((ROOT / "tui").rglob("*.py"))
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in files}
    kept = Kept(trees)
    for path, tree in trees.items():
        found, bad = sentences_of(path, tree)
        wrong += [*bad, *kept.unmarked(path, tree)]
        for sentence, _line in found:
            # files without line numbers: a template that changes only when a sentence does
            name = str(path.relative_to(ROOT))
            if name not in places[sentence]:
                places[sentence].append(name)
    if "--check" not in sys.argv:
        TEMPLATE.parent.mkdir(exist_ok=True)
        TEMPLATE.write_text(template(places), encoding="utf-8")
    elif not TEMPLATE.exists() or TEMPLATE.read_text(encoding="utf-8") != template(places):
        wrong.append(f"{TEMPLATE.relative_to(ROOT)} is out of date: run make sentences")
    print("\n".join(wrong) or f"{len(places)} sentences")
    return 1 if wrong else 0


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


if __name__ == "__main__":
    sys.exit(main())
