"""``doctor``: whether everything is as it should be."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlmodel import select, text

from backend.audit.models import AuditHead
from backend.audit.service import first_broken
from backend.cli.report import Progress, Report, count_of
from backend.context import Context
from backend.facilities import configuration
from backend.kiosks import devices
from backend.migrations import HEAD, revision_of
from backend.money.processors.stripe_keys import is_live
from backend.security import SHELL
from backend.serve.parts import has_wal_reset_race
from backend.settings import load
from backend.visits import unused_minutes

OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class Doctor:
    """What to look at: ``data_dir`` is where the files are."""

    data_dir: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and what to do if it is not well."""

    what: str
    well: bool
    said: str


def doctor(context: Context, asked: Doctor, progress: Progress) -> Report:
    """Look at the files, the database and the trace."""
    looks: tuple[Callable[[], Finding], ...] = (
        lambda: _files(Path(asked.data_dir), context.local_socket),
        lambda: _library(context),
        lambda: _schema(context),
        lambda: _integrity(context),
        lambda: _payments(context, Path(asked.data_dir)),
        lambda: _prices(context),
        lambda: _minutes(context),
        lambda: _trace(context, progress),
    )
    findings = [look() for look in looks]
    wide = max(len(finding.what) for finding in findings)
    return Report(
        tuple(f"{'ok ' if one.well else '!  '} {one.what:<{wide}}  {one.said}" for one in findings),
        [{"what": one.what, "well": one.well, "said": one.said} for one in findings],
        wrong=not all(one.well for one in findings),
    )


def _files(data_dir: Path, local_socket: Path | None) -> Finding:
    private = [data_dir, *data_dir.glob("visitdesk.sqlite3*"), data_dir / "server.key", data_dir / "owner.lock"]
    private.append(data_dir / "config.toml")  # may hold the keys of others
    if local_socket is not None:
        private += [local_socket, local_socket.parent]
    open_ones = [path for path in private if path.exists() and stat.S_IMODE(path.stat().st_mode) & OTHERS]
    if open_ones:
        named = " ".join(map(str, open_ones))
        return Finding("files", False, f"other users of this machine can get at them: chmod go= {named}")
    return Finding("files", True, f"only this user can get at {data_dir}")


def _library(context: Context) -> Finding:
    if not context.db.is_sqlite:
        return Finding("database", True, "PostgreSQL")
    version = sqlite3.sqlite_version
    if not has_wal_reset_race():
        return Finding("database", True, f"SQLite {version}")
    return Finding(
        "database", True, f"SQLite {version}: do not open the file with another program while the server runs"
    )


def _schema(context: Context) -> Finding:
    revision = revision_of(context.db)
    said = f"revision {revision}" if revision == HEAD else f"revision {revision}, needs {HEAD}: restart the server"
    return Finding("schema", revision == HEAD, said)


def _integrity(context: Context) -> Finding:
    if not context.db.is_sqlite:
        return Finding("integrity", True, "PostgreSQL sees to it")
    with context.db.engine.connect() as connection:
        said = [str(row[0]) for row in connection.execute(text("PRAGMA quick_check"))]
        strays = connection.execute(text("PRAGMA foreign_key_check")).all()
    if said != ["ok"]:
        return Finding("integrity", False, f"the file is damaged, restore a backup: {said[0]}")
    if strays:
        return Finding("integrity", False, f"{len(strays)} rows refer to rows that are not there")
    return Finding("integrity", True, "the file is whole")


def _payments(context: Context, data_dir: Path) -> Finding:
    """Say how payments are taken, and what of it is not set up."""
    settings = load(os.environ, data_dir=data_dir, demonstration=context.demonstration)
    payments, missing = settings.payments, list[str]()
    kiosks = context.db.read_now(lambda tx: devices.listed(tx, SHELL))
    readers = [one.name for one in kiosks if one.reader is not None and one.revoked_at is None]
    if payments.processor == "stripe" and not payments.stripe_webhook_secret:
        missing.append("stripe_webhook_secret, so that no webhook is believed and payments are noticed later")
    if payments.processor == "stripe" and not settings.public_url:
        missing.append("public_url, so that nobody can pay with a card that is not kept already")
    if payments.card_reader and not readers:
        missing.append("a reader beside a kiosk (visitdesk-server kiosk reader), for card_reader is on")
    if readers and not payments.card_reader:
        missing.append(f"card_reader = on, for there are readers: {', '.join(readers)}")
    how = "Stripe" if payments.processor == "stripe" else "the test processor, which moves no money"
    mode = ", live" if is_live(payments.stripe_key) else ", in test mode" if payments.stripe_key else ""
    if missing:
        return Finding("payments", False, f"{how}{mode}; missing: {'; '.join(missing)}")
    return Finding("payments", True, f"{how}{mode}")


def _prices(context: Context) -> Finding:
    """Prices are judged when they are set; a new version may bring new caps that older ones do not keep."""
    priced, above = context.db.read_now(configuration.prices_above_cap)
    if above:
        return Finding("prices", False, f"set lower ones: {' '.join(above)}")
    return Finding("prices", True, f"those of {count_of(priced, 'facility', 'facilities')} keep their caps")


def _minutes(context: Context) -> Finding:
    unreported = context.db.read_now(unused_minutes.unreported)
    if unreported:
        named = ", ".join(f"{name} {number}" for name, number in unreported)
        return Finding(
            "minutes",
            False,
            f"of some visits of the last 30 days nobody reported who was connected, so all minutes came back: {named}. "
            "Within 23 hours of a visit: visitdesk-server import sessions",
        )
    waiting = context.db.read_now(unused_minutes.waiting)
    return Finding("minutes", True, f"{count_of(waiting, 'visit')} by the minute wait for their sessions")


def _trace(context: Context, progress: Progress) -> Finding:
    chains = context.db.read_now(lambda tx: tx.session.exec(select(AuditHead.chain).order_by("chain")).all())
    broken: list[str] = []
    for number, chain in enumerate(chains):
        progress(number, len(chains), "Audit chains")
        entry = context.db.read_now(partial(first_broken, chain=chain))
        if entry is not None:
            broken.append(f"{chain} at entry {entry}")
    if broken:
        return Finding("audit", False, f"somebody changed the trace: {', '.join(broken)}")
    return Finding("audit", True, f"{len(chains)} chains are whole")
