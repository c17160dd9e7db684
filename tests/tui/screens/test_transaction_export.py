"""Taking Transaction Details away: whole files or none, piece by piece, and no file where none are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from backend_client import ExportPiece, StatementPiece
from tests.tui.screens.account_world import dims, reads, world
from tests.tui.support import Desk, FakeServer, desk
from tui import printer
from tui.screens.transaction_details import TransactionDetails
from tui.screens.transaction_export import SaveTransactions
from tui.screens.transaction_filter import Filter
from tui.settings import Settings
from tui.take_home import Slip
from tui.widgets.field import Field

EXPORT, STATEMENT = "/v1/transactions/export", "/v1/statement"
SSH = Settings(server="http://127.0.0.1:9", profile="ssh", time_zone="America/New_York")


def server() -> FakeServer:
    made = world()
    first = ExportPiece(("Date Paid,Name", '11/22/2026,"Rivera, Mateo"'), 1, 3, "second")
    made.answer("GET", EXPORT, first, ExportPiece(("2026-11-16,Luz", "2026-11-15,Luz"), 3, 3))
    made.answer("GET", STATEMENT, StatementPiece((("a  ", "b"), ("c",)), 2, 3, "next"), StatementPiece((("d",),), 3, 3))
    return made


async def save_as(at: Desk, path: Path) -> None:
    await at.sees("Save as")
    at.screen.query_one(Field).value = str(path)
    at.screen.query_one(Field).take_focus()
    await at.press("enter")


async def test_a_table_is_saved_whole_with_crlf_for_what_is_shown_and_for_its_owner_alone(
    tmp_path: Path,
) -> None:
    made = server()
    page = SaveTransactions(Filter(from_date=date(2026, 11, 1), person="rivera", source="card"))
    async with desk(made, page) as at:
        await at.sees("A statement has all lines of its days")
        await save_as(at, tmp_path / "a.csv")
        await at.until(lambda: not page.is_attached)
    saved = tmp_path / "a.csv"
    assert saved.read_bytes() == (
        b'Date Paid,Name\r\n11/22/2026,"Rivera, Mateo"\r\n2026-11-16,Luz\r\n2026-11-15,Luz\r\n'
    )
    assert saved.stat().st_mode & 0o777 == 0o600
    first, second = made.asked("GET", EXPORT)
    assert first.query == {"from": "2026-11-01", "person": "rivera", "source": "card"}
    assert second.query == {**first.query, "cursor": "second"}


async def test_a_statements_pages_are_parted_by_form_feeds(tmp_path: Path) -> None:
    page = SaveTransactions(Filter())
    async with desk(server(), page) as at:
        await at.sees("A statement to print")
        await at.press("2")
        await at.sees("~/statement.txt")
        await save_as(at, tmp_path / "a.txt")
        await at.until(lambda: not page.is_attached)
    assert (tmp_path / "a.txt").read_text() == "a\nb\n\fc\n\fd\n"


async def test_how_far_it_is_shows_and_leaving_stops_it_and_leaves_no_file(tmp_path: Path) -> None:
    made = server()
    made.answer("GET", EXPORT, ExportPiece(("row",), 1_000, 100_000, "second"))
    page = SaveTransactions(Filter())
    async with desk(made, page) as at:
        await save_as(at, tmp_path / "a.csv")
        await at.sees("1,000 of 100,000 lines. Esc stops.")
        assert (tmp_path / "a.csv").exists()
        await at.press("escape")
        await at.until(lambda: not page.is_attached and not (tmp_path / "a.csv").exists())


async def test_a_server_that_fails_half_way_leaves_no_half_file_and_it_can_be_tried_again(tmp_path: Path) -> None:
    made = server()
    made.refuse("GET", EXPORT, 403, "not_allowed", "Not now.")
    page = SaveTransactions(Filter())
    async with desk(made, page) as at:
        await save_as(at, tmp_path / "a.csv")
        await at.sees("This account may not do that.")
        await at.until(lambda: not any(tmp_path.iterdir()))
        made.answer("GET", EXPORT, ExportPiece(("row",), 1, 1))
        await at.press("enter")
        await at.until(lambda: not page.is_attached)
    assert (tmp_path / "a.csv").read_bytes() == b"row\r\n"


async def test_a_file_that_is_there_already_is_left_alone(tmp_path: Path) -> None:
    there = tmp_path / "a.csv"
    there.write_text("mine")
    async with desk(server(), SaveTransactions(Filter())) as at:
        await save_as(at, there)
        await reads(at, "There is a file of that name already")
        assert at.screen.query_one(Field).value == str(tmp_path / "a-2.csv")
    assert there.read_text() == "mine"


async def test_where_no_files_are_kept_it_says_so_or_prints_what_the_lines_come_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with desk(world(), TransactionDetails(), settings=SSH) as at:
        await at.sees("Luz Ortega-Baca")
        await dims(at, "export")
        await at.press("x")
        await at.sees("This terminal keeps no files.")

    slips: list[Slip] = []

    async def printed(where: str, slip: Slip) -> str:
        assert where == "printer.local"
        slips.append(slip)
        return ""

    monkeypatch.setattr(printer, "print_slip", printed)
    async with desk(world(), TransactionDetails(), settings=replace(SSH, printer="printer.local")) as at:
        await at.sees("Luz Ortega-Baca")
        await at.press("x")
        await at.sees("Printed.")
    assert "You paid in all: $21.40" in slips[0].paragraphs
