"""What an operator does with accounts from the shell: officers and support agents, and people who are locked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.accounts import codes, lockout, repository, service
from backend.accounts.addresses import compared
from backend.accounts.models import Account, OfficerPost
from backend.accounts.profiles import AccountView, view
from backend.accounts.sign_in import revoke_all
from backend.audit import service as audit
from backend.changes import service as changes
from backend.db import Tx
from backend.errors import Problem, invalid
from backend.facilities import service as facilities
from backend.keys import ServerKey
from backend.security import Action, Actor, Role, authorize


@dataclass(frozen=True, slots=True)
class CodeIssued:
    """A one-time code that sets a new password, to be told to its person; it is kept nowhere."""

    code: str
    expires_at: datetime


def add(
    tx: Tx,
    actor: Actor,
    email: str,
    names: service.Names,
    *,
    role: Role,
    password_hash: str | None,
    facility_ids: Sequence[str] = (),
) -> AccountView:
    """Create the account of somebody who works here; officers work at ``facility_ids``.

    Raises ``account_exists`` (409), ``not_found`` (404) for a facility, or ``invalid`` (422).
    """
    authorize(actor, Action.SET_UP)
    if (role == "officer") != bool(facility_ids):
        raise invalid("facility", "An officer works at one facility or more, and nobody else at any.")
    account = service.create(tx, email, names, role=role, password_hash=password_hash)
    for facility_id in facility_ids:
        tx.session.add(OfficerPost(account_id=account.id, facility_id=facilities.get(tx, facility_id).id))
    tx.session.flush()
    _trace(tx, actor, account, "account created", what={"role": role, "facilities": sorted(facility_ids)})
    return view(tx, account.id)


def everybody(tx: Tx, actor: Actor, role: Role | None = None) -> tuple[AccountView, ...]:
    """Return the accounts of a role, or all of them, by role and address."""
    authorize(actor, Action.SET_UP)
    return tuple(view(tx, account.id) for account in repository.accounts(tx, role))


def disable(tx: Tx, actor: Actor, email: str, why: str | None) -> Account:
    """End every sign-in session of an account and let it sign in no more. Raises ``not_found`` (404).

    Nothing that it did is touched. Disabling it again changes nothing.
    """
    authorize(actor, Action.SET_UP)
    account = _known(tx, email)
    if account.disabled_at is None:
        account.disabled_at = tx.now
        tx.session.add(account)
        revoke_all(tx, account.id)
        _trace(tx, actor, account, "account disabled", what={}, why=why)
        changes.announce(tx, changes.account_stream(account.id), "account", account.id)
    return account


def reset_code(tx: Tx, actor: Actor, key: ServerKey, email: str, why: str | None) -> CodeIssued:
    """Make a one-time code that sets a new password, and end a lockout. Raises ``not_found`` (404).

    The trace says that there was a code, never which.
    """
    authorize(actor, Action.ISSUE_CODE)
    account = _known(tx, email)
    if account.disabled_at is not None:
        raise Problem("account_disabled", 409, "This account is disabled.", "It cannot sign in with any password.")
    digest = service.digest_of(key, account.email)
    code = codes.hand_out(tx, digest, account.id)
    lockout.forget(tx, digest)
    _trace(tx, actor, account, "one-time code issued", what={"code": code.id}, why=why)
    return CodeIssued(key.one_time_code(code.id), code.expires_at)


def _known(tx: Tx, email: str) -> Account:
    account = repository.account_of(tx, compared(email))
    if account is None:
        raise Problem("not_found", 404, f"No account has the address {email}.", "List them with: user list")
    return account


def _trace(
    tx: Tx, actor: Actor, account: Account, action: str, *, what: dict[str, object], why: str | None = None
) -> None:
    audit.record(
        tx, actor, audit.account_chain(account.id), action=action, subject=f"account:{account.id}", what=what, why=why
    )
