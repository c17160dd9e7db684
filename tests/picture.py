"""A terminal's screen as an SVG picture: colours, bold and reverse, and no font fetched from anywhere."""

from __future__ import annotations

import io
import re
from itertools import groupby
from typing import Final

import pyte
import pyte.screens
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.color import Color, ColorParseError
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

FONTS: Final = "ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace"

FORMAT: Final = re.sub(r"\n    @font-face \{\{.*?\n    \}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL).replace(
    "Fira Code, monospace", FONTS
)

THEME: Final = TerminalTheme(
    (18, 18, 18),
    (224, 224, 224),
    [
        (18, 18, 18),
        (205, 49, 49),
        (13, 188, 121),
        (229, 229, 16),
        (36, 114, 200),
        (188, 63, 188),
        (17, 168, 205),
        (229, 229, 229),
    ],
    [
        (102, 102, 102),
        (241, 76, 76),
        (35, 209, 139),
        (245, 245, 67),
        (59, 142, 234),
        (214, 112, 214),
        (41, 184, 219),
        (255, 255, 255),
    ],
)

NAMES: Final = {"brown": "yellow", "brightbrown": "bright_yellow"}


def draw(screen: pyte.Screen, title: str) -> str:
    """Return the SVG text of the screen as it is now, without its cursor; the same screen gives the same text."""
    console = Console(
        width=screen.columns, record=True, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    for row in range(screen.lines):
        console.print(_line(screen, row), end="\n", soft_wrap=True)
    picture = console.export_svg(title=title, theme=THEME, code_format=FORMAT, unique_id="screen")
    picture = re.sub(r"<text [^>]*>\n</text>", "", picture)  # the line ends, which show nothing
    return "\n".join(line.rstrip() for line in picture.splitlines() if line.strip()) + "\n"


def _line(screen: pyte.Screen, row: int) -> Text:
    line = Text(end="")
    cells = [screen.buffer[row][column] for column in range(screen.columns)]
    for style, run in groupby(cells, key=_style):
        line.append("".join(cell.data for cell in run), style)  # the second cell of a wide character is empty
    return line


def _style(cell: pyte.screens.Char) -> Style:
    return Style(
        color=_color(cell.fg),
        bgcolor=_color(cell.bg),
        bold=cell.bold,
        italic=cell.italics,
        underline=cell.underscore,
        strike=cell.strikethrough,
        reverse=cell.reverse,
    )


def _color(name: str) -> Color | None:
    if name == "default":
        return None
    if re.fullmatch(r"[0-9a-fA-F]{6}", name):
        return Color.parse(f"#{name}")
    named = NAMES.get(name, name.replace("bright", "bright_", 1))
    try:
        return Color.parse(named)
    except ColorParseError:
        return None
