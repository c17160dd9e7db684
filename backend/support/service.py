"""What a support agent does for a customer: find the account, and open it again for who is locked out.

Looking at it is in :mod:`backend.support.looks`, what happened to it in :mod:`backend.support.timeline`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from backend.accounts import codes, finding
from backend.accounts import service as accounts
from backend.accounts.addresses import masked
from backend.accounts.finding import Found
from backend.accounts.models import Account
from backend.audit import service as audit
from backend.changes import service as changes
from backend.db import Tx
from backend.errors import not_found
from backend.keys import ServerKey
from backend.security import Action, Actor, Subject, authorize
from backend.support import repository

By = Literal["name", "email", "phone", "reference"]


@dataclass(frozen=True, slots=True)
class FoundAccount:
    """An account, as little of it as tells an agent that it is the right one."""

    id: str
    name: str
    email_masked: str
    phone_last4: str | None
    city: str | None
    state: str | None
    disabled: bool


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found, by what; ``more`` fit than are shown, or they only fit about (``near``)."""

    items: tuple[FoundAccount, ...]
    by: By
    more: bool
    near: bool


class IssuedCode(BaseModel):
    """A one-time code, by its id; the digits are derived for the answer and stored nowhere."""

    model_config = ConfigDict(frozen=True)

    code_id: str
    code_expires_at: datetime


def find(tx: Tx, actor: Actor, key: ServerKey, said: str) -> Search:
    """Return visitors' accounts by a name, the exact address, a phone number or its end, or a reference.

    A reference is that of a visit, of a payment, or the processor's. What is said is looked up as what it looks like.
    Every search leaves a trace of who was found, and not what was typed.
    """
    authorize(actor, Action.FIND_ACCOUNT)
    by, found = _found(tx, said.strip())
    items = tuple(sorted(map(_shown, found.accounts), key=lambda one: (one.name.casefold(), one.id)))
    audit.record(
        tx,
        actor,
        audit.account_chain(actor.account),
        action="accounts searched",
        subject=f"account:{actor.account}",
        what={"by": by, "digest": key.digest("search", said), "found": [one.id for one in items]},
    )
    return Search(items, by, found.more, found.near)


def _found(tx: Tx, said: str) -> tuple[By, Found]:
    if "@" in said:
        account = accounts.account_of(tx, said)
        return "email", Found((account,) if account is not None and account.role == "visitor" else ())
    if finding.is_phone(said):
        found = finding.by_phone(tx, said)
        if found.accounts:
            return "phone", found
    owners = accounts.accounts_by_id(tx, repository.accounts_of_reference(tx, said))
    if owners:
        return "reference", Found(tuple(owners.values()))
    return ("phone", Found()) if finding.is_phone(said) else ("name", finding.by_name(tx, said))


def _shown(account: Account) -> FoundAccount:
    digits = finding.backwards(account.phone or "")
    return FoundAccount(
        id=account.id,
        name=f"{account.first_name} {account.last_name}",
        email_masked=masked(account.email),
        phone_last4=digits[3::-1] if digits else None,
        city=account.city,
        state=account.state,
        disabled=account.disabled_at is not None,
    )


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
