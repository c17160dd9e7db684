"""The code to scan."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import zxingcpp
from PIL import Image
from textual.strip import Strip

from tests.tui.support import FakeServer, desk
from tui import qr
from tui.screens.calendar_code import CalendarCode
from tui.screens.page import Page
from tui.screens.schedule_visit.scan import ScanPage

LINK = "https://visit.example.org/shelby/VD-7K3M9Q"
ENTRY = "BEGIN:VEVENT\nSUMMARY:Visit VD-7K3M9Q\nDTSTART:20261201T140000Z\nDTEND:20261201T143000Z\nEND:VEVENT"
MODULE = 4
"""Pixels of a module in the picture that the reader gets."""


def read_by_a_phone(strips: list[Strip]) -> str:
    """Return what a reader finds on the glass: every cell two modules high, light where nothing says dark."""
    rows: list[list[bool]] = []
    for strip in strips:
        upper: list[bool] = []
        lower: list[bool] = []
        for segment in strip:
            ground = segment.style.bgcolor if segment.style else None
            light = ground is not None and ground.get_truecolor() == (255, 255, 255)
            for sign in segment.text:
                upper.append(not light or sign in "█▀")
                lower.append(not light or sign in "█▄")
        rows += [upper, lower]
    picture = Image.new("L", (max(map(len, rows)), len(rows)), 0)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            picture.putpixel((x, y), 0 if dark else 255)
    picture = picture.resize((picture.width * MODULE, picture.height * MODULE), Image.Resampling.NEAREST)
    return "".join(found.text for found in zxingcpp.read_barcodes(picture))


@pytest.mark.parametrize(
    ("page", "said"),
    [
        pytest.param(lambda: ScanPage(LINK, "From Tue Dec 1"), LINK, id="link"),
        pytest.param(lambda: CalendarCode(ENTRY, "VD-7K3M9Q"), ENTRY, id="calendar entry"),
    ],
)
async def test_a_phone_reads_the_code_from_a_terminal_of_80x24(page: Callable[[], Page[None]], said: str) -> None:
    async with desk(FakeServer(), page()) as at:
        await at.sees("▀")
        assert read_by_a_phone(at.app.screen._compositor.render_strips()) == said


def test_the_code_is_what_a_reader_reads_whatever_it_says() -> None:
    for text in ("VD-7K3M9Q", "x" * 53, "x" * 106, "é" * 9):
        code = qr.encode(text)
        edge = qr.QUIET * 2 + len(code)
        picture = Image.new("L", (edge, edge), 255)
        for y, row in enumerate(code):
            for x, dark in enumerate(row):
                picture.putpixel((x + qr.QUIET, y + qr.QUIET), 0 if dark else 255)
        (found,) = zxingcpp.read_barcodes(picture.resize((edge * MODULE, edge * MODULE), Image.Resampling.NEAREST))
        assert found.text == text


@pytest.mark.parametrize(("length", "side"), [(1, 21), (17, 21), (18, 25), (32, 25), (53, 29), (78, 33), (106, 37)])
def test_a_longer_link_takes_a_larger_code(length: int, side: int) -> None:
    code = qr.encode("x" * length)
    assert len(code) == len(code[0]) == side == qr.side("x" * length)


def test_a_link_that_is_too_long_is_refused() -> None:
    with pytest.raises(qr.TooLong):
        qr.encode("x" * 107)


def test_letters_beyond_ascii_count_by_their_bytes() -> None:
    assert qr.side("é" * 9) == 25
