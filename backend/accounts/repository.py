"""Queries of accounts, sign-in sessions, failed sign-ins and one-time codes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlmodel import col, func, select, update

from backend.access.models import FacilityAccess
from backend.accounts.models import Account, OfficerPost, OneTimeCode, SignInFailures
from backend.db import Tx
from backend.sql import Rows, Value
from backend.types import microseconds

_ACCOUNT: Final = Rows(Account, "WHERE id = :id")
_ACCOUNTS: Final = Rows(Account, "WHERE id IN (:accounts)")


def account(tx: Tx, account_id: str) -> Account | None:
    """Return an account by its id."""
    return tx.session.get(Account, account_id)


def account_to_read(tx: Tx, account_id: str) -> Account | None:
    """Return an account by its id, to be read."""
    return tx.first(_ACCOUNT, {"id": account_id})


def accounts_to_read(tx: Tx, account_ids: Sequence[str]) -> list[Account]:
    """Return accounts by their ids, at least one, to be read."""
    said: dict[str, Value] = {}
    return _ACCOUNTS.made_of(tx.run(_ACCOUNTS.statement.for_each("accounts", account_ids, said), said))


def account_of(tx: Tx, email_key: str) -> Account | None:
    """Return the account of a compared address."""
    return tx.session.exec(select(Account).where(Account.email_key == email_key)).first()


def accounts(tx: Tx, role: str | None) -> Sequence[Account]:
    """Return the accounts of a role, or all of them, by role and address."""
    query = select(Account).order_by(col(Account.role), col(Account.email_key))
    return tx.session.exec(query if role is None else query.where(Account.role == role)).all()


def posts(tx: Tx, account_id: str) -> Sequence[str]:
    """Return the ids of the facilities that an officer works at."""
    query = select(OfficerPost.facility_id).where(OfficerPost.account_id == account_id)
    return tx.session.exec(query.order_by(col(OfficerPost.facility_id))).all()


def waiting_requests(tx: Tx, account_id: str) -> Sequence[tuple[str, str]]:
    """Return (facility id, access id) of the account's requests that officers still look at."""
    query = select(FacilityAccess.facility_id, FacilityAccess.id).where(
        FacilityAccess.account_id == account_id, FacilityAccess.status == "pending"
    )
    return tx.session.exec(query).all()


def failures(tx: Tx, email_digest: str) -> SignInFailures | None:
    """Return the failed sign-ins of an address."""
    return tx.session.get(SignInFailures, email_digest)


def locked_failures(tx: Tx, email_digest: str) -> SignInFailures:
    """Return the failed sign-ins of an address, locked until the commit: failures at the same time all count."""
    tx.session.execute(
        text(
            "INSERT INTO sign_in_failures (email_digest, failures, first_failed_at) VALUES (:digest, 0, :now)"
            " ON CONFLICT DO NOTHING"
        ),
        {"digest": email_digest, "now": microseconds(tx.now)},
    )
    query = select(SignInFailures).where(SignInFailures.email_digest == email_digest).with_for_update()
    return tx.session.exec(query, execution_options={"populate_existing": True}).one()


def newest_code(tx: Tx, email_digest: str, purpose: str) -> OneTimeCode | None:
    """Return the newest one-time code of an address for a purpose, locked until the commit."""
    query = (
        select(OneTimeCode)
        .where(OneTimeCode.email_digest == email_digest, OneTimeCode.purpose == purpose)
        .order_by(col(OneTimeCode.created_at).desc(), col(OneTimeCode.tries_left).desc())
        .limit(1)
        .with_for_update()
    )
    return tx.session.exec(query).first()


def codes_since(tx: Tx, email_digest: str, purpose: str, since: datetime) -> tuple[int, datetime | None]:
    """Return how many codes an address was given for a purpose after ``since``, and when the first of them was."""
    query = select(func.count(), func.min(OneTimeCode.created_at)).where(
        OneTimeCode.email_digest == email_digest, OneTimeCode.purpose == purpose, col(OneTimeCode.created_at) > since
    )
    return tx.session.exec(query).one()


def end_codes(tx: Tx, email_digest: str, purpose: str) -> None:
    """End every live code of an address for a purpose."""
    tx.session.exec(
        update(OneTimeCode)
        .where(
            col(OneTimeCode.email_digest) == email_digest,
            col(OneTimeCode.purpose) == purpose,
            col(OneTimeCode.used_at).is_(None),
        )
        .values(tries_left=0, profile=None)
    )
