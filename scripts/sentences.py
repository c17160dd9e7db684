"""Collects every sentence that a person reads in the terminal into ``tui/locales/visitdesk.pot``.

Run it after sentences have changed: ``python scripts/sentences.py``. With ``--check`` it only says whether all of them
can be translated: a sentence must stand in the call itself, without an f-string or a sum, so that translators see all
of it. Exit code 1: one cannot.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEMPLATE = ROOT / "tui" / "locales" / "visitdesk.pot"
CALLS = {"_": 1, "N_": 1, "ngettext": 2}
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


def sentences_of(path: Path) -> tuple[list[tuple[Sentence, int]], list[str]]:
    """Return the sentences of a file with their lines, and what of it cannot be translated."""
    found: list[tuple[Sentence, int]] = []
    wrong: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
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


def main() -> int:
    """Write the template, or only look (``--check``)."""
    places: dict[Sentence, list[str]] = defaultdict(list)
    wrong: list[str] = []
    for path in sorted((ROOT / "tui").rglob("*.py")):
        found, bad = sentences_of(path)
        wrong += bad
        for sentence, _line in found:
            # files without line numbers: a template that changes only when a sentence does
            name = str(path.relative_to(ROOT))
            if name not in places[sentence]:
                places[sentence].append(name)
    print("\n".join(wrong) or f"{len(places)} sentences")
    if "--check" not in sys.argv:
        TEMPLATE.parent.mkdir(exist_ok=True)
        TEMPLATE.write_text(template(places), encoding="utf-8")
    return 1 if wrong else 0


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


if __name__ == "__main__":
    sys.exit(main())
