"""What must be true of the rows, whatever the answers said. Plain SQL, none of the server's own queries.

A finding is a sentence; a database that keeps every promise has none. Facilities are expected to give everything back
when a visit is cancelled, as those of :mod:`tests.torture.stage` do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlmodel import select

from backend.audit.models import AuditHead
from backend.audit.service import first_broken
from backend.db import Database, Tx

OVERLAP: Final = "v.starts_at < w.ends_at AND w.starts_at < v.ends_at"
STANDING: Final = "status = 'confirmed'"
OWNED: Final = (
    "SELECT id FROM visit WHERE status = 'confirmed' UNION SELECT id FROM hold"
    " UNION SELECT booking_id FROM payment WHERE status = 'checking'"
)


@dataclass(frozen=True, slots=True)
class Check:
    """One promise: a query that finds what breaks it, and the sentence for what is found."""

    sentence: str
    query: str


def _twice(resource: str) -> str:
    return (
        f"SELECT v.id FROM visit v JOIN visit w ON w.{resource} = v.{resource} AND w.id < v.id AND {OVERLAP}"
        f" WHERE v.{STANDING} AND w.{STANDING}"
    )


def _same_key(table: str, key: str) -> str:
    return f"SELECT quantum FROM {table} GROUP BY {key}, quantum HAVING COUNT(*) > 1"


def _unowned(table: str) -> str:
    return f"SELECT DISTINCT booking_id FROM {table} WHERE booking_id NOT IN ({OWNED})"


def _left_by_a_visit(table: str) -> str:
    return (
        f"SELECT DISTINCT booking_id FROM {table} WHERE held_until IS NULL"
        f" AND booking_id NOT IN (SELECT id FROM visit WHERE {STANDING})"
    )


def _missing(table: str) -> str:
    """A standing visit keeps a row for each of its quanta of five minutes; instants are microseconds."""
    return (
        f"SELECT v.id FROM visit v WHERE v.{STANDING} AND (SELECT COUNT(DISTINCT t.quantum) FROM {table} t"
        " WHERE t.booking_id = v.id AND t.held_until IS NULL"
        " AND t.quantum >= v.starts_at / 300000000 AND t.quantum < v.ends_at / 300000000)"
        " < (v.ends_at - v.starts_at) / 300000000"
    )


_CHARGED = "(SELECT COUNT(*) FROM ledger_entry e WHERE e.booking_id = v.id AND e.kind <> 'refund')"
_BACK = "(SELECT COUNT(*) FROM ledger_entry e WHERE e.booking_id = v.id AND e.kind = 'refund')"
_NOT_BACK = "NOT EXISTS (SELECT 1 FROM ledger_entry r WHERE r.undoes_id = e.id)"

ALWAYS: Final = (
    Check(
        "more visits than places at the same time",
        f"SELECT v.id FROM visit v WHERE v.{STANDING} AND (SELECT COUNT(*) FROM visit w"
        f" WHERE w.facility_id = v.facility_id AND w.{STANDING}"
        " AND w.starts_at <= v.starts_at AND w.ends_at > v.starts_at) > :places",
    ),
    Check("a seat that does not exist", "SELECT seat FROM place_taken WHERE seat < 1 OR seat > :places"),
    Check("one individual in two visits at once", _twice("individual_id")),
    Check("one account in two visits at once", _twice("account_id")),
    Check("one place taken twice", _same_key("place_taken", "facility_id, limit_key, seat")),
    Check("one individual taken twice", _same_key("individual_taken", "individual_id")),
    Check("one account taken twice", _same_key("account_taken", "account_id")),
    Check("two holds of one account", "SELECT account_id FROM hold GROUP BY account_id HAVING COUNT(*) > 1"),
    *(
        Check(f"{what} taken by nobody", _unowned(table))
        for what, table in (
            ("a place", "place_taken"),
            ("an individual", "individual_taken"),
            ("an account", "account_taken"),
        )
    ),
    *(
        Check(f"{what} kept for a visit that does not stand", _left_by_a_visit(table))
        for what, table in (
            ("a place", "place_taken"),
            ("an individual", "individual_taken"),
            ("an account", "account_taken"),
        )
    ),
    *(
        Check(f"a visit without its {what}", _missing(table))
        for what, table in (("place", "place_taken"), ("individual", "individual_taken"), ("account", "account_taken"))
    ),
    Check(
        "a visit with a charge too many or too few",
        f"SELECT v.id FROM visit v WHERE v.{STANDING} AND {_CHARGED} - {_BACK} <> 1",
    ),
    Check(
        "a cancelled visit whose charge did not come back",
        f"SELECT v.id FROM visit v WHERE v.status = 'cancelled' AND {_CHARGED} <> {_BACK}",
    ),
    Check(
        "a charge without a visit, and not given back",
        "SELECT e.id FROM ledger_entry e WHERE e.kind = 'charge'"
        f" AND e.booking_id NOT IN (SELECT id FROM visit WHERE {STANDING}) AND {_NOT_BACK}",
    ),
    Check(
        "a charge given back twice",
        "SELECT undoes_id FROM ledger_entry WHERE undoes_id IS NOT NULL GROUP BY undoes_id HAVING COUNT(*) > 1",
    ),
    Check(
        "a payment that went through and is not in the books",
        "SELECT id FROM payment WHERE status NOT IN ('checking', 'declined')"
        " AND id NOT IN (SELECT payment_id FROM ledger_entry WHERE kind = 'charge' AND payment_id IS NOT NULL)",
    ),
    Check(
        "a charge in the books that no payment made",
        "SELECT e.id FROM ledger_entry e LEFT JOIN payment p ON p.id = e.payment_id"
        " WHERE e.kind = 'charge' AND (p.id IS NULL OR p.status IN ('checking', 'declined'))",
    ),
    Check(
        "an entry of the books whose transfers are not its payment's amount",
        "SELECT e.id FROM ledger_entry e JOIN payment p ON p.id = e.payment_id WHERE e.kind <> 'no_charge'"
        " AND (SELECT COALESCE(SUM(t.amount_minor), 0) FROM transfer t WHERE t.entry_id = e.id) <> p.amount_minor",
    ),
    Check(
        "a visit that the trace does not tell of exactly once",
        "SELECT v.id FROM visit v WHERE (SELECT COUNT(*) FROM audit_entry a WHERE a.action = 'visit confirmed'"
        " AND a.subject = 'visit:' || v.id) <> 1",
    ),
    Check(
        "more or fewer notices of confirmation than visits",
        "SELECT n FROM (SELECT (SELECT COUNT(*) FROM outbox WHERE kind = 'visit_confirmed')"
        " - (SELECT COUNT(*) FROM visit) AS n) AS counted WHERE n <> 0",
    ),
    Check("a call remembered without its answer", "SELECT key FROM idempotent_call WHERE answer IS NULL"),
)
ONCE_SETTLED: Final = (
    Check("a payment without an outcome", "SELECT id FROM payment WHERE status = 'checking'"),
    Check("money that has not come back yet", "SELECT id FROM payment WHERE status = 'returning'"),
)


def findings(db: Database, places: int, *, settled: bool = True) -> list[str]:
    """Return what is wrong, a sentence each, where facilities have ``places``; ``settled``: no payment is open."""
    checks = ALWAYS + (ONCE_SETTLED if settled else ())
    return db.read_now(lambda tx: _found(tx, checks, places) + _broken_chains(tx))


def _found(tx: Tx, checks: tuple[Check, ...], places: int) -> list[str]:
    found = []
    for check in checks:
        rows = tx.session.execute(text(check.query), {"places": places} if ":places" in check.query else {}).all()
        if rows:
            found.append(f"{check.sentence} ({len(rows)}, such as {rows[0][0]})")
    return found


def _broken_chains(tx: Tx) -> list[str]:
    chains = tx.session.exec(select(AuditHead.chain)).all()
    broken = {chain: first_broken(tx, chain) for chain in chains}
    return [f"the trace {chain} is broken at entry {entry}" for chain, entry in broken.items() if entry is not None]
