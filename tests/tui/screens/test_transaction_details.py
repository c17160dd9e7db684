"""Transaction Details: the seed's seven columns, sorted, filtered and paged by the server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend_client import Page
from tests.tui.screens.account_world import TAXED, TOP_UP, TRANSACTIONS, reads, world
from tests.tui.support import Desk, FakeServer, desk
from tui.screens import transaction_window
from tui.screens.transaction_details import TransactionDetails
from tui.widgets.table import Table

PATH = "/v1/transactions"


def heading(at: Desk) -> str:
    """Return the table's heading, its lines joined column by column as a person reads them."""
    lines = at.text().splitlines()
    last = next(n for n, line in enumerate(lines) if "Date/Time" in line)
    rows = [line.ljust(80) for line in lines[last - 2 : last + 1]]
    edges = ((1, 7), (8, 23), (24, 42), (43, 50), (51, 62), (63, 72), (73, 80))
    return " | ".join(" ".join(" ".join(row[a:b] for row in rows).split()) for a, b in edges)


async def shows_heading(at: Desk, title: str) -> None:
    await at.until(lambda: title in heading(at))


def last_query(server: FakeServer) -> dict[str, str]:
    return server.asked("GET", PATH)[-1].query


async def test_it_has_exactly_the_columns_of_the_seed_and_cuts_none_of_them() -> None:
    async with desk(world(), TransactionDetails()) as at:
        await at.sees("Luz Ortega-Baca")
        assert heading(at) == (
            "Date Paid ▾ | Incarcerated Individual's Name | Appointment Date/Time | Session Fee | Transaction Fee"
            " | Fee Source | Details"
        )


async def test_every_line_is_shown_whole_under_its_year() -> None:
    async with desk(world(), TransactionDetails()) as at:
        glass = await at.sees("2026", "2025", "12/10 9:00 AM CST", "Visa 4242 Booked", "No charge Done")
        assert "-$5.70       $0.00 Visa 4242 Refund" in glass
        assert glass.index("2026\n") < glass.index("11/22") < glass.index("2025\n") < glass.index("12/28")


async def test_below_stands_what_became_of_the_marked_line_with_its_years() -> None:
    async with desk(world(), TransactionDetails()) as at:
        await at.sees("Paid Sun Nov 22, 2026, for the visit on Thu Dec 10, 2026.")
        await at.press("down")
        await reads(at, "Cancelled by the facility on Nov 16 (lockdown). $5.70 came back to Visa 4242.")
        await at.press("end")
        await at.sees("Paid Sun Dec 28, 2025")


async def test_s_sorts_by_column_after_column_and_t_turns_the_order_round() -> None:
    server = world()
    async with desk(server, TransactionDetails()) as at:
        await at.sees("Luz Ortega-Baca")
        assert (last_query(server)["sort"], last_query(server)["order"]) == ("date_paid", "desc")
        for column, order, shown in (
            ("individual", "asc", "Incarcerated Individual's Name ▴"),
            ("appointment", "desc", "Appointment Date/Time ▾"),
            ("session_fee", "asc", "Session Fee ▴"),
            ("transaction_fee", "asc", "Transaction Fee ▴"),
            ("fee_source", "asc", "Fee Source ▴"),
            ("date_paid", "desc", "Date Paid ▾"),
        ):
            await at.press("s")
            await shows_heading(at, shown)
            assert (last_query(server)["sort"], last_query(server)["order"]) == (column, order)
        await at.press("t")
        await at.sees("By Date Paid, from the first on")
        assert last_query(server)["order"] == "asc"
        await at.until(lambda: "Date Paid ▴" in heading(at))


