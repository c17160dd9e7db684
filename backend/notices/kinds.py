"""What each kind of notice is written from. Instants travel as RFC 3339 text, money as minor units."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

Kind = Literal[
    "create_account_code",
    "account_exists",
    "reset_password_code",
    "no_such_account",
    "access_requested",
    "access_decided",
    "visit_confirmed",
    "visit_changed",
    "visit_cancelled",
    "money_back",
    "money_added",
    "money_taken_back",
    "dispute_opened",
    "dispute_decided",
]


class NoticeData(BaseModel):
    """Base of what a notice is written from."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class NothingMore(NoticeData):
    """The kind says it all."""


class CodeData(NoticeData):
    """A one-time code, named by its id: the digits are derived when the message is written."""

    code_id: str
    expires_at: AwareDatetime


class AccessData(NoticeData):
    """A request for facility access, and what became of it."""

    facility: str
    individual_name: str
    status: str = "pending"
    due_on: date | None = None
    """Facility-local date by which an answer is due."""
    reason: str | None = None
    until: date | None = None
    """Last facility-local day of a suspension that has one."""


class VisitData(NoticeData):
    """A visit, as its notices and its calendar entry tell it."""

    visit_id: str
    reference: str
    facility: str
    visit_type: str
    individual_name: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    zone: str
    how: str = ""
    """How, where and from when to join, as sentences."""
    total_minor: int = 0
    """US cents."""
    returned_minor: int | None = None
    """For a cancelled visit: the US cents that come back."""
    returned_to: str | None = None
    cancelled_by: str | None = None
    reason: str | None = None
    changes: int = 0
    """How often it was moved or cancelled: the sequence number of its calendar entry."""
    made_at: AwareDatetime | None = None
    """When what the notice tells of was done; None: not said."""
    moved_from: AwareDatetime | None = None
    """For a moved visit: when it started before."""
    moved_by: str | None = None


class MoneyData(NoticeData):
    """Money that came back, was added to an account or taken off it again, and why."""

    said: str
    """Why, as a sentence."""
    amount_minor: int
    currency: str
    to: str
    """Where it goes, such as a card's brand and last four digits."""


class DisputeData(NoticeData):
    """A dispute about a charge, and what was decided."""

    about: str
    """The charge, such as ``$5.70 for the visit with Mateo Rivera on November 24``."""
    due_on: date | None = None
    """The day of the facility by whose end there is an answer."""
    decision: str | None = None
    outcome: Literal["refunded", "credited", "refused"] | None = None
    amount_minor: int = 0
    currency: str = "USD"


DATA: Final[Mapping[Kind, type[NoticeData]]] = {
    "create_account_code": CodeData,
    "account_exists": NothingMore,
    "reset_password_code": CodeData,
    "no_such_account": NothingMore,
    "access_requested": AccessData,
    "access_decided": AccessData,
    "visit_confirmed": VisitData,
    "visit_changed": VisitData,
    "visit_cancelled": VisitData,
    "money_back": MoneyData,
    "money_added": MoneyData,
    "money_taken_back": MoneyData,
    "dispute_opened": DisputeData,
    "dispute_decided": DisputeData,
}
