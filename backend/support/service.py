"""What a support agent does for a customer: find the account, and open it again for who is locked out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from backend.accounts import codes
from backend.accounts import service as accounts
from backend.accounts.addresses import masked
from backend.audit import service as audit
from backend.changes import service as changes
from backend.db import Tx
from backend.errors import not_found
from backend.keys import ServerKey
from backend.security import Action, Actor, Subject, authorize


@dataclass(frozen=True, slots=True)
class FoundAccount:
    """An account, as little of it as tells an agent that it is the right one."""

    id: str
    name: str
    email_masked: str


class IssuedCode(BaseModel):
    """A one-time code, by its id; the digits are derived for the answer and stored nowhere."""

    model_config = ConfigDict(frozen=True)

    code_id: str
    code_expires_at: datetime


def find(tx: Tx, actor: Actor, key: ServerKey, email: str) -> tuple[FoundAccount, ...]:
    """Return the visitor's account of exactly this address, if there is one. Every search leaves a trace."""
    authorize(actor, Action.FIND_ACCOUNT)
    account = accounts.account_of(tx, email)
    found = account is not None and account.role == "visitor"
    audit.record(
        tx,
        actor,
        audit.account_chain(account.id if account and found else actor.account),
        action="account looked up",
        subject=f"account:{account.id}" if account and found else "account:unknown",
        what={"email_digest": accounts.digest_of(key, email)},
    )
    if account is None or not found:
        return ()
    return (FoundAccount(account.id, f"{account.first_name} {account.last_name}", masked(account.email)),)


def issue_code(tx: Tx, actor: Actor, key: ServerKey, account_id: str, reason: str) -> IssuedCode:
    """Make a code by which the customer sets a new password, as told to the agent who the customer is.

    Only for visitors: whoever works at a facility would lend its powers. Raises ``not_found``, ``too_many_codes``.
    """
    authorize(actor, Action.FIND_ACCOUNT)
    account = accounts.account(tx, account_id)
    if account is None or account.disabled_at is not None:
        raise not_found("This account")
    authorize(actor, Action.ISSUE_CODE, Subject(account_id=account.id, role=account.role))
    code = codes.hand_out(tx, accounts.digest_of(key, account.email), account.id)
    audit.record(
        tx,
        actor,
        audit.account_chain(account.id),
        action="one-time code issued",
        subject=f"account:{account.id}",
        what={"code_id": code.id},
        why=reason,
    )
    changes.announce(tx, changes.account_stream(account.id), "account", account.id)
    return IssuedCode(code_id=code.id, code_expires_at=code.expires_at)