async def test_a_filter_shows_some_days_or_one_person_and_can_be_taken_away() -> None:
    server = world()
    async with desk(server, TransactionDetails()) as at:
        await at.sees("Luz Ortega-Baca")
        await at.press("slash")
        await at.sees("Show only what was paid")
        await at.type("11/1/2026")
        await at.press("tab")
        await at.type("11/15/2026")
        await at.press("tab")
        await at.type("rivera")
        server.answer("GET", PATH, Page(TRANSACTIONS[2:3]))
        await at.press("enter")
        await reads(at, "Only from Sun Nov 1, 2026, to Sun Nov 15, 2026, visits with “rivera”. A shows all.")
        asked = last_query(server)
        assert (asked["from"], asked["to"], asked["person"]) == ("2026-11-01", "2026-11-15", "rivera")
        await at.press("slash")
        await at.sees("11/01/2026", "11/15/2026", "rivera")
        await at.press("escape")
        server.answer("GET", PATH, Page(TRANSACTIONS))
        await at.press("a")
        await at.sees("Luz Ortega-Baca")
        assert "person" not in last_query(server)


async def test_the_footer_has_a_for_all_while_a_filter_is_on() -> None:
    server = world()
    async with desk(server, TransactionDetails()) as at:
        glass = await at.sees("Luz Ortega-Baca", "X Export  Esc Back  ? Help")
        assert "A All" not in glass
        await at.press("slash", "tab", "tab")
        await at.type("rivera")
        await at.press("enter")
        await at.sees("X Export   A All   Esc Back   ? Help")
        await at.pilot.resize_terminal(120, 40)
        await at.sees("T Reverse", "A All", "Left Right Tabs")
        await at.press("a")
        await at.sees_not("A All")


async def test_with_room_the_details_are_said_in_full() -> None:
    async with desk(world(), TransactionDetails()) as at:
        await at.sees("Visa 4242 Cancel.")
        await at.pilot.resize_terminal(120, 40)
        await at.sees("Cancelled\n")
        await at.sees("\n    My Facilities")


async def test_a_filter_that_cannot_be_meant_says_so_and_keeps_what_was_typed() -> None:
    async with desk(world(), TransactionDetails()) as at:
        await at.sees("Luz Ortega-Baca")
        await at.press("slash")
        await at.type("yesterday")
        await at.press("enter")
        await reads(at, "Write the day as month, day and year: 11/22/2026.", "yesterday")
        await at.press(*["backspace"] * 9)
        await at.type("11/15/2026")
        await at.press("tab")
        await at.type("11/1/2026")
        await at.press("enter")
        await at.sees("This day is before the first one.")
        await at.paste("9" * 100_000)
        await at.sees("Too long")


async def test_where_no_line_fits_it_says_how_to_see_all() -> None:
    server = world()
    async with desk(server, TransactionDetails()) as at:
        await at.sees("Luz Ortega-Baca")
        server.answer("GET", PATH, Page(()))
        await at.press("slash", "tab", "tab")
        await at.type("nobody")
        await at.press("enter")
        await at.sees("No line fits. A shows all.")


async def test_more_lines_are_read_from_the_server_as_the_cursor_comes_near_the_end() -> None:
    many = tuple(replace(TRANSACTIONS[0], id=f"L{n}", individual_name=f"Person {n:03}") for n in range(100))
    server = world()
    server.answer("GET", PATH, Page(many[:50], "second"), Page(many[50:]))
    async with desk(server, TransactionDetails()) as at:
        await at.sees("Person 000")
        assert server.seen("GET", PATH) == 1
        await at.press("end")
        await at.until(lambda: server.seen("GET", PATH) == 2)
        assert last_query(server)["cursor"] == "second"
        await at.press("down")
        await at.sees(">11/22  Person 050")
        await at.press("end")
        await at.sees(">11/22  Person 099")


