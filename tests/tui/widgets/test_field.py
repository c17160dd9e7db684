"""A field takes what is typed, counts it, and says what is wrong with it."""

from __future__ import annotations

import time
from typing import ClassVar

import pytest
from textual.app import ComposeResult
from textual.widgets import Input

from tests.tui.support import FakeServer, desk
from tui import checks
from tui.commands import BACK
from tui.screens.page import Page
from tui.widgets.field import Field


class Form(Page[None]):
    KEYS: ClassVar = (BACK,)

    def __init__(self) -> None:
        super().__init__()
        self.entered: list[str] = []

    def body(self) -> ComposeResult:
        yield Field("Name", name="name", hint="as on your ID", max_length=10, checks=(checks.name,))
        yield Field("Password", name="password", max_length=128, password=True, checks=(checks.password,))

    def on_field_entered(self, event: Field.Entered) -> None:
        self.entered.append(event.field.wire_name)

    @property
    def name_field(self) -> Field:
        return self.query_one("#name", Field)


async def test_the_label_stands_above_and_the_hint_beside_it() -> None:
    async with desk(FakeServer(), Form()) as at:
        lines = at.text().splitlines()
        assert lines[3] == "  Name  as on your ID"


async def test_what_is_wrong_stands_below_until_it_is_changed() -> None:
    page = Form()
    async with desk(FakeServer(), page) as at:
        assert not page.name_field.check()
        text = await at.sees("! Type the name as on your ID.")
        assert text.splitlines()[5] == "  ! Type the name as on your ID."
        await at.type("A")
        await at.sees_not("Type the name")
        assert page.name_field.check()


async def test_typing_stops_at_the_longest_and_nothing_is_lost() -> None:
    page = Form()
    async with desk(FakeServer(), page) as at:
        await at.type("abcdefghijklmn")
        assert page.name_field.value == "abcdefghij"


async def test_a_paste_of_a_hundred_kilobytes_is_cut_with_a_sentence_and_freezes_nothing() -> None:
    page = Form()
    async with desk(FakeServer(), page) as at:
        await at.type("ab")
        began = time.perf_counter()
        await at.paste("x" * 100_000)
        await at.sees("only the first 8 characters were taken")
        assert time.perf_counter() - began < 1
        assert page.name_field.value == "abxxxxxxxx"
        await at.press("backspace")
        await at.type("y")
        await at.sees("abxxxxxxxy")


async def test_a_paste_takes_the_first_line_without_what_acts() -> None:
    page = Form()
    async with desk(FakeServer(), page) as at:
        await at.paste("  An\x1ba\nRivera\n")
        assert page.name_field.value.startswith("An?a")


@pytest.mark.parametrize("text", ["", "\n", "   \n \t"])
async def test_a_paste_of_nothing_does_nothing(text: str) -> None:
    page = Form()
    async with desk(FakeServer(), page) as at:
        await at.paste(text)
        assert page.name_field.value == ""
        assert page.name_field.wrong == ""


async def test_a_password_is_not_shown() -> None:
    async with desk(FakeServer(), Form()) as at:
        await at.press("down")
        await at.type("battery")
        assert "battery" not in at.text()
        assert "•••••••" in at.text()


async def test_up_and_down_go_from_field_to_field_and_enter_tells_the_page() -> None:
    page = Form()
    async with desk(FakeServer(), page) as at:
        await at.press("enter", "down", "enter", "up", "enter")
        assert page.entered == ["name", "password", "name"]


async def test_the_cursor_never_blinks() -> None:
    async with desk(FakeServer(), Form()) as at:
        assert all(not field.cursor_blink for field in at.screen.query(Input))


async def test_a_field_without_colour_is_underlined_so_that_it_can_be_seen() -> None:
    async with desk(FakeServer(), Form(), theme="none") as at:
        assert all(field.styles.text_style.underline for field in at.screen.query(Input))


async def test_a_paste_that_begins_with_more_blanks_than_fit_takes_what_comes_after_them() -> None:
    page = Form()
    async with desk(FakeServer(), page) as at:
        await at.paste(" " * 1000 + "Mateo\nRivera")
        await at.until(lambda: page.name_field.value == "Mateo")
