"""The timeline of an account: what was done to it and by whom, what it was told, what it paid, and what came back.

Taken from the trace, the outbox, the payments and the ledger as they are; nothing of it is kept twice. Openings that
were kept and let go without a visit are not in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from backend.accounts import service as accounts
from backend.accounts.addresses import masked
from backend.audit import service as audit
from backend.db import Tx
from backend.paging import cursor_of, instant_of, parts_of
from backend.security import Actor
from backend.support import looks, repository
from backend.support.repository import Event, Place, Source
from backend.types import microseconds

By = Literal["visitor", "facility", "support", "operator", "server"]
_BEHIND_ALL: Final = "~"
"""Sorts behind every source and key."""
_ROLES: Final[dict[str, By]] = {"visitor": "visitor", "officer": "facility", "support": "support"}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a timeline. ``at`` is UTC; amounts are in minor units."""

    id: str
    at: datetime
    source: Source
    what: str
    by: By
    by_name: str | None
    facility: str | None
    reference: str | None
    note: str | None
    amount_minor: int | None
    currency: str | None
    state: str | None


def page(
    tx: Tx, actor: Actor, look_id: str, *, cursor: str | None, limit: int
) -> tuple[tuple[Happening, ...], str | None]:
    """Return what happened to the account that is looked at, the newest first, and the cursor of the next page.

    Raises ``look_is_over`` (403), or ``invalid`` (422) for a cursor of something else.
    """
    look = looks.standing(tx, actor, look_id)
    chain = audit.account_chain(look.account_id)
    found = repository.events(tx, look.account_id, chain, _before(tx, cursor), limit + 1)
    shown = found[:limit]
    following = _cursor(shown[-1]) if len(found) > limit else None
    facilities = repository.facility_names(tx, sorted({one.facility_id for one in shown if one.facility_id}))
    people = accounts.accounts_by_id(tx, {one.actor_id for one in shown if one.actor_id})
    lines = []
    for one in shown:
        who = people.get(one.actor_id or "")
        lines.append(
            Happening(
                id=f"{one.source}:{one.key}",
                at=one.at,
                source=one.source,
                what=one.what,
                by=_ROLES.get(who.role, "operator") if who else ("operator" if one.channel == "shell" else "server"),
                by_name=f"{who.first_name} {who.last_name}" if who else None,
                facility=facilities.get(one.facility_id or ""),
                reference=one.reference,
                note=masked(one.said) if one.source == "notice" and one.said else one.said,
                amount_minor=one.amount_minor,
                currency=one.currency,
                state=one.state,
            )
        )
    return tuple(lines), following


def _before(tx: Tx, cursor: str | None) -> Place:
    if cursor is None:
        return Place(tx.now, _BEHIND_ALL, _BEHIND_ALL)
    at, source, key = parts_of(cursor, 3)
    return Place(instant_of(at), source, key)


def _cursor(last: Event) -> str:
    return cursor_of(str(microseconds(last.at)), last.source, last.key)