async def test_enter_tells_the_whole_story_and_v_opens_its_visit() -> None:
    server = world()
    server.answer("GET", PATH, Page((replace(TRANSACTIONS[0], visit_id="V1"),)))
    async with desk(server, TransactionDetails()) as at:
        await at.sees("Booked")
        await at.press("enter")
        await at.sees(
            "Mateo Rivera, Thu Dec 10, 9:00 AM CST", "Tax                    $0.40", "In all                 $6.10"
        )
        await at.press("pagedown")
        await at.sees("Visa ending 0002: declined", "The card was declined.")
        await at.press("end")
        await at.sees("Visit confirmed, by you at a kiosk", "by the facility at a terminal (lockdown)")
        await at.sees("Something is wrong with this charge?")
        await at.press("v")
        await at.sees("Visit VD-7K3M9Q")
        await at.press("escape")
        await at.press("w")
        await at.sees("What is wrong with this charge?", "$6.10 from")
        await at.press("escape", "escape")
        await at.sees("TRANSACTION DETAILS")


async def test_what_was_put_on_the_balance_stands_in_the_same_columns_and_tax_below() -> None:
    server = world()
    server.answer("GET", PATH, Page((TOP_UP, TAXED)))
    async with desk(server, TransactionDetails()) as at:
        await at.sees("Prepaid balance +$20.00                  -           - Visa 4242 Top-up")
        await at.sees("On Sun Nov 22, 2026.", "$20.00 was put on your prepaid balance.")
        await at.press("down")
        await at.sees("With $0.40 of tax it is $6.10 in all.")


async def test_the_totals_of_what_is_shown_come_behind_the_lines_and_m_tells_them_by_source_and_month() -> None:
    server = world()
    gate = server.hold("GET", f"{PATH}/totals")
    async with desk(server, TransactionDetails()) as at:
        await at.sees("Luz Ortega-Baca")
        gate.open()
        await at.sees("5 lines; you paid $27.10, $5.70 came back, $21.40 in all.")
        await at.press("slash", "tab", "tab", "tab")
        await at.type("shelby")
        await at.press("tab")
        await at.type("cas")
        await at.press("enter")
        await reads(at, "Only at “shelby”, paid from cash.")
        asked = server.asked("GET", f"{PATH}/totals")[-1].query
        assert asked == {"facility": "shelby", "source": "cash"}
        await at.press("m")
        await at.sees("By fee source", "Prepaid balance", "November 2026", "December 2025")


async def test_far_down_the_terminal_keeps_a_stretch_of_the_list_and_reads_the_rest_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transaction_window, "MOST", 100)
    pages = [
        Page(
            tuple(replace(TRANSACTIONS[0], id=f"L{n}", individual_name=f"Person {n:03}") for n in range(at, at + 50)),
            str(at + 50) if at < 200 else None,
        )
        for at in range(0, 250, 50)
    ]
    server = world()
    server.answer("GET", PATH, *pages, pages[2], pages[1], pages[0])
    page = TransactionDetails()
    async with desk(server, page) as at:
        await at.sees("Person 000")
        table = page.query_one(Table)
        for last in range(99, 250, 50):
            await at.press("end")
            await at.until(lambda last=last: table.rows[-1].key == f"L{last}")  # type: ignore[misc]
        await at.press("end")
        await at.sees(">11/22  Person 249")
        assert len(table.rows) == 101
        for first in (100, 50):
            asked = server.seen("GET", PATH)
            while server.seen("GET", PATH) == asked:
                await at.press("pageup")
            await at.until(lambda first=first: table.rows[1].key == f"L{first}")  # type: ignore[misc]
            assert last_query(server)["cursor"] == str(first)
        glass = at.text()
        marked = next(line for line in glass.splitlines() if line.startswith(">"))
        assert f"Person {int(table.rows[table.cursor].key[1:]):03}" in marked
        await at.press("home")
        await at.sees(">11/22  Person 000")
        assert "cursor" not in last_query(server)


async def test_a_payment_elsewhere_is_shown_without_a_key() -> None:
    server = world()
    server.answer("GET", PATH, Page(()))
    async with desk(server, TransactionDetails()) as at:
        await at.sees("No charge and no refund yet.")
        server.answer("GET", PATH, Page(TRANSACTIONS))
        server.announce("payment", "P1")
        await at.sees("Luz Ortega-Baca")
