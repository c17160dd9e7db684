"""A text to read to its end."""

from __future__ import annotations

from tests.tui.widgets.stage import Stage
from tui.widgets.scroll_text import ScrollText

LONG = "\n\n".join(f"Paragraph {n} of this text." for n in range(40))


async def test_a_text_that_fits_has_been_read_at_once() -> None:
    shown = ScrollText("Short.")
    async with Stage(shown).run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        assert shown.at_end
        assert isinstance(pilot.app, Stage)
        assert "You have read to the end." in pilot.app.text()


async def test_the_end_counts_only_once_every_line_was_shown() -> None:
    shown = ScrollText(LONG)
    async with Stage(shown).run_test(size=(40, 12)) as pilot:
        await pilot.press("end")
        assert shown.lines_left > 0
        while shown.lines_left:
            await pilot.press("pagedown")
        assert shown.at_end
        assert isinstance(pilot.app, Stage)
        assert "Paragraph 39" in pilot.app.text()


async def test_reading_back_takes_nothing_away() -> None:
    shown = ScrollText(LONG)
    async with Stage(shown).run_test(size=(40, 12)) as pilot:
        await pilot.press("down", "down")
        left = shown.lines_left
        await pilot.press("home")
        assert shown.lines_left == left


async def test_a_narrower_window_keeps_the_place_and_never_counts_unshown_lines() -> None:
    shown = ScrollText(LONG)
    async with Stage(shown).run_test(size=(60, 12)) as pilot:
        await pilot.press("pagedown")
        await pilot.resize_terminal(18, 12)
        assert not shown.at_end
        assert isinstance(pilot.app, Stage)
        await pilot.pause()
        assert "Paragraph 5" in pilot.app.text()


async def test_another_text_counts_as_unread() -> None:
    shown = ScrollText("Short.")
    async with Stage(shown).run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        shown.show(LONG)
        assert not shown.at_end


async def test_what_would_act_on_the_terminal_is_only_drawn() -> None:
    shown = ScrollText("[red]no[/nope]\x1b[2J and on")
    async with Stage(shown).run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        assert isinstance(pilot.app, Stage)
        assert "[red]no[/nope]?[2J and on" in pilot.app.text()
