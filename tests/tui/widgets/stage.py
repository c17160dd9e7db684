"""An app that shows one widget."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widget import Widget

from tui.themes import DARK


class Stage(App[None]):
    """Shows a widget, focused if it can be."""

    CSS = "Screen { overflow: hidden hidden; }"

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self._widget = widget
        self.register_theme(DARK)
        self.theme = DARK.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(DARK.variables)

    def compose(self) -> ComposeResult:
        yield self._widget

    def on_mount(self) -> None:
        self._widget.focus()

    def text(self) -> str:
        """Return what is on the glass."""
        return "\n".join(strip.text.rstrip() for strip in self.screen._compositor.render_strips()).rstrip()
