"""What support says and hears on the wire."""

from __future__ import annotations

from backend.accounts.addresses import GivenAddress
from backend.text import Paragraphs
from backend.web import Instant, Schema


class FindAccount(Schema):
    """The exact address of a customer."""

    email: GivenAddress


class FoundAccount(Schema):
    """An account, as little of it as tells an agent that it is the right one."""

    id: str
    name: str
    email_masked: str


class FoundAccounts(Schema):
    """One account or none."""

    items: tuple[FoundAccount, ...]


class AskCode(Schema):
    """Why a customer is given a code; it stays in the trace."""

    reason: Paragraphs


class OneTimeCode(Schema):
    """The digits to read out to the customer, who enters them with a new password."""

    code: str
    code_expires_at: Instant
