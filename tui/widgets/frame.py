"""The frame around every page: a header of one line with its rule, a rule with the footer of this page's keys.

The header's rule carries the one quiet sign for waiting and for a server that cannot be reached; the footer's rule
carries a short remark, such as why a key cannot work now. So nothing moves when a sign comes or goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.geometry import Region
from textual.reactive import reactive
from textual.widget import Widget

from tui.commands import Command
from tui.glyphs import glyphs
from tui.inert import clean, inert
from tui.text import _

MIN_WIDTH, MIN_HEIGHT = 80, 24


@dataclass(frozen=True, slots=True)
class Key:
    """A command as the footer shows it: dim where it cannot work now."""

    command: Command
    dim: bool = False


class Header(Widget):
    """Place and person at the left, DEMONSTRATION in the middle, the time at the right; a rule below.

    The rule has the banner of a look at its start, for as long as that lasts, and the sign at its end.
    """

    DEFAULT_CSS = """
    Header { dock: top; height: 2; color: $foreground; }
    """

    place = reactive("", layout=False)
    time = reactive("", layout=False)
    demonstration = reactive(False, layout=False)
    sign = reactive("", layout=False)
    sign_style = reactive("$muted", layout=False)
    banner = reactive("", layout=False)

    def watch_sign(self) -> None:
        self.refresh(Region(0, 1, self.size.width, 1))

    def render(self) -> Content:
        width = self.size.width
        room = width
        banner = Content("")
        if self.banner:
            sign = inert(self.sign)
            kept = sign.cell_length + 4 if sign.cell_length else 0
            banner = inert(f" {self.banner} ", "bold reverse $caution").truncate(width - kept, ellipsis=True)
            room -= banner.cell_length
        return Content("\n").join([self._line(width), banner + rule(room, self.sign, self.sign_style, at_end=True)])

    def _line(self, width: int) -> Content:
        right = inert(self.time)
        middle = inert(_("DEMONSTRATION") if self.demonstration else "", "bold $caution")
        room = width - 2 - right.cell_length - middle.cell_length - (4 if middle else 2)
        left = inert(self.place, "bold").truncate(max(room, 8), ellipsis=True)
        gap = width - 2 - left.cell_length - middle.cell_length - right.cell_length
        before = max(2, min(gap - 2, 38 - left.cell_length)) if middle else 0
        return Content(" ").join([Content(""), left]) + _gap(before) + middle + _gap(gap - before) + right


class Footer(Widget):
    """A rule with an optional remark, and the keys of the page below."""

    DEFAULT_CSS = """
    Footer { dock: bottom; height: 2; color: $foreground; }
    """

    remark = reactive("", layout=False)
    keys: reactive[tuple[Key, ...]] = reactive((), layout=False)

    def watch_remark(self) -> None:
        self.refresh(Region(0, 0, self.size.width, 1))

    def watch_keys(self) -> None:
        self.refresh(Region(0, 1, self.size.width, 1))

    def render(self) -> Content:
        width = self.size.width
        return Content("\n").join([rule(width, self.remark, "$caution", at_end=False), keys_line(self.keys, width)])


class TooSmall(Widget):
    """What stands there below 80x24: one polite sentence. The page behind it keeps everything."""

    DEFAULT_CSS = """
    TooSmall { display: none; width: 100%; height: 100%; content-align: center middle; }
    """

    def render(self) -> Content:
        size = self.app.size
        return inert(
            _("Please make this window a little larger: 80 by 24 is enough. It is {width} by {height} now.").format(
                width=size.width, height=size.height
            )
        )


def rule(width: int, words: str, style: str, *, at_end: bool) -> Content:
    """Draw a horizontal line over the whole width, with words set into it at its start or its end."""
    line = glyphs().rule
    said = clean(words)
    if not said:
        return Content.styled(line * width, "$muted")
    inset = inert(f" {said} ", style).truncate(max(width - 4, 4), ellipsis=True)
    rest = width - inset.cell_length - 2
    first, last = (rest, 2) if at_end else (2, rest)
    return Content.styled(line * first, "$muted") + inset + Content.styled(line * last, "$muted")


def keys_line(keys: Sequence[Key], width: int) -> Content:
    """Write keys into one line: those of the page from the left, those that stand apart at the right end."""
    left = [_key(key) for key in keys if not key.command.right]
    right = [_key(key) for key in keys if key.command.right]
    tail = Content("   ").join(right)
    for gap in (3, 2):
        head = Content(" ") + Content(" " * gap).join(left)
        free = width - 1 - head.cell_length - tail.cell_length
        if free >= (2 if right else 0):
            break
    else:
        room = width - tail.cell_length - 3
        head = head.truncate(max(room, 1), ellipsis=True)
        free = width - 1 - head.cell_length - tail.cell_length
    return head + _gap(free) + tail


def _key(key: Key) -> Content:
    if key.dim:
        return inert(f"{key.command.key_text} {_(key.command.label)}", "$muted dim")
    return inert(key.command.key_text, "bold $accent") + Content(" ") + inert(_(key.command.label), "$foreground")


def _gap(width: int) -> Content:
    return Content(" " * max(width, 0))
