"""What support agents work with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend_client.models.common import Money, Secret, WireEnum


class FoundBy(WireEnum):
    """What a search was taken for."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    REFERENCE = "reference"


@dataclass(frozen=True)
class FoundAccount:
    """A customer's account, as little of it as tells an agent that it is the right one."""

    id: str
    name: str
    email_masked: str
    disabled: bool
    phone_last4: str | None = None
    city: str | None = None
    state: str | None = None


@dataclass(frozen=True)
class FoundAccounts:
    """Who was found. `more` fit than are here; `near` says that nobody is written like that, and these only about."""

    items: tuple[FoundAccount, ...]
    by: FoundBy
    more: bool
    near: bool


@dataclass(frozen=True)
class Look:
    """A look at a customer's account; it ends at `ends_at` (UTC) at the latest."""

    id: str
    account_id: str
    ends_at: datetime


class TimelineSource(WireEnum):
    """Where something that happened is kept."""

    TRACE = "trace"
    NOTICE = "notice"
    PAYMENT = "payment"
    REFUND = "refund"


class DoneBy(WireEnum):
    """Who did it."""

    VISITOR = "visitor"
    FACILITY = "facility"
    SUPPORT = "support"
    OPERATOR = "operator"
    SERVER = "server"


@dataclass(frozen=True)
class TimelineItem:
    """One thing that happened to an account, at an instant (UTC).

    `what` is an action of the trace, a kind of notice, `payment` or `refund`; `note` a reason, a masked address or a
    way to pay; `state` how a notice or a payment ended.
    """

    id: str
    at: datetime
    source: TimelineSource
    what: str
    by: DoneBy
    by_name: str | None = None
    facility: str | None = None
    reference: str | None = None
    note: str | None = None
    amount: Money | None = None
    state: str | None = None


@dataclass(frozen=True)
class OneTimeCode:
    """A one-time code for a locked-out visitor, to be said aloud once."""

    code: Secret
    code_expires_at: datetime
