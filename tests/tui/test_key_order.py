"""Keys that come faster than pages answer them."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import events
from textual.app import ComposeResult

from tests.tui.support import FakeServer, desk
from tui.commands import BACK
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


class SlowList(Page[None]):
    """A list that has nothing to choose from until the server has answered."""

    AUTO_FOCUS = "ChoiceList"
    KEYS: ClassVar = (BACK,)

    def __init__(self) -> None:
        super().__init__()
        self.chosen = ""
        self.answer = asyncio.Event()

    def body(self) -> ComposeResult:
        yield ChoiceList([], numbered=False)

    def on_mount(self) -> None:
        self.read(self._ask, self._show)

    async def _ask(self) -> list[Choice]:
        await self.answer.wait()
        return [Choice("a", "Alabama"), Choice("t", "Tennessee")]

    def _show(self, choices: list[Choice]) -> None:
        self.query_one(ChoiceList).show(choices)

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        self.chosen = event.choice.key


async def test_keys_typed_ahead_of_what_a_page_reads_act_on_it_once_it_is_there() -> None:
    page = SlowList()
    async with desk(FakeServer(), page) as at:
        for key in ("down", "enter"):
            at.app.post_message(events.Key(key, None))
        await at.pilot.pause()
        assert page.chosen == ""
        page.answer.set()
        await at.until(lambda: page.chosen == "t")


async def test_escape_never_waits_for_what_a_page_reads() -> None:
    page = SlowList()
    async with desk(FakeServer(), page) as at:
        for key in ("enter", "escape"):
            at.app.post_message(events.Key(key, None))
        await at.until(lambda: at.screen is not page)
        assert page.chosen == ""
