"""Writing the trace, and proving that nobody rewrote it."""

from __future__ import annotations

import hashlib
from typing import Final

from sqlalchemy import text
from sqlmodel import select

from backend.audit.models import AuditEntry, AuditHead
from backend.db import Tx
from backend.security import Actor
from backend.types import canonical_json, microseconds

FIRST_SEAL: Final = "0" * 64


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
    head = _locked_head(tx, chain)
    entry = AuditEntry(
        chain=chain,
        seq=head.seq + 1,
        at=tx.now,
        actor_account_id=actor.account_id,
        acting_for_account_id=actor.acting_for,
        sign_in_session_id=actor.sign_in_session_id,
        channel=actor.channel,
        device=actor.device,
        action=action,
        subject=subject,
        what=what,
        why=why,
        seal="",
    )
    entry.seal = seal_of(head.seal, entry)
    head.seq, head.seal = entry.seq, entry.seal
    tx.session.add(head)
    tx.session.add(entry)
    tx.session.flush()


def _locked_head(tx: Tx, chain: str) -> AuditHead:
    """Return the end of a chain, locked until the commit; made first if there is none, for only a row can be locked."""
    tx.session.execute(
        text("INSERT INTO audit_head (chain, seq, seal) VALUES (:chain, 0, :seal) ON CONFLICT DO NOTHING"),
        {"chain": chain, "seal": FIRST_SEAL},
    )
    query = select(AuditHead).where(AuditHead.chain == chain).with_for_update()
    return tx.session.exec(query, execution_options={"populate_existing": True}).one()


def seal_of(before: str, entry: AuditEntry) -> str:
    """Return the seal of ``entry`` behind the entry whose seal is ``before``."""
    said = entry.model_dump(exclude={"seal", "at"})
    said["at"] = microseconds(entry.at)
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
