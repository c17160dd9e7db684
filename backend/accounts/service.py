"""Signing in and out, creating an account, and passwords.

Passwords are checked and hashed by the caller, outside the transaction; what is done here is told the outcome, and
looks again at what it rests on, for the transaction may come later than the check.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import IntegrityError

from backend.accounts import codes, finding, lockout, repository
from backend.accounts.addresses import compared
from backend.accounts.attempts import Attempt, locked
from backend.accounts.models import Account, SignInSession
from backend.accounts.profile import Profile, check_age
from backend.accounts.sign_in import open_session, revoke, revoke_all
from backend.audit import service as audit
from backend.changes import service as changes
from backend.db import Tx
from backend.errors import Problem, not_found
from backend.keys import ServerKey
from backend.notices import service as notices
from backend.security import Action, Actor, Role, Subject, authorize
from backend.types import new_id


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where somebody signs in: the kind of place (desktop, ssh, kiosk), what it calls itself, and as which kiosk."""

    kind: str
    device: str
    kiosk_id: str | None = None
    """Of the kiosk that the device has proved to be."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a check of a password needs to know: the address's digest, its account's hash, and a lockout."""

    digest: str
    account_id: str | None
    password_hash: str | None
    seconds_locked: int | None


class CodePromise(BaseModel):
    """A code is on its way to an address, in the notice named."""

    model_config = ConfigDict(frozen=True)

    email: str
    code_expires_at: datetime
    notice_id: str


def look_up(tx: Tx, key: ServerKey, email: str) -> Known:
    """Return what is known of an address that somebody gave. Disabled accounts look like unknown ones."""
    digest = digest_of(key, email)
    account = repository.account_of(tx, compared(email))
    live = account is not None and account.disabled_at is None
    return Known(
        digest,
        account.id if account and live else None,
        account.password_hash if account and live else None,
        lockout.seconds_locked(tx, digest),
    )


def account(tx: Tx, account_id: str) -> Account | None:
    """Return an account by its id, for other nouns to read."""
    return repository.account_to_read(tx, account_id)


def accounts_by_id(tx: Tx, account_ids: Collection[str]) -> dict[str, Account]:
    """Return accounts by their ids in one query, none for none, for other nouns to read."""
    return {one.id: one for one in repository.accounts_to_read(tx, sorted(account_ids))} if account_ids else {}


def account_of(tx: Tx, email: str) -> Account | None:
    """Return the account of an address, however it is written."""
    return repository.account_of(tx, compared(email))


def digest_of(key: ServerKey, email: str) -> str:
    """Return the digest under which failures and codes of an address are kept."""
    return key.digest("email", compared(email))


def sign_in(tx: Tx, known: Known, terminal: Terminal, *, matches: bool) -> Attempt:
    """Open a sign-in session if the password matched the hash in ``known``, and it is still the account's."""
    seconds = lockout.seconds_locked(tx, known.digest)
    if seconds is not None:
        return locked(seconds)
    account = repository.account(tx, known.account_id) if known.account_id else None
    if account is None or not matches or account.disabled_at or account.password_hash != known.password_hash:
        seconds = lockout.note_failure(tx, known.digest)
        return Attempt(refusal="sign_in_failed") if seconds is None else locked(seconds)
    lockout.forget(tx, known.digest)
    return Attempt(session_id=_signed_in(tx, account, terminal, "signed in").id)


def sign_in_as(tx: Tx, account_id: str, terminal: Terminal) -> Attempt:
    """Open a sign-in session without a password, for the demonstration. Raises ``not_found`` (404)."""
    account = repository.account(tx, account_id)
    if account is None:
        raise not_found("This person")
    return Attempt(session_id=_signed_in(tx, account, terminal, "signed in").id)


def sign_out(tx: Tx, session_id: str) -> None:
    """End a sign-in session; nothing happens to one that is over."""
    session = tx.session.get(SignInSession, session_id)
    if session is None or session.revoked_at is not None:
        return
    account = tx.session.get_one(Account, session.account_id)
    revoke(tx, session_id)
    changes.announce(tx, changes.account_stream(account.id), "account", account.id)
    _trace(tx, _self(account, session), "signed out", {"sign_in_session": session_id})


def ask_for_account(tx: Tx, key: ServerKey, email: str, profile: Profile, password_hash: str) -> CodePromise:
    """Send a code to an address that wants an account; one that has an account is told so instead."""
    check_age(profile.birth_date, tx.now.date())
    account = repository.account_of(tx, compared(email))
    digest = digest_of(key, email)
    if account is not None:
        code = codes.issue(tx, "create_account", digest)
        notice_id = notices.post(tx, "account_exists", account.id, account.email, {})
    else:
        waiting = Waiting(email=email, password_hash=password_hash, profile=profile)
        code = codes.issue(tx, "create_account", digest, profile=waiting.model_dump_json())
        notice_id = notices.post(tx, "create_account_code", None, email, _code_data(code.id, code.expires_at))
    return CodePromise(email=email, code_expires_at=code.expires_at, notice_id=notice_id)


class Waiting(BaseModel):
    """An account that waits for its code."""

    model_config = ConfigDict(frozen=True)

    email: str
    password_hash: str
    profile: Profile


def confirm_account(tx: Tx, key: ServerKey, email: str, given: str, terminal: Terminal) -> Attempt:
    """Create the account that waits for this code, and sign it in."""
    code = codes.redeem(tx, key, "create_account", digest_of(key, email), given)
    if isinstance(code, str):
        return Attempt(refusal=code)
    waiting = Waiting.model_validate_json(code.profile or "")
    code.profile = None
    tx.session.add(code)
    account = create(tx, waiting.email, waiting.profile, role="visitor", password_hash=waiting.password_hash)
    return Attempt(session_id=_signed_in(tx, account, terminal, "created and signed in").id)


