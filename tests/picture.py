"""A terminal's screen as an SVG picture: colours, bold and reverse. Nothing is fetched from anywhere, no font."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

import pyte
import pyte.screens

WIDTH, HEIGHT, EDGE, BAR = 10, 21, 12, 34
"""In the picture's units: a character, a line, the edge around the screen, the bar with the title."""
FONTS: Final = "ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace"
FOREGROUND, BACKGROUND, FRAME = "#e0e0e0", "#121212", "#2a2a2e"
NAMED: Final = {
    "black": "#121212",
    "red": "#cd3131",
    "green": "#0dbc79",
    "brown": "#e5e510",
    "blue": "#2472c8",
    "magenta": "#bc3fbc",
    "cyan": "#11a8cd",
    "white": "#e5e5e5",
    "brightblack": "#666666",
    "brightred": "#f14c4c",
    "brightgreen": "#23d18b",
    "brightbrown": "#f5f543",
    "brightblue": "#3b8eea",
    "brightmagenta": "#d670d6",
    "brightcyan": "#29b8db",
    "brightwhite": "#ffffff",
}
"""The sixteen colours of a terminal, by the names that pyte gives them."""


class Run(NamedTuple):
    """Characters of one look that stand beside each other."""

    row: int
    column: int
    text: str
    columns: int
    look: str
    """The declarations of a CSS rule."""
    back: str


def draw(screen: pyte.Screen, title: str) -> str:
    """Return the SVG text of the screen as it is now, without its cursor; the same screen gives the same text."""
    runs = [run for row in range(screen.lines) for run in _runs(screen, row)]
    words = [word for run in runs for word in _words(run)]
    classes = {look: f"s{number}" for number, look in enumerate(sorted({word.look for word in words}))}
    width, height = screen.columns * WIDTH + 2 * EDGE, screen.lines * HEIGHT + BAR + EDGE
    rules = "\n".join(f".{name} {{ {look} }}" for look, name in classes.items())
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<style>\ntext {{ font-family: {FONTS}; font-size: 16.5px; }}\n{rules}\n</style>",
            f'<rect width="{width}" height="{height}" rx="8" fill="{FRAME}"/>',
            f'<text x="{width / 2:g}" y="22" text-anchor="middle" fill="{FOREGROUND}">{escape(title)}</text>',
            f'<g transform="translate({EDGE} {BAR})">',
            f'<rect width="{screen.columns * WIDTH}" height="{screen.lines * HEIGHT}" fill="{BACKGROUND}"/>',
            *(_back(run) for run in runs if run.back != BACKGROUND),
            *(_text(word, classes[word.look]) for word in words),
            "</g>",
            "</svg>",
            "",
        ]
    )


def _runs(screen: pyte.Screen, row: int) -> Iterator[Run]:
    cells = [(column, screen.buffer[row][column]) for column in range(screen.columns)]
    for (look, back), group in groupby(cells, key=lambda cell: _look(cell[1])):
        members = list(group)
        text = "".join(cell.data for _, cell in members)  # the second cell of a wide character is empty
        yield Run(row, members[0][0], text, len(members), look, back)


def _words(run: Run) -> Iterator[Run]:
    """Cut a run where blanks stand, for renderers differ in what they do with those."""
    if len(run.text) != run.columns:  # a wide character: places cannot be counted in letters
        yield run
        return
    for found in re.finditer(r"\S+(?: \S+)*", run.text):
        word = found[0]
        yield run._replace(column=run.column + found.start(), text=word, columns=len(word))


def _back(run: Run) -> str:
    return (
        f'<rect x="{run.column * WIDTH}" y="{run.row * HEIGHT}" width="{run.columns * WIDTH}" height="{HEIGHT}" '
        f'fill="{run.back}" shape-rendering="crispEdges"/>'
    )


def _text(word: Run, name: str) -> str:
    place = f'x="{word.column * WIDTH}" y="{word.row * HEIGHT + 16}" textLength="{word.columns * WIDTH}"'
    return f'<text class="{name}" {place} lengthAdjust="spacingAndGlyphs">{escape(word.text)}</text>'


def _look(cell: pyte.screens.Char) -> tuple[str, str]:
    """Return the CSS declarations of a cell's text, and the colour behind it."""
    fore, back = _colour(cell.fg, FOREGROUND), _colour(cell.bg, BACKGROUND)
    if cell.reverse:
        fore, back = back, fore
    lines = [name for name, on in (("underline", cell.underscore), ("line-through", cell.strikethrough)) if on]
    look = [f"fill: {fore};"]
    if cell.bold:
        look.append("font-weight: bold;")
    if cell.italics:
        look.append("font-style: italic;")
    if lines:
        look.append(f"text-decoration: {' '.join(lines)};")
    return " ".join(look), back


def _colour(name: str, default: str) -> str:
    return f"#{name.lower()}" if re.fullmatch(r"[0-9a-fA-F]{6}", name) else NAMED.get(name, default)
