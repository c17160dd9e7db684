"""Looking at an account, and changing what it says about a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.accounts import finding, repository
from backend.accounts.models import Account, SignInSession
from backend.accounts.profile import ProfileChanges, check_age
from backend.audit import service as audit
from backend.changes import service as changes
from backend.db import Tx
from backend.facilities import service as facilities
from backend.facilities.views import FacilityRef
from backend.kiosks import clocks
from backend.kiosks.clocks import Clocks
from backend.security import Actor


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account, and for an officer the facilities worked at."""

    account: Account
    facilities: Sequence[FacilityRef]


@dataclass(frozen=True, slots=True)
class SessionView:
    """A sign-in session and the account it is of."""

    session: SignInSession
    account: AccountView
    ends_at: datetime
    """UTC, exclusive, if nothing more is heard of it."""
    clocks: Clocks | None
    """At a kiosk."""


def view(tx: Tx, account_id: str) -> AccountView:
    """Return an account as its own person sees it. The caller has seen to it that it is."""
    account = tx.session.get_one(Account, account_id)
    return AccountView(account, [facilities.ref(tx, facility) for facility in repository.posts(tx, account_id)])


def session_view(tx: Tx, session_id: str) -> SessionView:
    """Return a sign-in session. The caller has seen to it that it is the asking person's own."""
    session = tx.session.get_one(SignInSession, session_id)
    return SessionView(session, view(tx, session.account_id), clocks.ends(tx, session), clocks.view(tx, session))


def read(tx: Tx, actor: Actor) -> AccountView:
    """Return the account that ``actor`` acts for."""
    return view(tx, actor.account)


def change(tx: Tx, actor: Actor, wanted: ProfileChanges) -> AccountView:
    """Change the profile where ``wanted`` says something new; officers who look at its requests see it at once.

    The trace keeps what was before and after, for a decision of a facility rests on it.
    """
    account = tx.session.get_one(Account, actor.account)
    if wanted.birth_date is not None:
        check_age(wanted.birth_date, tx.now.date())
    before = {name: getattr(account, name) for name in ProfileChanges.model_fields}
    given = {name: value for name, value in wanted.model_dump().items() if value is not None}
    new = {name: value for name, value in given.items() if value != before[name]}
    if not new:
        return view(tx, account.id)
    for name, value in new.items():
        setattr(account, name, value)
    tx.session.add(account)
    tx.session.flush()
    finding.keep(tx, account)
    audit.record(
        tx,
        actor,
        audit.account_chain(account.id),
        action="profile changed",
        subject=f"account:{account.id}",
        what={name: {"before": _plain(before[name]), "after": _plain(value)} for name, value in new.items()},
    )
    changes.announce(tx, changes.account_stream(account.id), "account", account.id)
    for facility_id, access_id in repository.waiting_requests(tx, account.id):
        changes.announce(tx, changes.facility_stream(facility_id), "access", access_id)
    return view(tx, account.id)


def _plain(value: object) -> str | None:
    return None if value is None else str(value)
