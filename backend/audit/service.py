"""Writing the trace, and proving that nobody rewrote it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from sqlmodel import select

from backend.audit.models import AuditEntry, AuditHead
from backend.db import Tx
from backend.security import Actor
from backend.sql import Sql, Value
from backend.types import canonical_json, microseconds

FIRST_SEAL: Final = "0" * 64
_HEAD: Final = Sql("SELECT seq, seal FROM audit_head WHERE chain = :chain /* FOR UPDATE */")
_FIRST_HEAD: Final = Sql("INSERT INTO audit_head (chain, seq, seal) VALUES (:chain, 0, :seal) ON CONFLICT DO NOTHING")
_MOVE_HEAD: Final = Sql("UPDATE audit_head SET seq = :seq, seal = :seal WHERE chain = :chain")
_ADD: Final = Sql(
    "INSERT INTO audit_entry (chain, seq, at, actor_account_id, acting_for_account_id, sign_in_session_id, channel,"
    " device, action, subject, what, why, seal) VALUES (:chain, :seq, :at, :actor_account_id, :acting_for_account_id,"
    " :sign_in_session_id, :channel, :device, :action, :subject, :what, :why, :seal)"
)


def facility_chain(facility_id: str) -> str:
    """Return the name of a facility's chain."""
    return f"facility:{facility_id}"


def account_chain(account_id: str) -> str:
    """Return the name of an account's chain, for what has no facility."""
    return f"account:{account_id}"


def record(
    tx: Tx,
    actor: Actor,
    chain: str,
    *,
    action: str,
    subject: str,
    what: dict[str, object],
    why: str | None = None,
) -> None:
    """Add one entry to ``chain`` in this transaction, sealed with the one before it.

    ``action`` is a verb in the past ("access approved"), ``subject`` names the row, ``what`` says what changed (JSON,
    no secrets), ``why`` is the reason a person gave.
    """
    seq, before = _locked_head(tx, chain)
    said: dict[str, Value] = {
        "chain": chain,
        "seq": seq + 1,
        "at": microseconds(tx.now),
        "actor_account_id": actor.account_id,
        "acting_for_account_id": actor.acting_for,
        "sign_in_session_id": actor.sign_in_session_id,
        "channel": actor.channel,
        "device": actor.device,
        "action": action,
        "subject": subject,
        "why": why,
    }
    seal = _seal(before, {**said, "what": what})
    tx.run(_ADD, {**said, "what": canonical_json(what), "seal": seal})
    tx.run(_MOVE_HEAD, {"chain": chain, "seq": seq + 1, "seal": seal})


def _locked_head(tx: Tx, chain: str) -> tuple[int, str]:
    """Return number and seal of the last entry, locked until the commit; made if need be: only a row can be locked."""
    head = tx.run(_HEAD, {"chain": chain})
    if not head:
        tx.run(_FIRST_HEAD, {"chain": chain, "seal": FIRST_SEAL})
        head = tx.run(_HEAD, {"chain": chain})
    ((seq, seal),) = head
    return seq, seal


def seal_of(before: str, entry: AuditEntry) -> str:
    """Return the seal of ``entry`` behind the entry whose seal is ``before``."""
    return _seal(before, {**entry.model_dump(exclude={"seal", "at"}), "at": microseconds(entry.at)})


def _seal(before: str, said: Mapping[str, object]) -> str:
    """Return the seal of an entry, all columns but the seal, behind the entry whose seal is ``before``."""
    return hashlib.sha256(f"{before}\n{canonical_json(said)}".encode()).hexdigest()


def first_broken(tx: Tx, chain: str) -> int | None:
    """Return the number of the first entry of ``chain`` whose seal does not hold, or None if all do."""
    before, expected = FIRST_SEAL, 1
    for entry in tx.session.exec(select(AuditEntry).where(AuditEntry.chain == chain).order_by("seq")):
        if entry.seq != expected or entry.seal != seal_of(before, entry):
            return expected
        before, expected = entry.seal, expected + 1
    head = tx.session.get(AuditHead, chain)
    kept = (head.seq, head.seal) if head else (0, FIRST_SEAL)
    return None if kept == (expected - 1, before) else expected
