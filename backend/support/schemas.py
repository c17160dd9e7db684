"""What support says and hears on the wire."""

from __future__ import annotations

from backend.money.schemas import Money
from backend.support.repository import Source
from backend.support.service import By as FoundBy
from backend.support.timeline import By, Happening
from backend.text import Line, Paragraphs
from backend.web import Instant, Schema


class FindAccount(Schema):
    """What a customer says of themselves: a name, an address, a phone number, or a reference."""

    said: Line


class FoundAccount(Schema):
    """An account, as little of it as tells an agent that it is the right one."""

    id: str
    name: str
    email_masked: str
    phone_last4: str | None
    city: str | None
    state: str | None
    disabled: bool


class FoundAccounts(Schema):
    """At most 20 accounts by name. ``more`` fit; or they only fit about (``near``), for nobody is written like that."""

    items: tuple[FoundAccount, ...]
    by: FoundBy
    more: bool
    near: bool


class AskLook(Schema):
    """Why an account is looked at: a ticket, or what its customer asked for. It stays in the trace."""

    account_id: str
    why: Line


class Look(Schema):
    """A look. Its id goes along as ``Visit-Desk-Look`` with each request that reads as the customer does."""

    id: str
    account_id: str
    ends_at: Instant


class TimelineItem(Schema):
    """One thing that happened. ``note`` is a reason, a masked address or a way to pay; ``state`` how it ended."""

    id: str
    at: Instant
    source: Source
    what: str
    by: By
    by_name: str | None
    facility: str | None
    reference: str | None
    note: str | None
    amount: Money | None
    state: str | None

    @classmethod
    def of(cls, said: Happening) -> TimelineItem:
        """Return a line as it is sent."""
        same = {name: getattr(said, name) for name in cls.model_fields if name != "amount"}
        amount = None
        if said.amount_minor is not None and said.currency is not None:
            amount = Money(minor=said.amount_minor, currency=said.currency)
        return cls.model_validate({**same, "amount": amount})


class Timeline(Schema):
    """A page of what happened, the newest first."""

    items: tuple[TimelineItem, ...]
    next_cursor: str | None


class AskCode(Schema):
    """Why a customer is given a code; it stays in the trace."""

    reason: Paragraphs


class OneTimeCode(Schema):
    """The digits to read out to the customer, who enters them with a new password."""

    code: str
    code_expires_at: Instant
