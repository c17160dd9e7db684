"""A charge that is disputed: what of it could still come back, and giving it back or as account credit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from backend.accounts import service as accounts
from backend.db import Tx
from backend.facilities import service as facilities
from backend.money import ledger, repository, returns
from backend.money.ledger import Fees, Filled
from backend.money.models import LedgerEntry
from backend.money.sources import LABELS
from backend.visits.models import Visit

SAID: Final = "Support looked into it after you told us."


@dataclass(frozen=True, slots=True)
class Disputed:
    """A charge of a visit. Amounts are in minor units of ``currency``, instants UTC."""

    entry_id: str
    account_id: str
    email: str
    booking_id: str
    visit_id: str | None
    """None where no visit came of it."""
    facility_id: str
    individual_name: str
    entered_at: datetime
    appointment_at: datetime
    """When its visit is, or would have been: a visit that was moved has its present time."""
    zone: str
    charged_minor: int
    left_minor: int
    currency: str
    fee_source_label: str

    def local_date(self, instant: datetime) -> date:
        """Return the facility's date at an instant."""
        return instant.astimezone(ZoneInfo(self.zone)).date()


def charge(tx: Tx, account_id: str, entry_id: str) -> Disputed | None:
    """Return a charge of an account for a visit, None if the entry is none."""
    entry = tx.session.get(LedgerEntry, entry_id)
    if entry is None or entry.account_id != account_id or entry.kind not in ("charge", "no_charge"):
        return None
    if entry.facility_id is None or entry.appointment_at is None:
        raise AssertionError("a charge names its visit")
    moved = repository.transfers_of(tx, entry.id)
    visit, account = tx.session.get(Visit, entry.booking_id), accounts.account(tx, account_id)
    return Disputed(
        entry_id=entry.id,
        account_id=account_id,
        email=account.email if account else "",
        booking_id=entry.booking_id,
        visit_id=visit.id if visit else None,
        facility_id=entry.facility_id,
        individual_name=entry.individual_name,
        entered_at=entry.entered_at,
        appointment_at=visit.starts_at if visit else entry.appointment_at,
        zone=entry.zone,
        charged_minor=sum(one.amount_minor for one in moved),
        left_minor=sum(ledger.not_given_back(tx, entry).values()),
        currency=moved[0].currency if moved else "USD",
        fee_source_label=entry.fee_source_label,
    )


def charge_to_change(tx: Tx, account_id: str, entry_id: str) -> Disputed | None:
    """Do what :func:`charge` does, and let nobody else give any of it back until the transaction ends.

    The caller has locked the account.
    """
    found = charge(tx, account_id, entry_id)
    if found is None:
        return None
    facilities.share(tx, found.facility_id)  # before the charges: what comes back points at the facility
    repository.charges_to_undo(tx, found.booking_id)
    return charge(tx, account_id, entry_id)


def give_back(tx: Tx, disputed: Disputed, amount_minor: int, dispute_id: str) -> str:
    """Give back so much of a charge to where it was paid from: of the session fee first, of the tax last.

    Return the refund's entry. Raises ValueError if more would come back than is left.
    """
    entry = tx.session.get_one(LedgerEntry, disputed.entry_id)
    left = ledger.not_given_back(tx, entry)
    session = min(amount_minor, left.get("session_fee", 0))
    transaction = min(amount_minor - session, left.get("transaction_fee", 0))
    back = Fees(session, transaction, disputed.currency, amount_minor - session - transaction)
    (share,) = returns.give_back_charge(tx, entry, back, SAID, "dispute", source_id=dispute_id)
    return share.entry_id


def give_credit(tx: Tx, disputed: Disputed, amount_minor: int, dispute_id: str) -> str:
    """Give so much as account credit instead of giving it back; the charge stays. Return the credit's entry."""
    entry = tx.session.get_one(LedgerEntry, disputed.entry_id)
    return ledger.fill(
        tx,
        Filled(
            account_id=disputed.account_id,
            amount_minor=amount_minor,
            currency=disputed.currency,
            by="credit",
            label=LABELS["credit"],
            zone=disputed.zone,
            source_id=dispute_id,
            sentence=SAID,
            visit=entry,
        ),
    )
