"""Account credit that support gives for a reason: it pays visits before the prepaid balance does."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, ConfigDict

from backend.accounts import service as accounts
from backend.audit import service as audit
from backend.changes import service as changes
from backend.db import Tx
from backend.errors import not_found
from backend.money import ledger, spending
from backend.money.amounts import CURRENCY, Bounds
from backend.money.ledger import Filled
from backend.money.sources import LABELS
from backend.notices import service as notices
from backend.security import Action, Actor, Subject, authorize
from backend.sql import Sql

AMOUNT: Final = Bounds(1, 10_000)
"""Of one grant, up to $100: what goes wrong with one visit costs less, and a wrong key press can be made good."""
_ZONE: Final = Sql(
    "SELECT f.zone FROM facility_access a JOIN facility f ON f.id = a.facility_id"
    " WHERE a.account_id = :account AND f.zone IS NOT NULL ORDER BY a.requested_at DESC, a.id DESC LIMIT 1"
)


class Given(BaseModel):
    """A credit that was given, and what the account has of it now. Minor units."""

    model_config = ConfigDict(frozen=True)

    entry_id: str
    amount_minor: int
    currency: str
    credit_minor: int


def give(tx: Tx, actor: Actor, account_id: str, amount_minor: int, reason: str) -> Given:
    """Give a visitor account credit. The reason stays in the trace, and the visitor reads it.

    Raises ``not_found`` (404), or ``invalid`` (422) for an amount out of :data:`AMOUNT`.
    """
    authorize(actor, Action.FIND_ACCOUNT)
    account = accounts.account(tx, account_id)
    if account is None or account.disabled_at is not None:
        raise not_found("This account")
    authorize(actor, Action.GIVE_CREDIT, Subject(account_id=account.id, role=account.role))
    AMOUNT.check("amount", amount_minor)
    entry_id = ledger.fill(
        tx,
        Filled(
            account_id=account.id,
            amount_minor=amount_minor,
            currency=CURRENCY,
            by="credit",
            label=LABELS["credit"],
            zone=zone_of(tx, account.id),
            sentence=f"Given by support: {reason}",
        ),
    )
    audit.record(
        tx,
        actor,
        audit.account_chain(account.id),
        action="account credit given",
        subject=f"account:{account.id}",
        what={"entry": entry_id, "amount_minor": amount_minor, "currency": CURRENCY},
        why=reason,
    )
    data: dict[str, object] = {
        "said": f"Support writes: {reason}",
        "amount_minor": amount_minor,
        "currency": CURRENCY,
        "to": "your account credit",
    }
    notices.post(tx, "money_added", account.id, account.email, data)
    changes.announce(tx, changes.account_stream(account.id), "payment", entry_id)
    return Given(
        entry_id=entry_id,
        amount_minor=amount_minor,
        currency=CURRENCY,
        credit_minor=spending.credit(tx, account.id),
    )


def zone_of(tx: Tx, account_id: str) -> str:
    """Return the zone in which an account's own money is dated: that of its newest facility, else UTC."""
    rows = tx.run(_ZONE, {"account": account_id})
    return str(rows[0][0]) if rows else "UTC"
