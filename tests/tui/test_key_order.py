"""Keys that come faster than pages answer them."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult

from tests.tui.support import FakeServer, desk
from tui.screens.page import Page
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.field import Field


class TwoFields(Page[None]):
    """A list, then two fields: each Enter moves the cursor on."""

    AUTO_FOCUS = "ChoiceList"

    def body(self) -> ComposeResult:
        yield ChoiceList([Choice("a", "Alabama"), Choice("t", "Tennessee")], numbered=False)
        yield Field("First", name="first")
        yield Field("Second", name="second")

    def on_choice_list_chosen(self) -> None:
        self.query_one("#first", Field).take_focus()

    def on_field_entered(self, event: Field.Entered) -> None:
        self.query_one("#second", Field).take_focus()


async def test_a_burst_of_keys_goes_to_where_each_key_puts_the_cursor() -> None:
    async with desk(FakeServer(), TwoFields()) as at:
        page = at.screen
        for sign in ("t", "enter", *"ada", "enter", *"byron"):
            at.pilot.app.post_message(events.Key(sign, sign if len(sign) == 1 else None))
        await at.until(lambda: page.query_one("#second", Field).value == "byron")
        assert page.query_one("#first", Field).value == "ada"
        marked = page.query_one(ChoiceList).marked
        assert marked is not None
        assert marked.key == "t"
