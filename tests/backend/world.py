"""What there is in the demonstration, by the names that the API gives to ids."""

from __future__ import annotations

from datetime import date

from sqlmodel import select

from backend.access.models import FacilityAccess
from backend.db import Database, Tx
from backend.demo.people import ANA, DENISE, WHITFIELD
from backend.disputes.models import Dispute
from backend.facilities.models import Terms
from backend.money.models import LedgerEntry, Payment
from backend.money.source_models import CashReceipt, PromoCode
from backend.restrictions.models import Restriction
from backend.roster.models import Individual
from backend.timetables.models import Blackout
from backend.visits.models import Hold, Visit


def ids_of_ana(db: Database) -> dict[str, str]:
    """Give Ana a hold, and return the ids of what is hers, and of what waits at the desk of her facility."""

    def look(tx: Tx) -> dict[str, str]:
        visit = tx.session.exec(
            select(Visit).where(Visit.account_id == ANA.account_id, Visit.status == "confirmed")
        ).all()[-1]
        individual = tx.session.get_one(Individual, visit.individual_id)
        terms = select(Terms.id).where(Terms.facility_id == individual.facility_id, Terms.visit_type == "remote")
        request = select(FacilityAccess.id).where(FacilityAccess.status == "pending")
        hold = Hold(
            id="01JH0000000000000000000000",
            account_id=ANA.account_id,
            facility_id=individual.facility_id,
            individual_id=individual.id,
            visit_type="remote",
            duration_minutes=30,
            starts_at=visit.starts_at,
            ends_at=visit.ends_at,
            first_held_at=tx.now,
            held_until=visit.starts_at,
        )
        tx.session.add(hold)
        payment = select(Payment.id).where(Payment.account_id == ANA.account_id)
        blackout = Blackout(
            id="01JH0000000000000000000001",
            facility_id=individual.facility_id,
            first_date=date(2027, 1, 5),
            last_date=date(2027, 1, 5),
            reason="Painting.",
            added_at=tx.now,
        )
        tx.session.add(blackout)
        restriction = Restriction(
            id="01JR0000000000000000000000",
            facility_id=individual.facility_id,
            kind="ban",
            person_name="Nobody Nowhere",
            first_date=visit.local_date,
            reason="Contraband.",
            made_at=tx.now,
        )
        tx.session.add(restriction)
        cash = CashReceipt(
            id="01JC0000000000000000000000",
            facility_id=individual.facility_id,
            receipt="1",
            amount_minor=2000,
            currency="USD",
            officer_id=WHITFIELD.account_id,
            taken_at=tx.now,
            code_expires_at=tx.now,
        )
        promo = PromoCode(
            id="01JP0000000000000000000000",
            code="WELCOME",
            facility_id=individual.facility_id,
            most_minor=570,
            currency="USD",
            uses=10,
            uses_each=1,
            first_day=date(2026, 1, 1),
            last_day=date(2027, 1, 1),
            made_at=tx.now,
        )
        tx.session.add_all((cash, promo))
        charges = select(LedgerEntry.id).where(LedgerEntry.account_id == ANA.account_id, LedgerEntry.kind == "charge")
        charge, disputed = tx.session.exec(charges.limit(2)).all()
        dispute = Dispute(
            id="01JD0000000000000000000000",
            account_id=ANA.account_id,
            entry_id=disputed,
            reason="cut_short",
            words="",
            opened_at=tx.now,
            due_on=date(2027, 1, 1),
            status="open",
        )
        tx.session.add(dispute)
        return {
            "facility": individual.facility_id,
            "individual": individual.id,
            "terms": tx.session.exec(terms).one(),
            "visit": visit.id,
            "payment": str(tx.session.exec(payment).first()),
            "hold": hold.id,
            "blackout": blackout.id,
            "restriction": restriction.id,
            "cash": cash.id,
            "promo": promo.id,
            "charge": charge,
            "dispute": dispute.id,
            "account": ANA.account_id,
            "own_request": tx.session.exec(request.where(FacilityAccess.account_id == ANA.account_id)).one(),
            "request": tx.session.exec(request.where(FacilityAccess.account_id == DENISE.account_id)).one(),
        }

    return db.write_now(look)
