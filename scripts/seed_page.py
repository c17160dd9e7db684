"""Write docs/seed.md: every sentence of the seed, the picture of its screen, and the test that walks it.

Usage: python scripts/seed_page.py [--check]. Without ``--check`` it writes the page; with it, it writes nothing and
exits 1 if the page is out of date, if a sentence's picture or test is missing, or if a sentence of the help page itself
(docs/seed.txt, its own words) is not in docs/seed.toml.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "seed.md"
WALK = ROOT / "tests" / "e2e" / "test_seed.py"
HELP_PAGE = ROOT / "docs" / "seed.txt"
_QUOTES = str.maketrans("“”‘’", "\"\"''")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the seed, the picture of the screen that does it, and the test that walks it."""

    says: str
    picture: str
    test: str

    @property
    def picture_file(self) -> Path:
        """The picture, as an SVG file in the docs."""
        return ROOT / "docs" / "pictures" / f"{self.picture}.svg"


def sections() -> list[tuple[str, list[Sentence]]]:
    """Return the seed's sections in their order, each a title and its sentences."""
    table = tomllib.loads((ROOT / "docs" / "seed.toml").read_text(encoding="utf-8"))
    return [(part["title"], [Sentence(**sentence) for sentence in part["sentence"]]) for part in table["section"]]


def page() -> str:
    """Return the text of the page."""
    lines = [
        "# The seed, sentence by sentence",
        "",
        "The help page that Visit Desk was asked to rebuild for the terminal. Written by `make seed` from",
        "[seed.toml](seed.toml); the tests are in [tests/e2e/test_seed.py](../tests/e2e/test_seed.py) and drive the",
        "real program against its real server in a real terminal. The pictures are made by the same tests",
        "(`make pictures`).",
    ]
    for title, sentences in sections():
        lines += ["", f"## {title}", ""]
        for number, sentence in enumerate(sentences, 1):
            lines += [
                f"{number}. {sentence.says}  ",
                f"   [screen](pictures/{sentence.picture}.svg) · `{sentence.test}`",
            ]
    shown = dict.fromkeys(sentence.picture for _, sentences in sections() for sentence in sentences)
    lines += ["", "## The screens", ""]
    for picture in shown:
        lines += [f"### {picture.replace('-', ' ')}", "", f"![{picture}](pictures/{picture}.svg)", ""]
    return "\n".join(lines).rstrip() + "\n"


def missing() -> list[str]:
    """Return what a sentence names and the project does not have."""
    tests = set()
    if WALK.exists():
        tree = ast.parse(WALK.read_text(encoding="utf-8"))
        tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    found = []
    for _, sentences in sections():
        for sentence in sentences:
            if not sentence.picture_file.exists():
                found.append(f"no picture {sentence.picture}.svg for: {sentence.says}")
            if sentence.test not in tests:
                found.append(f"no test {sentence.test} for: {sentence.says}")
    return found


def left_out() -> Iterator[str]:
    """Yield what the help page says and docs/seed.toml does not: its headings and sentences, however often they are."""
    known = Counter(_plain(title) for title, _ in sections())
    known.update(_plain(sentence.says) for _, sentences in sections() for sentence in sentences)
    _name, *lines = filter(None, map(_plain, HELP_PAGE.read_text(encoding="utf-8").splitlines()))
    for line in lines:
        rest = line
        while rest:
            fitting = [words for words in known if known[words] and f"{rest} ".startswith(f"{words} ")]
            if not fitting:
                yield f"not in docs/seed.toml: {rest}"
                break
            first = max(fitting, key=len)
            known[first] -= 1
            rest = rest[len(first) :].strip()


def _plain(text: str) -> str:
    return " ".join(text.translate(_QUOTES).split())


def main() -> int:
    """Write the page, or check it; return the exit status."""
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    problems = [*missing(), *left_out()]
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
        problems.append("docs/seed.md is out of date: run make seed")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
