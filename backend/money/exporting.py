"""Transaction Details as a table for other programs: rows of CSV (RFC 4180), a piece at a time.

The terminal joins the rows with CRLF, and asks for the next piece with the cursor of the last: nothing is held for it
between two pieces. What was entered after the first piece is in none of them. A cell of text that a spreadsheet would
take for a formula begins with an apostrophe; amounts and days are made here and stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import text

from backend.db import Tx
from backend.errors import Problem
from backend.money import lines, transactions
from backend.money.lines import Chosen
from backend.money.transactions import Filter, TransactionView
from backend.money.where import Where
from backend.paging import cursor_of, instant_of, parts_of, whole_of
from backend.security import Actor
from backend.types import microseconds

ROWS: Final = 250
"""Lines of one piece."""
HEADING: Final = (
    "Date Paid",
    "Incarcerated Individual's Name",
    "Appointment Date/Time",
    "Session Fee",
    "Transaction Fee",
    "Fee Source",
    "Details",
    "Tax",
    "Put on Account",
    "Total",
    "Currency",
    "Facility",
    "Time Zone",
    "What Became of It",
    "Line",
)
"""The seed's seven columns, then what they have no room for."""
DETAILS: Final = {
    "booked": "Booked",
    "cancelled": "Cancelled",
    "done": "Done",
    "refund": "Refund",
    "returned": "Returned",
    "top_up": "Put on balance",
    "credit": "Credit",
}
_ACTS: Final = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet takes for the beginning of a formula; full-width letters are taken for the plain ones."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of an export, the cursor of the next piece, and how far it has come: ``done`` of ``lines``."""

    rows: tuple[str, ...]
    next_cursor: str | None
    done: int
    lines: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece begins: behind which line, after how many of how many, as the ledger stood at which instant."""

    as_of: datetime
    lines: int
    done: int = 0
    after: tuple[int, str] | None = None


def table(tx: Tx, actor: Actor, chosen: Filter, cursor: str | None) -> Piece:
    """Return the next rows of the table, the oldest line first; the first piece begins with the heading.

    Raises ``invalid`` (422) for a cursor that was not made here, ``transactions_changed`` (409).
    """
    place, where = begun(tx, actor.account, chosen, cursor)
    found = read(tx, actor.account, where, place, ROWS)
    next_cursor = following(place, found, ROWS)
    if next_cursor is None:
        refuse_changed(tx, actor.account, where, place)
    rows = [_row(view) for view in transactions.views(tx, found)]
    if cursor is None:
        rows.insert(0, _csv(HEADING))
    return Piece(tuple(rows), next_cursor, place.done + len(found), place.lines)


def begun(tx: Tx, account_id: str, chosen: Filter, cursor: str | None) -> tuple[Place, Where]:
    """Return where a piece begins, and which lines are meant: of the first piece, all that there are now."""
    if cursor is None:
        where = transactions.where_of(tx, account_id, chosen, tx.now)
        return Place(tx.now, _count(tx, account_id, where)), where
    as_of, count, done, key, entry_id = parts_of(cursor, 5)
    place = Place(instant_of(as_of), whole_of(count), whole_of(done), (whole_of(key), entry_id))
    return place, transactions.where_of(tx, account_id, chosen, place.as_of)


def read(tx: Tx, account_id: str, where: Where, place: Place, limit: int) -> list[lines.Line]:
    """Return the next lines, the oldest first."""
    found = lines.page(tx, account_id, Chosen("date_paid", "asc", limit, place.after, where))
    return [line for _, line in found]


def following(place: Place, found: list[lines.Line], limit: int) -> str | None:
    """Return the cursor of the next piece, None behind the last line."""
    done = place.done + len(found)
    if len(found) < limit or done >= place.lines:
        return None
    last = found[-1]
    marks = (microseconds(place.as_of), place.lines, done, microseconds(last.entered_at))
    return cursor_of(*map(str, marks), last.id)


def refuse_changed(tx: Tx, account_id: str, where: Where, place: Place) -> None:
    """Refuse, at its last piece, an export of which some lines came late: its sums would not be those of its rows.

    An entry has the instant at which its transaction began, so it can be committed after the first piece was read and
    yet be as old as that. Raises ``transactions_changed`` (409).
    """
    if _count(tx, account_id, where) != place.lines:
        sentence = "A payment or a return came in while this was being made, so it is not whole."
        raise Problem("transactions_changed", 409, sentence, "Start it again: then that is in it.")


def harmless(cell: str) -> str:
    """Return a cell of text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_ACTS) else cell


def _count(tx: Tx, account_id: str, where: Where) -> int:
    said: dict[str, object] = {"account": account_id}
    clauses = ["e.account_id = :account", *where.clauses(said)]
    found = tx.session.execute(
        text(f"SELECT COUNT(*) FROM ledger_entry e WHERE {' AND '.join(clauses)}"),  # noqa: S608  # constants
        said,
    )
    return int(found.scalar_one())


def _row(view: TransactionView) -> str:
    zone = ZoneInfo(view.zone)
    of_visit = view.kind not in ("top_up", "credit") and view.appointment_at is not None
    visit = view.appointment_at.astimezone(zone) if view.appointment_at else None
    return _csv(
        (
            view.date_paid.astimezone(zone).date().isoformat(),
            harmless(view.individual_name),
            visit.strftime("%Y-%m-%d %H:%M") if visit and of_visit else "",
            _decimal(view.session_fee_minor),
            _decimal(view.transaction_fee_minor),
            harmless(view.fee_source_label),
            DETAILS[view.details],
            _decimal(view.tax_minor),
            _decimal(view.money_minor),
            _decimal(view.total_minor),
            harmless(view.currency),
            harmless(view.facility_name or ""),
            view.zone,
            harmless(view.details_sentence or ""),
            view.id,
        )
    )


def _decimal(minor: int) -> str:
    """Return an amount in minor units as a number: -570 is ``-5.70``."""
    whole, cents = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{whole}.{cents:02d}"


def _csv(cells: Iterable[str]) -> str:
    """Return one row, quoted where RFC 4180 asks for it, without its line end."""
    return ",".join(_quoted(cell) for cell in cells)


def _quoted(cell: str) -> str:
    return (
        '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in ',"\r\n') or cell != cell.strip() else cell
    )
