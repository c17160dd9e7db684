"""A visit's calendar file is saved once and whole, whatever keys are pressed meanwhile."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from tests.tui.screens.account_world import world
from tests.tui.support import Desk, FakeServer, desk
from tui.screens import save_calendar
from tui.screens.save_calendar import SaveCalendar
from tui.screens.schedule_visit.calendar_file import Saved, save_new
from tui.screens.visit_details import VisitDetails
from tui.settings import Settings
from tui.widgets.field import Field

TEXT = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
PATH = "/v1/visits/V1/calendar"


def calendar() -> FakeServer:
    """Return a server that has the file."""
    server = FakeServer()
    server.answer("GET", PATH, TEXT)
    return server


def files(folder: Path) -> list[str]:
    """Return the names of what is in a folder."""
    return [file.name for file in folder.iterdir()]


async def save_as(at: Desk, path: Path) -> None:
    """Fill in where to."""
    await at.sees("Save as")
    at.screen.query_one(Field).value = str(path)


async def test_a_second_enter_while_the_file_is_fetched_saves_one_file_and_complains_of_nothing(tmp_path: Path) -> None:
    server = calendar()
    gate = server.hold("GET", PATH)
    page = SaveCalendar("V1", "VD-1")
    async with desk(server, page) as at:
        await save_as(at, tmp_path / "a.ics")
        await at.press("enter", "enter", "enter")
        gate.open()
        await at.until(lambda: not page.is_attached)
        assert server.seen("GET", PATH) == 1
        assert files(tmp_path) == ["a.ics"]
        assert (tmp_path / "a.ics").read_bytes() == TEXT.encode()


async def test_leaving_before_the_file_is_fetched_saves_nothing(tmp_path: Path) -> None:
    server = calendar()
    gate = server.hold("GET", PATH)
    page = SaveCalendar("V1", "VD-1")
    async with desk(server, page) as at:
        await save_as(at, tmp_path / "a.ics")
        await at.press("enter", "escape")
        await at.until(lambda: not page.is_attached)
        gate.open()
        await at.pilot.pause()
        assert files(tmp_path) == []


async def test_while_the_file_is_written_neither_enter_nor_escape_gets_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = threading.Event()
    saves: list[str] = []

    async def slow(path: str, text: str) -> Saved:
        saves.append(path)
        await asyncio.to_thread(disk.wait, 10)
        return await save_new(path, text)

    monkeypatch.setattr(save_calendar, "save_new", slow)
    page = SaveCalendar("V1", "VD-1")
    async with desk(calendar(), page) as at:
        await save_as(at, tmp_path / "a.ics")
        await at.press("enter")
        await at.until(lambda: bool(saves))
        await at.press("enter", "escape")
        await at.sees("One moment: the file is being saved.")
        disk.set()
        await at.until(lambda: not page.is_attached)
        assert len(saves) == 1
        assert (tmp_path / "a.ics").read_bytes() == TEXT.encode()


async def test_a_server_that_refuses_can_be_asked_again(tmp_path: Path) -> None:
    server = calendar()
    server.refuse("GET", PATH, 404, "not_found", "There is no such visit.", then=TEXT)
    page = SaveCalendar("V1", "VD-1")
    async with desk(server, page) as at:
        await save_as(at, tmp_path / "a.ics")
        await at.press("enter")
        await at.until(lambda: server.seen("GET", PATH) == 1)
        await at.press("enter")
        await at.until(lambda: not page.is_attached)
        assert (tmp_path / "a.ics").exists()


async def test_over_ssh_nothing_is_saved_on_the_host() -> None:
    settings = Settings(server="http://127.0.0.1:9", profile="ssh", time_zone="America/New_York")
    async with desk(world(), VisitDetails("V1"), settings=settings) as at:
        await at.sees("Confirmed")
        await at.press("s")
        await at.sees("This terminal keeps no files.")
