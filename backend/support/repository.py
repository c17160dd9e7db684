"""Queries of support: whose a reference is, and what happened to one account, across the nouns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from backend.db import Tx
from backend.sql import Sql, Value
from backend.types import instant_of, microseconds

Source = Literal["trace", "notice", "payment", "refund"]
_WHOSE: Final = Sql(
    "SELECT account_id FROM visit WHERE reference = :reference"
    " UNION SELECT account_id FROM payment WHERE id = :id"
    " UNION SELECT account_id FROM payment WHERE processor_reference = :said"
)
_EVENTS: Final = Sql(
    """SELECT e.at, e.source, e.key, e.what, e.facility_id, e.reference, e.actor_id, e.channel, e.said, e.amount,
        e.currency, e.state
    FROM (
        SELECT a.at AS at, 'trace' AS source, a.chain || '/' || a.seq AS key, a.action AS what, NULL AS facility_id,
            NULL AS reference, a.actor_account_id AS actor_id, a.channel AS channel, a.why AS said,
            NULL AS amount, NULL AS currency, NULL AS state
        FROM audit_entry a WHERE a.chain = :chain
        UNION ALL
        SELECT a.at, 'trace', a.chain || '/' || a.seq, a.action, s.facility_id, s.reference, a.actor_account_id,
            a.channel, a.why, NULL, NULL, NULL
        FROM (
            SELECT 'access:' || id AS subject, facility_id, NULL AS reference FROM facility_access
                WHERE account_id = :account
            UNION ALL SELECT 'visit:' || id, facility_id, reference FROM visit WHERE account_id = :account
            UNION ALL SELECT 'hold:' || id, facility_id, reference FROM visit WHERE account_id = :account
            UNION ALL SELECT 'hold:' || id, facility_id, NULL FROM hold WHERE account_id = :account
            UNION ALL SELECT DISTINCT 'visit:' || booking_id, facility_id, NULL FROM ledger_entry
                WHERE account_id = :account AND booking_id NOT IN (SELECT id FROM visit WHERE account_id = :account)
        ) s JOIN audit_entry a ON a.subject = s.subject
        UNION ALL
        SELECT o.created_at, 'notice', o.id, o.kind, NULL, NULL, NULL, 'server', o.to_address, NULL, NULL, o.state
        FROM outbox o WHERE o.account_id = :account
        UNION ALL
        SELECT p.created_at, 'payment', p.id, 'payment', v.facility_id, v.reference, p.account_id, 'terminal', p.label,
            p.amount_minor, p.currency, p.status
        FROM payment p LEFT JOIN visit v ON v.id = p.booking_id WHERE p.account_id = :account
        UNION ALL
        SELECT l.entered_at, 'refund', l.id, 'refund', l.facility_id, v.reference, NULL, 'server', l.fee_source_label,
            (SELECT SUM(t.amount_minor) FROM transfer t WHERE t.entry_id = l.id),
            (SELECT MIN(t.currency) FROM transfer t WHERE t.entry_id = l.id), NULL
        FROM ledger_entry l LEFT JOIN visit v ON v.id = l.booking_id
        WHERE l.account_id = :account AND l.kind = 'refund'
    ) e
    WHERE e.at < :at OR (e.at = :at AND (e.source < :source OR (e.source = :source AND e.key < :key)))
    ORDER BY e.at DESC, e.source DESC, e.key DESC LIMIT :at_most"""
)
_FACILITIES: Final = Sql("SELECT id, name FROM facility WHERE id IN (:facilities)")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an account, from one of the places where that is kept. ``at`` is UTC."""

    at: datetime
    source: Source
    key: str
    """Tells it from everything else of its source."""
    what: str
    """An action of the trace, a kind of notice, ``payment`` or ``refund``."""
    facility_id: str | None
    reference: str | None
    """Of the visit that it is about."""
    actor_id: str | None
    channel: str
    said: str | None
    """The reason that was given, the address of a notice, the label of a way to pay."""
    amount_minor: int | None
    currency: str | None
    state: str | None
    """Of a notice or a payment."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of events begins: behind the event with these sort keys."""

    at: datetime
    source: str
    key: str


def accounts_of_reference(tx: Tx, said: str) -> list[str]:
    """Return the ids of the accounts that a visit or a payment with this reference belongs to."""
    return [account for (account,) in tx.run(_WHOSE, {"reference": said.upper(), "id": said.upper(), "said": said})]


def events(tx: Tx, account_id: str, chain: str, before: Place, at_most: int) -> list[Event]:
    """Return what happened to an account before a place, the newest first."""
    said: dict[str, Value] = {
        "account": account_id,
        "chain": chain,
        "at": microseconds(before.at),
        "source": before.source,
        "key": before.key,
        "at_most": at_most,
    }
    return [Event(instant_of(at), *rest) for at, *rest in tx.run(_EVENTS, said)]


def facility_names(tx: Tx, facility_ids: Sequence[str]) -> Mapping[str, str]:
    """Return the names of facilities, none for none."""
    if not facility_ids:
        return {}
    said: dict[str, Value] = {}
    return dict(tx.run(_FACILITIES.for_each("facilities", facility_ids, said), said))
