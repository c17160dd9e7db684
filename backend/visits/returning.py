"""Money that arrives back, or that a processor refuses to give back: noted once, with its trace."""

from __future__ import annotations

from backend.audit import service as audit
from backend.changes import service as changes
from backend.db import Tx
from backend.money import returns
from backend.money.models import Payment
from backend.security import Actor
from backend.visits.asked import Asked
from backend.visits.traces import trace


def came_back(tx: Tx, actor: Actor, entry_id: str, reference: str | None = None) -> None:
    """Note, once, that the money of a refund's entry has arrived; ``reference`` is the processor's name of it."""
    payment = returns.arrived(tx, entry_id, reference)
    if payment is not None:
        _trace(tx, actor, payment, "money came back", {"payment": payment.id, "refund": entry_id})


def cannot_come_back(tx: Tx, actor: Actor, entry_id: str, problem_code: str | None) -> bool:
    """Note, once, that the processor refuses to give money back: a person has to see to it.

    Return whether that is new.
    """
    payment = returns.refused(tx, entry_id, problem_code)
    if payment is None:
        return False
    what: dict[str, object] = {"payment": payment.id, "refund": entry_id, "problem": problem_code}
    _trace(tx, actor, payment, "refund refused", what)
    return True


def _trace(tx: Tx, actor: Actor, payment: Payment, action: str, what: dict[str, object]) -> None:
    """Write it down where the payment's own steps are: with its visit's facility, or with its account."""
    changes.announce(tx, changes.account_stream(payment.account_id), "payment", payment.id)
    if payment.purpose == "visit" and payment.asked:
        trace(tx, actor, Asked.model_validate(payment.asked), action, what)
        return
    chain = audit.account_chain(payment.account_id)
    audit.record(tx, actor, chain, action=action, subject=f"payment:{payment.id}", what=what)
