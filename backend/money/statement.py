"""A statement to be printed: plain text of 80 columns, page by page, with the prepaid balance before and after.

Made a piece at a time as :mod:`backend.money.exporting` makes its table, each piece a few whole pages.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import text

from backend.accounts import service as accounts
from backend.db import Tx
from backend.money import exporting, totals, transactions
from backend.money import where as choosing
from backend.money.exporting import DETAILS
from backend.money.transactions import EARLIEST, LATEST, Filter, TransactionView, midnight
from backend.money.where import EVERYTHING, Span, Where
from backend.money.words import amount_words
from backend.security import Actor

WIDTH: Final = 80
A_PAGE: Final = 22
"""Lines of Transaction Details on one page; each takes two lines of print."""
PAGES: Final = 10
"""Pages of one piece."""
_DAY, _SOURCE, _AMOUNT = 12, 16, 14
_WHAT: Final = WIDTH - _DAY - _SOURCE - _AMOUNT


@dataclass(frozen=True, slots=True)
class StatementPiece:
    """Some pages, each its lines of print; the cursor of the next piece, and how far it has come."""

    pages: tuple[tuple[str, ...], ...]
    next_cursor: str | None
    done: int
    lines: int


def statement(tx: Tx, actor: Actor, first: date | None, last: date | None, cursor: str | None) -> StatementPiece:
    """Return the next pages of what was paid and came back on the facilities' days ``first`` to ``last``.

    The first page begins with the prepaid balance before ``first``, the last ends with that after ``last``, and with
    totals. Raises ``invalid`` (422) for a cursor that was not made here, ``transactions_changed`` (409).
    """
    first = first if first and first > EARLIEST else None
    last = last if last and last < LATEST else None
    chosen = Filter(first, last)
    place, where = exporting.begun(tx, actor.account, chosen, cursor)
    found = exporting.read(tx, actor.account, where, place, A_PAGE * PAGES)
    following = exporting.following(place, found, A_PAGE * PAGES)
    views = transactions.views(tx, found)
    bodies = [
        [line for view in views[start : start + A_PAGE] for line in _entry(view)]
        for start in range(0, len(views), A_PAGE)
    ] or [[]]
    if cursor is None:
        before = until(tx, actor.account, first, place.as_of) if first else None
        bodies[0] = [*_balances(tx, actor.account, before, "Prepaid balance before"), *bodies[0]]
    if following is None:
        exporting.refuse_changed(tx, actor.account, where, place)
        closing = until(tx, actor.account, last + timedelta(days=1) if last else None, place.as_of)
        ends = _balances(tx, actor.account, closing, "Prepaid balance after")
        bodies[-1] = [*bodies[-1], _rule(), *ends, *_sums(totals.of(tx, actor.account, where))]
    number = place.done // A_PAGE + 1
    who = _name(tx, actor.account)
    pages = tuple((*_heading(who, chosen, place.as_of, number + at), *body) for at, body in enumerate(bodies))
    return StatementPiece(pages, following, place.done + len(found), place.lines)


def balance(tx: Tx, account_id: str, where: Where = EVERYTHING) -> dict[str, int]:
    """Return what these entries left on the prepaid balance of an account, in minor units by currency."""
    said: dict[str, object] = {"account": account_id, "books": f"balance:{account_id}"}
    clauses = " AND ".join(["e.account_id = :account", *where.clauses(said)])
    rows = tx.session.execute(
        text(
            "SELECT t.currency, SUM(CASE WHEN t.credit = :books THEN t.amount_minor ELSE -t.amount_minor END)"  # noqa: S608  # constants
            " FROM transfer t JOIN ledger_entry e ON e.id = t.entry_id"
            f" WHERE (t.credit = :books OR t.debit = :books) AND {clauses} GROUP BY t.currency ORDER BY t.currency"
        ),
        said,
    )
    return {currency: int(amount) for currency, amount in rows}


def until(tx: Tx, account_id: str, day: date | None, now: datetime) -> Where:
    """Return the entries of before a day of their facilities, and of no later than ``now``; without a day, all."""
    if day is None:
        return Where(as_of=now)
    zones = choosing.zones(tx, account_id, None, None)
    return Where(tuple(Span(zone, None, midnight(day, zone)) for zone in zones), as_of=now)


def _balances(tx: Tx, account_id: str, where: Where | None, label: str) -> list[str]:
    found = balance(tx, account_id, where) if where else {}
    return [_row("", label, "", amount_words(minor, currency)) for currency, minor in found.items()] or [
        _row("", label, "", amount_words(0, "USD"))
    ]


def _name(tx: Tx, account_id: str) -> str:
    who = accounts.accounts_by_id(tx, {account_id})[account_id]
    return f"{who.first_name} {who.last_name}"


def _heading(who: str, chosen: Filter, now: datetime, number: int) -> list[str]:
    return [
        _apart("Visit Desk", "Statement"),
        _apart(who, _days(chosen)),
        _apart(f"Page {number}", f"As of {_day(now.date())}"),
        "",
        _row("Date paid", "What for", "Paid from", "Amount"),
        _rule(),
    ]


def _days(chosen: Filter) -> str:
    match chosen.first, chosen.last:
        case None, None:
            return "All days"
        case None, last if last is not None:
            return f"Until {_day(last)}"
        case first, None if first is not None:
            return f"From {_day(first)}"
        case first, last:
            return f"{_day(first)} to {_day(last)}" if first and last else ""


def _entry(view: TransactionView) -> list[str]:
    """Return the two lines of print of one line of Transaction Details."""
    zone = ZoneInfo(view.zone)
    paid = _day(view.date_paid.astimezone(zone).date())
    if view.kind in ("top_up", "credit") or view.appointment_at is None:
        what = {"top_up": "Put on your prepaid balance", "credit": "Account credit"}.get(view.kind, "Came back")
        more = view.details_sentence or ""
    else:
        what = f"{DETAILS[view.details]}: visit with {view.individual_name}"
        fees = [("session fee", view.session_fee_minor), ("transaction fee", view.transaction_fee_minor)]
        fees += [("tax", view.tax_minor)] if view.tax_minor else []
        said = ", ".join(f"{name} {amount_words(minor, view.currency)}" for name, minor in fees)
        more = f"{_day(view.appointment_at.astimezone(zone).date())}; {said}; {view.facility_name or ''}"
    return [
        _row(paid, what, view.fee_source_label, amount_words(view.total_minor, view.currency)),
        " " * _DAY + _fit(more, WIDTH - _DAY),
    ]


def _sums(found: totals.Totals) -> list[str]:
    said: list[str] = []
    for one in found.currencies:
        for label, minor in (
            ("You paid for visits", one.by_you.charged_minor),
            ("Others paid for your visits", one.by_others.charged_minor),
            ("Came back to you", one.by_you.came_back_minor),
            ("You paid in all", one.by_you.net_minor),
            ("of that, tax", one.tax_minor),
            ("Put on your prepaid balance", one.put_on_balance_minor),
            ("Account credit given", one.credited_minor),
        ):
            if minor or label == "You paid in all":
                said.append(_row("", label, "", amount_words(minor, one.currency)))
    return said


def _row(day: str, what: str, source: str, amount: str) -> str:
    return f"{_fit(day, _DAY)}{_fit(what, _WHAT - 1)} {_fit(source, _SOURCE - 1)} {amount:>{_AMOUNT}}"


def _apart(left: str, right: str) -> str:
    return _fit(left, WIDTH - len(right) - 1) + " " + right


def _rule() -> str:
    return "-" * WIDTH


def _day(day: date) -> str:
    return f"{day:%m/%d/%Y}"


def _fit(words: str, width: int) -> str:
    """Return words cut or filled up to ``width`` columns of print, in which wide letters take two."""
    kept: list[str] = []
    taken = 0
    for letter in words:
        wide = 0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if taken + wide > width:
            return _fit("".join(kept)[:-1], width - 1) + "~" if kept else " " * width
        kept.append(letter)
        taken += wide
    return "".join(kept) + " " * (width - taken)
