"""Who is asking, and the one function that says who may do what."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Literal

from backend.errors import Problem, not_allowed

Role = Literal["visitor", "officer", "support", "operator"]
Channel = Literal["terminal", "shell", "server"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: an account through a sign-in session, the operator's shell, or the server itself."""

    role: Role
    channel: Channel
    account_id: str | None = None
    facility_ids: frozenset[str] = field(default_factory=frozenset)
    """The facilities that an officer works at."""
    sign_in_session_id: str | None = None
    acting_for: str | None = None
    kind: str = "desktop"
    device: str | None = None
    bound_to: str | None = None
    """At a kiosk: the only facility at which anything can be seen to or changed."""
    looking: bool = False
    """A support agent who sees a customer's account as the customer does, and changes nothing."""

    @property
    def account(self) -> str:
        """The account this is about: the one acted for, else the actor's own. Raises ``not_signed_in`` without one.

        Whoever takes the account from here needs no other permission for what is its own: nobody can name another.
        """
        account = self.acting_for or self.account_id
        if account is None:
            raise not_signed_in()
        return account


SHELL: Final = Actor(role="operator", channel="shell")
"""Whoever may run commands on the server's own data."""
SERVER: Final = Actor(role="operator", channel="server")
"""The server acting by policy: automatic approval, settling payments, the demonstration."""


class Action(Enum):
    """Everything that needs a permission."""

    USE_OWN_ACCOUNT = "use own account"
    """Profile, access requests, draft, holds, visits and transactions of one's own account."""
    SEE_FACILITIES = "see facilities"
    SEE_ACCESS_REQUESTS = "see access requests"
    DECIDE_ACCESS = "decide access"
    CANCEL_FOR_FACILITY = "cancel visits for the facility"
    RUN_VISITS = "run visits"
    """See the visits of a facility, move them for it, check visitors in and record outcomes."""
    SET_BLACKOUTS = "set blackouts"
    FIND_ACCOUNT = "find account"
    LOOK_AT_ACCOUNT = "look at account"
    """See a visitor's account as the visitor does, and what happened to it."""
    ISSUE_CODE = "issue one-time code"
    DECIDE_DISPUTE = "decide disputes"
    OVERRIDE_RULES = "override rules"
    RESTRICT = "restrict visits"
    """See, make and end restrictions at a facility: who may not meet whom, and when."""
    TAKE_CASH = "take cash"
    """Take cash for a prepaid balance at a facility, see what was taken, and put a mistake right."""
    SET_PROMO_CODES = "set promotional codes"
    GIVE_CREDIT = "give account credit"
    SET_UP = "set up facilities"


@dataclass(frozen=True, slots=True)
class Subject:
    """What it is done to: an account, a facility, or neither."""

    account_id: str | None = None
    facility_id: str | None = None
    role: str | None = None
    """Of the account, where it matters."""


NOTHING: Final = Subject()


def authorize(actor: Actor, action: Action, subject: Subject = NOTHING) -> None:
    """Let ``actor`` do ``action`` to ``subject``, or raise ``not_allowed`` or ``not_at_this_kiosk`` (403).

    Visitors act on their own account only, officers at their own facilities only, support on visitors' accounts; the
    operator's shell and the server itself may do everything.
    """
    if not _may(actor, action, subject):
        raise not_allowed()
    if actor.bound_to is not None and subject.facility_id not in (None, actor.bound_to):
        raise Problem(
            "not_at_this_kiosk",
            403,
            "This kiosk serves its own facility only.",
            "For another facility, sign in on your own phone or computer.",
        )


def _may(actor: Actor, action: Action, subject: Subject) -> bool:
    if actor.role == "operator" or action is Action.SEE_FACILITIES:
        return True
    match action:
        case Action.USE_OWN_ACCOUNT:
            return actor.account_id is not None and subject.account_id in (None, actor.account)
        case (
            Action.SEE_ACCESS_REQUESTS
            | Action.SET_BLACKOUTS
            | Action.DECIDE_ACCESS
            | Action.CANCEL_FOR_FACILITY
            | Action.RUN_VISITS
            | Action.RESTRICT
            | Action.TAKE_CASH
            | Action.SET_PROMO_CODES
        ):
            return actor.role == "officer" and subject.facility_id in actor.facility_ids
        case Action.OVERRIDE_RULES:
            acting = actor.role == "support" and actor.acting_for is not None
            return acting or (actor.role == "officer" and subject.facility_id in actor.facility_ids)
        case (
            Action.FIND_ACCOUNT
            | Action.LOOK_AT_ACCOUNT
            | Action.ISSUE_CODE
            | Action.DECIDE_DISPUTE
            | Action.GIVE_CREDIT
        ):
            return actor.role == "support" and (action is Action.FIND_ACCOUNT or subject.role == "visitor")
        case Action.SET_UP:
            return False


def not_signed_in() -> Problem:
    """Return the refusal of a call without a live sign-in session."""
    return Problem(
        "not_signed_in",
        401,
        "You are signed out.",
        "Sign in again. What you entered for your visit is kept.",
    )
