"""A line of tabs: the active one in capitals, so that no colour is needed to see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.inert import inert


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab.

    Attributes:
        key: Its name to the program.
        label: Its name on the glass, translated.
        count: How many wait there; shown behind the label where it is above zero.
    """

    key: str
    label: str
    count: int = 0


class Tabs(Widget):
    """A line of tabs.

    It never has the keys itself: the page binds Left and Right (:data:`TABS` of :mod:`tui.commands`) to
    :meth:`previous` and :meth:`following`, so that the list below keeps Up and Down. Posts :class:`Switched`.
    """

    DEFAULT_CSS = """
    Tabs { height: 1; width: 100%; margin-bottom: 1; }
    """

    active = reactive("", layout=False)

    class Switched(Message):
        """Another tab is active now."""

        def __init__(self, tabs: Tabs, key: str) -> None:
            super().__init__()
            self.tabs = tabs
            self.key = key

        @property
        def control(self) -> Tabs:
            """The line of tabs."""
            return self.tabs

    def __init__(self, tabs: Sequence[Tab], active: str = "") -> None:
        super().__init__()
        self._tabs = tuple(tabs)
        self.set_reactive(Tabs.active, active or self._tabs[0].key)

    def show(self, tabs: Sequence[Tab]) -> None:
        """Show other tabs, for instance with other counts; the active one stays."""
        self._tabs = tuple(tabs)
        self.refresh()

    def previous(self) -> None:
        """Go to the tab on the left."""
        self._go(-1)

    def following(self) -> None:
        """Go to the tab on the right."""
        self._go(1)

    def _go(self, by: int) -> None:
        place = next((n for n, tab in enumerate(self._tabs) if tab.key == self.active), 0)
        other = max(0, min(len(self._tabs) - 1, place + by))
        self.active = self._tabs[other].key

    def watch_active(self, old: str, new: str) -> None:
        if old and old != new:
            self.post_message(self.Switched(self, new))

    def render(self) -> Content:
        drawn = [self._draw(tab) for tab in self._tabs]
        wide = sum(content.cell_length for content in drawn) + 3 * (len(drawn) - 1) <= self.size.width
        return Content("   " if wide else "  ").join(drawn)

    def _draw(self, tab: Tab) -> Content:
        label = f"{tab.label} {tab.count}" if tab.count else tab.label
        if tab.key == self.active:
            return inert(label.upper(), "bold $accent")
        return inert(label, "$muted")
