"""``report settlement`` and ``report liabilities``: what an operator is told of the books, line by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from backend.cli.report import Report, Say, count_of
from backend.context import Context
from backend.errors import invalid
from backend.facilities.setup import one_called
from backend.money.amounts import CURRENCY
from backend.money.days import of_our_era, span_of
from backend.money.reports import liabilities as owed
from backend.money.reports.settlement import CASH, Period, SettledDay, Sums, settled_days
from backend.text import Day, Line

SOURCES: Final = {
    "card": "Card",
    "balance": "Balance",
    "credit": "Credit",
    "free": "Free",
    "promo": "Promo",
    "facility": "Facility",
    "none": "No charge",
    CASH: "Cash taken",
}
_COLUMNS: Final = "  {:<11}{:>8}{:>13}{:>13}{:>13}{:>11}"
"""71 columns: it is read on terminals of 80."""
_SETTLEMENT_CSV: Final = (
    "date",
    "facility_id",
    "facility",
    "fee_source",
    "currency",
    "charges",
    "charged",
    "refunds",
    "refunded",
    "net",
    "tax_charged",
    "tax_refunded",
)
_LIABILITIES_CSV: Final = ("kind", "id", "receipt", "facility", "since", "currency", "amount", "state")
_FORMULAS: Final = ("=", "+", "-", "@")
"""What a spreadsheet takes for a formula, where a name begins with it."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """Facility-local dates, both included, of one facility or of all; as CSV or for people."""

    first_day: Day
    last_day: Day
    facility: Line | None = None
    as_csv: bool = False


@dataclass(frozen=True, slots=True)
class Liabilities:
    """The UTC date at whose end things are as they are told; without one, now."""

    on: Day | None = None
    as_csv: bool = False


def settlement(context: Context, asked: Settlement, say: Say) -> Report:
    """Tell what each facility earned on each of its days, by fee source."""
    if asked.last_day < asked.first_day:
        raise invalid("to", "The last day is before the first one.")
    facility = asked.facility
    facility_id = context.db.read_now(lambda tx: one_called(tx, facility).id) if facility else None
    period = Period(asked.first_day, asked.last_day, facility_id)
    totals: dict[tuple[str, str], Sums] = {}
    tell = _settlement_csv if asked.as_csv else _settlement_lines
    if asked.as_csv:
        say(_csv(*_SETTLEMENT_CSV))
    for day in settled_days(context.db.read_now, period):
        tell(day, say)
        for key, sums in day.sums.items():
            totals.setdefault(key, Sums()).add(sums)
    if asked.as_csv:
        return Report(())
    span = f"{asked.first_day} to {asked.last_day}"
    if not totals:
        return Report((f"Nothing was charged, given back or taken in cash from {span}.",))
    return Report(tuple(_total_lines(f"All days, {span}", totals)))


def _settlement_lines(day: SettledDay, say: Say) -> None:
    for line in _block(f"{day.day}  {day.facility}", day.sums):
        say(line)
    say("")


def _block(title: str, sums: dict[tuple[str, str], Sums]) -> list[str]:
    return [
        title,
        _COLUMNS.format("", "CHARGES", "CHARGED", "REFUNDED", "NET", "TAX"),
        *(_row(_source(key), sums[key]) for key in _in_order(sums)),
    ]


def _total_lines(title: str, totals: dict[tuple[str, str], Sums]) -> list[str]:
    """Return the totals; what was taken in cash is no part of what was earned: it was put on balances."""
    lines = _block(title, totals)
    for currency in sorted({currency for _, currency in totals}):
        earned = Sums()
        for (source, of), sums in totals.items():
            if of == currency and source != CASH:
                earned.add(sums)
        lines.append(_row("Earned" if currency == CURRENCY else f"Earned {currency}", earned))
    return lines


def _row(title: str, sums: Sums) -> str:
    amounts = (sums.charged, sums.refunded, sums.net, sums.tax)
    return _COLUMNS.format(title, sums.charges, *(f"{_decimal(amount):>12}" for amount in amounts))


def _settlement_csv(day: SettledDay, say: Say) -> None:
    for source, currency in _in_order(day.sums):
        sums = day.sums[source, currency]
        say(
            _csv(
                day.day,
                day.facility_id,
                day.facility,
                source,
                currency,
                sums.charges,
                _plain(sums.charged),
                sums.refunds,
                _plain(sums.refunded),
                _plain(sums.net),
                _plain(sums.tax_charged),
                _plain(sums.tax_refunded),
            )
        )


def _in_order(sums: dict[tuple[str, str], Sums]) -> list[tuple[str, str]]:
    known = list(SOURCES)
    return sorted(sums, key=lambda key: (known.index(key[0]), key[1]))


def _source(key: tuple[str, str]) -> str:
    source, currency = key
    return SOURCES[source] if currency == CURRENCY else f"{SOURCES[source]} {currency}"


@dataclass(slots=True)
class _Owed:
    """A line of the totals: of how many, how much."""

    count: int = 0
    amount: int = 0

    def add(self, amount: int) -> None:
        self.count += 1
        self.amount += amount


def liabilities(context: Context, asked: Liabilities, say: Say) -> Report:
    """Tell what is owed to visitors: idle accounts and open codes one by one, everything else in sums."""
    now = context.db.read_now(lambda tx: tx.now)
    at = now if asked.on is None else min(span_of(of_our_era("on", asked.on), "UTC")[1], now)
    if asked.as_csv:
        _liabilities_csv(context, at, say)
        return Report(())
    sums = {name: _Owed() for name in ("balance", "credit", "waiting", "expired", "idle")}
    _idle_accounts(context, at, sums, say)
    _open_codes(context, at, sums, say)
    return Report(tuple(_owed_lines(at, sums)))


def _idle_accounts(context: Context, at: datetime, sums: dict[str, _Owed], say: Say) -> None:
    columns = "  {:<28}{:<12}{:>14}{:>14}"
    heading = _once(
        say, "Accounts with money, idle for 180 days", columns.format("ACCOUNT", "LAST SEEN", "BALANCE", "CREDIT")
    )
    for held in owed.accounts(context.db.read_now, at):
        for name, amount in (("balance", held.balance), ("credit", held.credit)):
            if amount:
                sums[name].add(amount)
        if held.idle:
            sums["idle"].add(held.balance + held.credit)
            heading()
            seen = held.last_seen_at.date().isoformat()
            say(columns.format(held.account_id, seen, _decimal(held.balance), _decimal(held.credit)))
    if sums["idle"].count:
        say("")


def _open_codes(context: Context, at: datetime, sums: dict[str, _Owed], say: Say) -> None:
    columns = "  {:<14}{:<28}{:<12}{:<10}{:>12}"
    heading = _once(
        say, "Cash whose code nobody has entered", columns.format("RECEIPT", "FACILITY", "TAKEN", "CODE", "AMOUNT")
    )
    for code in owed.codes(context.db.read_now, at):
        sums[code.state].add(code.amount_minor)
        heading()
        taken, state = code.taken_at.date().isoformat(), "waits" if code.state == "waiting" else "expired"
        say(columns.format(_cut(code.receipt, 13), _cut(code.facility, 27), taken, state, _decimal(code.amount_minor)))
    if sums["waiting"].count or sums["expired"].count:
        say("")


def _owed_lines(at: datetime, sums: dict[str, _Owed]) -> list[str]:
    columns = "  {:<30}{:>14}{:>16}"
    rows = (
        ("Prepaid balances", sums["balance"], "account"),
        ("Unused account credit", sums["credit"], "account"),
        ("Codes that nobody entered", sums["waiting"], "code"),
        ("Codes that expired", sums["expired"], "code"),
    )
    return [
        f"Owed to visitors on {at:%Y-%m-%d %H:%M} UTC",
        *(columns.format(name, count_of(one.count, what), _decimal(one.amount)) for name, one, what in rows),
        columns.format("All of it", "", _decimal(sum(one.amount for _, one, _ in rows))),
        columns.format(
            "Of it idle for 180 days", count_of(sums["idle"].count, "account"), _decimal(sums["idle"].amount)
        ),
    ]


def _liabilities_csv(context: Context, at: datetime, say: Say) -> None:
    say(_csv(*_LIABILITIES_CSV))
    for held in owed.accounts(context.db.read_now, at):
        state, since = "idle" if held.idle else "active", held.last_seen_at.date()
        for kind, amount in (("balance", held.balance), ("credit", held.credit)):
            if amount:
                say(_csv(kind, held.account_id, "", "", since, CURRENCY, _plain(amount), state))
    for code in owed.codes(context.db.read_now, at):
        since, cash = code.taken_at.date(), _plain(code.amount_minor)
        say(_csv("code", code.receipt_id, code.receipt, code.facility, since, code.currency, cash, code.state))


def _once(say: Say, *lines: str) -> Callable[[], None]:
    """Return what says ``lines`` the first time it is called, and nothing after that."""
    left = list(lines)

    def tell() -> None:
        while left:
            say(left.pop(0))

    return tell


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _decimal(minor: int) -> str:
    """Return minor units as a person reads a column of them: ``1,204.50``."""
    sign = "-" if minor < 0 else ""
    whole, cents = divmod(abs(minor), 100)
    return f"{sign}{whole:,}.{cents:02d}"


def _plain(minor: int) -> str:
    """Return minor units as a spreadsheet reads them: ``1204.50``."""
    return _decimal(minor).replace(",", "")


def _csv(*values: str | int | date) -> str:
    """Return one line of CSV; no text in it is taken for a formula."""
    line = io.StringIO()
    safe = [
        f"'{one}" if isinstance(one, str) and one.startswith(_FORMULAS) and not _is_amount(one) else one
        for one in values
    ]
    csv.writer(line, lineterminator="").writerow(safe)
    return line.getvalue()


def _is_amount(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdigit()
