"""The yardstick: the smallest Textual application with a field, as anybody would write it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.widgets import Input, Label


class Hello(App[None]):
    """A line of text and a field that has the focus."""

    BINDINGS: ClassVar = [("ctrl+q", "quit", "Quit")]

    def compose(self) -> ComposeResult:
        """Yield the line and the field."""
        yield Label("Hello world")
        yield Input(placeholder="Type here")


if __name__ == "__main__":
    Hello().run()
