"""What floats above a page: a popup with one button, a question with two."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui.glyphs import glyphs
from tui.inert import inert


class DialogButton(Widget, can_focus=True):
    """A button: Enter or Space presses it.

    Posts :class:`Pressed`. Arrows move between buttons; the page sees to that.
    """

    DEFAULT_CSS = """
    DialogButton { width: auto; height: 1; min-width: 10; text-align: center; background: $panel; margin-right: 2; }
    DialogButton:focus { background: $cursor; color: $cursor-text; text-style: $cursor-style; }
    """

    class Pressed(Message):
        """The button was pressed."""

        def __init__(self, button: DialogButton) -> None:
            super().__init__()
            self.button = button

        @property
        def control(self) -> DialogButton:
            """The button."""
            return self.button

    def __init__(self, key: str, label: str) -> None:
        super().__init__(id=key)
        self.key = key
        self.label = label

    def render(self) -> Content:
        pointer = glyphs().pointer if self.has_focus else " "
        plain = self.has_focus and self.app.theme_variables.get("cursor-style") == "reverse"
        return inert(f" {pointer} {self.label}   ", "reverse" if plain else "")

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def key_enter(self, event: events.Key) -> None:
        # the key ends here: on its way up it would find the page below, where Enter chooses something else
        event.stop()
        self.post_message(self.Pressed(self))

    def key_space(self, event: events.Key) -> None:
        event.stop()
        self.post_message(self.Pressed(self))


class Paragraphs(Widget):
    """Lines of text, each a paragraph that wraps; an empty one is a gap."""

    DEFAULT_CSS = """
    Paragraphs { height: auto; width: 100%; }
    """

    def __init__(self, *paragraphs: str | Content, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._paragraphs = tuple(inert(line) if isinstance(line, str) else line for line in paragraphs)

    def show(self, *paragraphs: str | Content) -> None:
        """Show other paragraphs instead."""
        self._paragraphs = tuple(inert(line) if isinstance(line, str) else line for line in paragraphs)
        self.refresh(layout=True)

    def render(self) -> Content:
        return Content("\n").join(self._paragraphs)


class DialogBox(Vertical):
    """The box that floats: a title in its border, paragraphs, buttons."""

    DEFAULT_CSS = """
    DialogBox {
        width: auto; max-width: 64; height: auto; max-height: 20; padding: 1 3;
        background: $surface; border: solid $accent; border-title-color: $foreground; border-title-style: bold;
    }
    DialogBox > Paragraphs { width: 54; margin-bottom: 1; }
    DialogBox > Horizontal { height: 1; width: 54; }
    """

    def __init__(self, title: str, paragraphs: tuple[str | Content, ...], buttons: tuple[DialogButton, ...]) -> None:
        super().__init__()
        self.border_title = inert(title)
        self._paragraphs = paragraphs
        self._buttons = buttons

    def compose(self) -> ComposeResult:
        yield Paragraphs(*self._paragraphs)
        with Horizontal():
            yield from self._buttons
