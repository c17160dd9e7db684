"""Promotional codes of a facility: made, listed and ended. Which visits one pays is planned where visits are booked."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from backend.audit import service as audit
from backend.db import Tx
from backend.errors import Problem, invalid, not_found
from backend.facilities import service as facilities
from backend.facilities.policy import local_today
from backend.money.amounts import CURRENCY, Bounds
from backend.money.days import of_our_era
from backend.money.source_models import PromoCode
from backend.security import Action, Actor, Subject, authorize
from backend.sql import Sql
from backend.types import new_id

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Of a code that is made here: nothing that could be read as something else."""
LENGTH: Final = 8
PAYS: Final = Bounds(1, 10_000)
"""The most that a code pays of one visit: no visit here costs more."""
State = Literal["standing", "not_begun", "over", "ended"]
_TIMES: Final = Sql("SELECT COUNT(DISTINCT entry_id) FROM transfer WHERE debit = :books")


@dataclass(frozen=True, slots=True)
class NewPromoCode:
    """A code to make. Amounts are minor units; both days count, and are the facility's."""

    most_minor: int
    uses: int
    uses_each: int
    last_day: date
    first_day: date | None = None
    """Its today, without one."""
    code: str | None = None
    """Letters and digits of its maker's choice; made up without one."""


@dataclass(frozen=True, slots=True)
class PromoView:
    """A code, and how often it has paid. ``most_minor`` is the most that it pays of one visit."""

    id: str
    code: str
    facility_id: str
    most_minor: int
    currency: str
    uses: int
    uses_each: int
    used: int
    first_day: date
    last_day: date
    state: State
    ended_at: datetime | None


def make(tx: Tx, actor: Actor, facility_id: str, new: NewPromoCode) -> PromoView:
    """Make a promotional code of a facility.

    Raises ``not_found`` (404), ``promo_code_exists`` (409) for a code that this or another facility has had, or
    ``invalid`` (422).
    """
    authorize(actor, Action.SET_PROMO_CODES, Subject(facility_id=facility_id))
    today = local_today(facilities.get(tx, facility_id), tx.now)
    first = of_our_era("first_day", new.first_day or today)
    PAYS.check("most", new.most_minor)
    if of_our_era("last_day", new.last_day) < max(first, today):
        raise invalid("last_day", "The last day is not before the first one, and not in the past.")
    if new.uses_each > new.uses:
        raise invalid("uses_each", "One account cannot use it more often than all together.")
    made = PromoCode(
        id=new_id(tx.now),
        code=(new.code or "".join(secrets.choice(LETTERS) for _ in range(LENGTH))).upper(),
        facility_id=facility_id,
        most_minor=new.most_minor,
        currency=CURRENCY,
        uses=new.uses,
        uses_each=new.uses_each,
        first_day=first,
        last_day=new.last_day,
        made_by=actor.account_id,
        made_at=tx.now,
    )
    try:
        with tx.session.begin_nested():
            tx.session.add(made)
    except IntegrityError:
        raise Problem(
            "promo_code_exists", 409, f"There is, or was, a code {made.code} already.", "Choose another one."
        ) from None
    _trace(tx, actor, made, "promotional code made")
    return _view(tx, made)


def listed(tx: Tx, actor: Actor, facility_id: str, *, with_ended: bool = False) -> tuple[PromoView, ...]:
    """Return a facility's codes, the newest first; those that are over or ended only if asked for."""
    authorize(actor, Action.SET_PROMO_CODES, Subject(facility_id=facility_id))
    facilities.get(tx, facility_id)
    query = (
        select(PromoCode)
        .where(PromoCode.facility_id == facility_id)
        .order_by(col(PromoCode.made_at).desc(), col(PromoCode.id).desc())
    )
    views = [_view(tx, each) for each in tx.session.exec(query)]
    return tuple(each for each in views if with_ended or each.state in ("standing", "not_begun"))


def end(tx: Tx, actor: Actor, code_id: str) -> PromoView:
    """End a code: what it has paid stays paid. Ending it again changes nothing. Raises ``not_found`` (404)."""
    query = select(PromoCode).where(PromoCode.id == code_id).with_for_update()
    found = tx.session.exec(query).first()
    if found is None:
        raise not_found("The code")
    try:
        authorize(actor, Action.SET_PROMO_CODES, Subject(facility_id=found.facility_id))
    except Problem as refusal:
        raise (not_found("The code") if actor.role == "officer" else refusal) from refusal
    if found.ended_at is None:
        found.ended_at = tx.now
        tx.session.add(found)
        tx.session.flush()
        _trace(tx, actor, found, "promotional code ended")
    return _view(tx, found)


def called(tx: Tx, code: str) -> PromoCode | None:
    """Return the code that somebody wrote, in capitals or not, or None."""
    return tx.session.exec(select(PromoCode).where(PromoCode.code == code.strip().upper())).first()


def _view(tx: Tx, one: PromoCode) -> PromoView:
    ((used,),) = tx.run(_TIMES, {"books": f"promo:{one.id}"})
    today = local_today(facilities.get(tx, one.facility_id), tx.now)
    return PromoView(
        id=one.id,
        code=one.code,
        facility_id=one.facility_id,
        most_minor=one.most_minor,
        currency=one.currency,
        uses=one.uses,
        uses_each=one.uses_each,
        used=int(used),
        first_day=one.first_day,
        last_day=one.last_day,
        state=_state(one, today),
        ended_at=one.ended_at,
    )


def _state(one: PromoCode, today: date) -> State:
    if one.ended_at is not None:
        return "ended"
    if today > one.last_day:
        return "over"
    return "standing" if one.first_day <= today else "not_begun"


def _trace(tx: Tx, actor: Actor, one: PromoCode, action: str) -> None:
    audit.record(
        tx,
        actor,
        audit.facility_chain(one.facility_id),
        action=action,
        subject=f"promo:{one.id}",
        what={"code": one.code, "most_minor": one.most_minor, "currency": one.currency, "uses": one.uses},
    )