def create(tx: Tx, email: str, profile: Profile | Names, *, role: Role, password_hash: str | None) -> Account:
    """Return a new account. Raises ``account_exists`` (409). Who made it is for the caller to record."""
    account = Account(
        id=new_id(tx.now),
        email=email,
        email_key=compared(email),
        password_hash=password_hash,
        role=role,
        created_at=tx.now,
        **profile.model_dump(),
    )
    try:
        with tx.session.begin_nested():
            tx.session.add(account)
    except IntegrityError:
        raise Problem("account_exists", 409, "This address has an account already.", "Sign in with it.") from None
    finding.keep(tx, account)
    return account


class Names(BaseModel):
    """The least that is known of somebody who works here."""

    model_config = ConfigDict(frozen=True)

    first_name: str
    last_name: str


def ask_for_reset(tx: Tx, key: ServerKey, email: str) -> CodePromise:
    """Send a code by which an address sets a new password; one without an account is told that it has none."""
    account = repository.account_of(tx, compared(email))
    digest = digest_of(key, email)
    if account is None or account.disabled_at is not None:
        code = codes.issue(tx, "reset_password", digest)
        notice_id = notices.post(tx, "no_such_account", None, email, {})
    else:
        code = codes.issue(tx, "reset_password", digest, account_id=account.id)
        notice_id = notices.post(
            tx, "reset_password_code", account.id, account.email, _code_data(code.id, code.expires_at)
        )
    return CodePromise(email=email, code_expires_at=code.expires_at, notice_id=notice_id)


def reset_password(
    tx: Tx, key: ServerKey, email: str, given: str, *, password_hash: str, terminal: Terminal
) -> Attempt:
    """Set a new password with a code, end every other sign-in session and lockout, and sign in."""
    digest = digest_of(key, email)
    code = codes.redeem(tx, key, "reset_password", digest, given)
    if isinstance(code, str):
        return Attempt(refusal=code)
    account = repository.account(tx, code.account_id) if code.account_id else None
    if account is None or account.disabled_at is not None:
        return Attempt(refusal="code_expired")
    set_password(tx, account, password_hash)
    lockout.forget(tx, digest)
    return Attempt(session_id=_signed_in(tx, account, terminal, "password reset and signed in").id)


def set_password(tx: Tx, account: Account, password_hash: str, *, keep: str | None = None) -> None:
    """Give an account a new password and end its sign-in sessions, but for ``keep``; who waits for news learns it."""
    account.password_hash = password_hash
    tx.session.add(account)
    revoke_all(tx, account.id, but=keep)
    changes.announce(tx, changes.account_stream(account.id), "account", account.id)


def look_up_own(tx: Tx, key: ServerKey, actor: Actor) -> Known:
    """Return what a check of one's own present password needs to know."""
    authorize(actor, Action.USE_OWN_ACCOUNT, Subject(account_id=actor.account_id))
    account = own_account(tx, actor)
    digest = digest_of(key, account.email)
    return Known(digest, account.id, account.password_hash, lockout.seconds_locked(tx, digest))


def change_password(tx: Tx, actor: Actor, known: Known, password_hash: str, *, matches: bool) -> Attempt:
    """Set a new password if the present one matched; ends every other sign-in session. Wrong ones are counted."""
    authorize(actor, Action.USE_OWN_ACCOUNT, Subject(account_id=actor.account_id))
    seconds = lockout.seconds_locked(tx, known.digest)
    if seconds is not None:
        return locked(seconds)
    account = own_account(tx, actor)
    if not matches or account.password_hash != known.password_hash:
        seconds = lockout.note_failure(tx, known.digest)
        return Attempt(refusal="password_wrong") if seconds is None else locked(seconds)
    set_password(tx, account, password_hash, keep=actor.sign_in_session_id)
    _trace(tx, actor, "password changed", {})
    return Attempt()


def own_account(tx: Tx, actor: Actor) -> Account:
    """Return the account of whoever signed in (not of the one acted for)."""
    account = repository.account(tx, actor.account_id) if actor.account_id else None
    if account is None:
        raise ValueError("this actor has no account")
    return account


def _code_data(code_id: str, expires_at: datetime) -> dict[str, object]:
    return {"code_id": code_id, "expires_at": expires_at.isoformat()}


def _signed_in(tx: Tx, account: Account, terminal: Terminal, action: str) -> SignInSession:
    if terminal.kind == "kiosk" and account.role != "visitor":
        raise Problem(
            "not_at_a_kiosk", 403, "Kiosks are for visitors.", "Sign in at your own desk, or over SSH as you were told."
        )
    session = open_session(tx, account.id, terminal.kind, terminal.device, terminal.kiosk_id)
    _trace(tx, _self(account, session), action, {"sign_in_session": session.id, "kind": session.kind})
    return session


def _self(account: Account, session: SignInSession) -> Actor:
    return Actor(
        role="visitor",
        channel="terminal",
        account_id=account.id,
        sign_in_session_id=session.id,
        acting_for=session.acting_for_account_id,
        kind=session.kind,
        device=session.device,
    )


def _trace(tx: Tx, actor: Actor, action: str, what: dict[str, object]) -> None:
    account_id = actor.account_id or ""
    audit.record(tx, actor, audit.account_chain(account_id), action=action, subject=f"account:{account_id}", what=what)
