"""Choice lists, tables and tabs, by keys alone."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.message import Message

from tests.tui.support import Desk, FakeServer, desk
from tui.commands import BACK, NEXT_TAB, PREVIOUS_TAB
from tui.screens.page import Page
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.table import Column, Row, Table
from tui.widgets.tabs import Tab, Tabs

FACILITIES = (
    Choice("a", "Shelby County Jail", note="Schedule", sign="✓", style="$positive"),
    Choice("b", "Pima County Adult Detention", why_not="waits for approval"),
    Choice("c", "Shasta County Jail"),
)
COLUMNS = (
    Column("Date\nPaid", 5),
    Column("Name", 20, grow=1),
    Column("Session\nFee", 9, right=True),
)


class Bench(Page[None]):
    """A page with all of them, that writes down what they say."""

    KEYS: ClassVar = (PREVIOUS_TAB, NEXT_TAB, BACK)

    def __init__(self, rows: int = 0, more: bool = False) -> None:
        super().__init__()
        self.said: list[tuple[str, str]] = []
        self._rows = rows
        self._more = more

    def body(self) -> ComposeResult:
        yield Tabs([Tab("f", "My Facilities"), Tab("v", "Visits", 2), Tab("p", "Profile")])
        yield ChoiceList(FACILITIES)
        yield Table(COLUMNS, empty="Nothing was paid yet.")

    def on_mount(self) -> None:
        self.table.show([row(number) for number in range(self._rows)], more=self._more)

    @property
    def table(self) -> Table:
        return self.query_one(Table)

    @property
    def choices(self) -> ChoiceList:
        return self.query_one(ChoiceList)

    def note(self, message: Message, key: str) -> None:
        self.said.append((type(message).__qualname__, key))

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        self.note(event, event.choice.key)

    def on_choice_list_refused(self, event: ChoiceList.Refused) -> None:
        self.note(event, event.choice.why_not)

    def on_table_opened(self, event: Table.Opened) -> None:
        self.note(event, event.row.key)

    def on_table_wanted(self, event: Table.Wanted) -> None:
        self.note(event, "")

    def on_tabs_switched(self, event: Tabs.Switched) -> None:
        self.note(event, event.key)

    def action_previous_tab(self) -> None:
        self.query_one(Tabs).previous()

    def action_next_tab(self) -> None:
        self.query_one(Tabs).following()


def row(number: int) -> Row:
    return Row(str(number), (f"{number % 12 + 1:02}/11", f"Person {number}", f"${number}.70"))


async def test_arrows_move_and_enter_chooses() -> None:
    page = Bench()
    async with desk(FakeServer(), page) as at:
        await at.press("down", "down", "enter")
        assert page.said == [("ChoiceList.Chosen", "c")]


async def test_a_digit_chooses_its_line_at_once() -> None:
    page = Bench()
    async with desk(FakeServer(), page) as at:
        await at.press("3", "1", "9")
        assert page.said == [("ChoiceList.Chosen", "c"), ("ChoiceList.Chosen", "a")]


async def test_a_letter_jumps_to_the_next_line_that_begins_with_it() -> None:
    page = Bench()
    async with desk(FakeServer(), page) as at:
        await at.press("s")
        assert page.choices.cursor == 2
        await at.press("s")
        assert page.choices.cursor == 0
        await at.press("p", "enter")
        assert page.said == [("ChoiceList.Refused", "waits for approval")]


async def test_a_line_that_cannot_be_chosen_says_why() -> None:
    async with desk(FakeServer(), Bench()) as at:
        line = next(line for line in at.text().splitlines() if "Pima" in line)
        assert line.rstrip().endswith("waits for approval")


async def test_home_and_end_go_to_the_ends_and_the_cursor_stops_there() -> None:
    page = Bench()
    async with desk(FakeServer(), page) as at:
        await at.press("end", "down")
        assert page.choices.cursor == 2
        await at.press("home", "up")
        assert page.choices.cursor == 0


async def test_a_list_that_is_shown_anew_keeps_the_cursor_on_its_line() -> None:
    page = Bench()
    async with desk(FakeServer(), page) as at:
        await at.press("end")
        page.choices.show((FACILITIES[2], FACILITIES[0]))
        assert page.choices.marked == FACILITIES[2]
        page.choices.show(())
        await at.press("enter", "down", "1")
        assert page.said == []


async def test_tabs_are_switched_with_left_and_right_and_the_active_one_is_in_capitals() -> None:
    page = Bench()
    async with desk(FakeServer(), page) as at:
        await at.sees("MY FACILITIES   Visits 2   Profile")
        await at.press("right")
        await at.sees("My Facilities   VISITS 2   Profile")
        await at.press("right", "right", "left")
        assert page.said == [("Tabs.Switched", "v"), ("Tabs.Switched", "p"), ("Tabs.Switched", "v")]


async def in_table(at: Desk) -> None:
    await at.press("tab")


async def test_numbers_are_right_aligned_below_their_heading() -> None:
    async with desk(FakeServer(), Bench(rows=3)) as at:
        lines = at.text().splitlines()
        heading = next(line for line in lines if "Paid" in line)
        end = heading.index("Fee") + len("Fee")
        assert all(line[:end].endswith(".70") for line in lines if "Person" in line)


async def test_a_table_without_rows_says_so() -> None:
    async with desk(FakeServer(), Bench()) as at:
        await at.sees("Nothing was paid yet.")


async def test_a_long_table_scrolls_with_its_cursor_and_its_heading_stays() -> None:
    page = Bench(rows=200)
    async with desk(FakeServer(), page) as at:
        await in_table(at)
        await at.press("end")
        text = await at.sees("Person 199", "Session")
        assert "Person 0 " not in text
        await at.press("pageup", "pageup", "home")
        await at.sees("Person 0 ", "Session")
        await at.press("down", "enter")
        assert page.said == [("Table.Opened", "1")]


async def test_the_next_page_is_wanted_once_before_the_end_is_reached() -> None:
    page = Bench(rows=50, more=True)
    async with desk(FakeServer(), page) as at:
        await in_table(at)
        await at.press("pagedown", "pagedown", "pagedown", "pagedown", "pagedown")
        assert page.said == [("Table.Wanted", "")]
        page.table.append([row(number) for number in range(50, 60)])
        await at.press("end")
        await at.sees("Person 59")
        assert page.said == [("Table.Wanted", "")]


async def test_the_cursor_passes_over_headings() -> None:
    page = Bench()
    async with desk(FakeServer(), page) as at:
        page.table.show([Row("y", ("2026",), heading=True), row(1), Row("z", ("2025",), heading=True), row(2)])
        await in_table(at)
        await at.press("enter", "down", "enter", "home", "enter", "up", "enter")
        assert [key for _name, key in page.said] == ["1", "2", "1", "1"]


async def test_rows_shown_anew_keep_the_cursor_on_its_row() -> None:
    page = Bench(rows=5)
    async with desk(FakeServer(), page) as at:
        await in_table(at)
        await at.press("down", "down")
        page.table.show([row(9), row(2)])
        assert page.table.marked == row(2)
        page.table.mark("9")
        assert page.table.marked == row(9)


async def test_a_wider_terminal_gives_room_to_the_columns_that_grow() -> None:
    ends = []
    for size in ((80, 24), (120, 40)):
        async with desk(FakeServer(), Bench(rows=1), size=size) as at:
            ends.append(next(line for line in at.text().splitlines() if "Person 0" in line).index("$0.70"))
    assert ends[1] > ends[0]


async def test_ten_thousand_rows_are_as_quick_as_ten() -> None:
    page = Bench(rows=10_000)
    async with desk(FakeServer(), page) as at:
        await in_table(at)
        await at.press("end")
        await at.sees("Person 9999")
