"""Queries of accounts, sign-in sessions, failed sign-ins and one-time codes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlmodel import col, func, select, update

from backend.access.models import FacilityAccess
from backend.accounts.models import Account, OfficerPost, OneTimeCode, SignInFailures
from backend.db import Tx
from backend.sql import Rows, Sql, Value
from backend.types import microseconds

_ACCOUNT: Final = Rows(Account, "WHERE id = :id")
_ACCOUNTS: Final = Rows(Account, "WHERE id IN (:accounts)")
_FORGET_KEYS: Final = Sql("DELETE FROM account_key WHERE account_id = :account")
_KEEP_KEY: Final = Sql("INSERT INTO account_key (kind, key, account_id) VALUES (:kind, :key, :account)")
_WORDS: Final = Sql("SELECT DISTINCT key FROM account_key WHERE kind = :kind AND key >= :low AND key < :high")
AFTER_ALL: Final = "\U0010ffff"
"""Behind every other letter: the end of the range of words with one beginning."""
_NO_INDEX: Final = "(k.key || '')"
_ALSO: Final = (
    " AND EXISTS (SELECT 1 FROM account_key k WHERE k.account_id = k0.account_id AND k.kind || '' = :kind"
    " AND {condition})"
)
"""What is no bare column has no index: these are looked up by their account, of which each has a few keys only."""
KEYS_OF_ONE: Final = 4
"""Words of one name that may have the same beginning; one account is then found so often."""


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


def keep_keys(tx: Tx, account_id: str, keys: Collection[tuple[str, str]]) -> None:
    """Keep these (kind, key) as what an account is found by, and none but these."""
    tx.run(_FORGET_KEYS, {"account": account_id})
    for kind, key in keys:
        tx.run(_KEEP_KEY, {"kind": kind, "key": key, "account": account_id})


def with_keys(tx: Tx, kind: str, beginnings: Sequence[str], at_most: int) -> list[str]:
    """Return the ids of accounts that have a key for each of ``beginnings``, the shortest such key first."""
    said: dict[str, Value] = {"kind": kind}
    conditions = []
    for number, beginning in enumerate(sorted(beginnings, key=len, reverse=True)):
        said |= {f"low_{number}": beginning, f"high_{number}": beginning + AFTER_ALL}
        conditions.append(f"{{key}} >= :low_{number} AND {{key}} < :high_{number}")
    return _with(tx, conditions, said, at_most)


def with_any_keys(tx: Tx, kind: str, choices: Sequence[Sequence[str]], at_most: int) -> list[str]:
    """Return the ids of accounts that have, of each of ``choices``, one of its keys."""
    said: dict[str, Value] = {"kind": kind}
    conditions = []
    for number, keys in enumerate(choices):
        names = [f"key_{number}_{place}" for place in range(len(keys))]
        said |= dict(zip(names, keys, strict=True))
        conditions.append(f"{{key}} IN ({', '.join(f':{name}' for name in names)})")
    return _with(tx, conditions, said, at_most)


def _with(tx: Tx, conditions: Sequence[str], said: dict[str, Value], at_most: int) -> list[str]:
    """Return the ids of accounts that have a key for each condition, in the order of the keys of the first one."""
    first, *others = conditions
    also = "".join(_ALSO.format(condition=condition.format(key=_NO_INDEX)) for condition in others)
    statement = (
        f"SELECT k0.account_id FROM account_key k0 WHERE k0.kind = :kind AND {first.format(key='k0.key')}{also}"  # noqa: S608 # names only
        " ORDER BY k0.key, k0.account_id LIMIT :at_most"
    )
    rows = tx.run(Sql(statement), {**said, "at_most": at_most * KEYS_OF_ONE})
    return list(dict.fromkeys(account_id for (account_id,) in rows))[:at_most]


def words_from(tx: Tx, kind: str, beginning: str) -> list[str]:
    """Return every key of a kind that begins so, each once."""
    rows = tx.run(_WORDS, {"kind": kind, "low": beginning, "high": beginning + AFTER_ALL})
    return [key for (key,) in rows]


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
