"""Looks: a support agent sees a customer's account as the customer does, and can change nothing of it.

A look belongs to one sign-in session and holds for :data:`LASTS`. Its id goes along with each request as a header; then
every route that reads answers as it would answer the customer, and every route that changes something refuses
(:mod:`backend.web`). There is no second set of routes that could show something else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict
from sqlmodel import col, update

from backend.accounts import service as accounts
from backend.accounts.models import Account
from backend.audit import service as audit
from backend.db import Tx
from backend.errors import Problem, not_found
from backend.security import Action, Actor, Subject, authorize, not_signed_in
from backend.support.models import Look
from backend.types import new_id

LASTS: Final = timedelta(minutes=30)
"""After so long an agent says again why they look."""


class Begun(BaseModel):
    """A look that has begun. Instants are UTC."""

    model_config = ConfigDict(frozen=True)

    id: str
    account_id: str
    ends_at: datetime


def begin(tx: Tx, actor: Actor, account_id: str, why: str) -> Begun:
    """Let ``actor`` look at a visitor's account, and write down whose and why; a look before it ends.

    Raises ``not_found`` (404), also for the account of anybody who works here.
    """
    authorize(actor, Action.FIND_ACCOUNT)
    account = _authorized(tx, actor, account_id)
    if actor.sign_in_session_id is None:
        raise not_signed_in()
    _end_others(tx, actor)
    look = Look(
        id=new_id(tx.now),
        sign_in_session_id=actor.sign_in_session_id,
        account_id=account.id,
        why=why,
        began_at=tx.now,
        ends_at=tx.now + LASTS,
    )
    tx.session.add(look)
    tx.session.flush()
    _trace(tx, actor, look, "account looked at", why=why)
    return Begun(id=look.id, account_id=account.id, ends_at=look.ends_at)


def end(tx: Tx, actor: Actor, look_id: str) -> None:
    """End a look of one's own; nothing happens to one that is over. Raises ``not_found`` (404)."""
    authorize(actor, Action.FIND_ACCOUNT)
    look = tx.session.get(Look, look_id)
    if look is None or look.sign_in_session_id != actor.sign_in_session_id:
        raise not_found("This look")
    if look.ended_at is None and tx.now < look.ends_at:
        look.ended_at = tx.now
        tx.session.add(look)
        _trace(tx, actor, look, "look ended")


def standing(tx: Tx, actor: Actor, look_id: str) -> Look:
    """Return a look that ``actor`` is in. Raises ``look_is_over`` (403), also for a look of somebody else."""
    look = tx.session.get(Look, look_id)
    if look is None or look.sign_in_session_id != actor.sign_in_session_id:
        raise look_is_over()
    if look.ended_at is not None or tx.now >= look.ends_at:
        raise look_is_over()
    _authorized(tx, actor, look.account_id)
    return look


def through(tx: Tx, actor: Actor, look_id: str) -> Actor:
    """Return who reads in a look: the customer in every right, the agent by name. Raises ``look_is_over`` (403)."""
    look = standing(tx, actor, look_id)
    return replace(actor, role="visitor", facility_ids=frozenset(), acting_for=look.account_id, looking=True)


def looking_only() -> Problem:
    """Return the refusal of whatever would change something in a look."""
    return Problem(
        "looking_only", 403, "You are only looking at this account.", "Nothing of it can be changed from here."
    )


def look_is_over() -> Problem:
    """Return the refusal of a look that has ended."""
    return Problem(
        "look_is_over", 403, "Your look at this account is over.", "Find the account again, and say why you look."
    )


def _authorized(tx: Tx, actor: Actor, account_id: str) -> Account:
    account = accounts.account(tx, account_id)
    if account is None or account.role != "visitor":
        raise not_found("This account")
    authorize(actor, Action.LOOK_AT_ACCOUNT, Subject(account_id=account.id, role=account.role))
    return account


def _end_others(tx: Tx, actor: Actor) -> None:
    mine = (col(Look.sign_in_session_id) == actor.sign_in_session_id, col(Look.ended_at).is_(None))
    tx.session.exec(update(Look).where(*mine).values(ended_at=tx.now))


def _trace(tx: Tx, actor: Actor, look: Look, action: str, *, why: str | None = None) -> None:
    audit.record(
        tx,
        actor,
        audit.account_chain(look.account_id),
        action=action,
        subject=f"account:{look.account_id}",
        what={"look": look.id},
        why=why,
    )
