"""What can pay for a held opening, and how its price is split over that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend.db import Tx
from backend.errors import Reason
from backend.facilities.prices import PriceLine, price_on
from backend.money import sources
from backend.money.ledger import Fees
from backend.money.sources import Asking, Offered
from backend.security import Action, Actor, Subject, authorize
from backend.timetables.wall_clock import local_date
from backend.visits import repository
from backend.visits.ground import Ground, lay
from backend.visits.holds import wanted_of
from backend.visits.refusals import refusal
from backend.visits.rules.request_window import week_start


@dataclass(frozen=True, slots=True)
class WaysView:
    """What a held visit costs, and what could pay for it. The terminal shows it; confirming reckons anew."""

    price: PriceLine
    facility_pays: bool
    offered: Offered


def price_of(tx: Tx, ground: Ground) -> PriceLine:
    """Return the most that a visit costs that is booked today."""
    wanted = ground.wanted
    return price_on(tx, wanted.facility_id, wanted.visit_type, wanted.duration_minutes, ground.facts.today)


def fees_of(price: PriceLine) -> Fees:
    """Return a price as what is charged."""
    return Fees(price.session_fee_minor, price.transaction_fee_minor, price.currency, price.tax_minor)


def asking_of(ground: Ground, starts_at: datetime, price: Fees, promo_code: str | None) -> Asking:
    """Return who wants to pay for a visit from ``starts_at`` (UTC), and what."""
    policy = ground.policy
    return Asking(
        account_id=ground.account_id,
        facility_id=ground.facility.id,
        visit_type=policy.visit_type,
        price=price,
        today=ground.facts.today,
        week=week_start(local_date(ground.zone, starts_at), policy.week_starts_on),
        free_visits_per_week=policy.free_visits_per_week,
        facility_pays=policy.facility_pays,
        promo_code=promo_code,
    )


def ways(tx: Tx, actor: Actor, promo_code: str | None) -> WaysView:
    """Return what could pay for what the account holds now. Raises ``hold_expired`` (409) where it holds nothing."""
    hold = repository.hold_of(tx, actor.account)
    if hold is None or tx.now >= hold.held_until:
        raise refusal([Reason("hold_expired", "No time is kept for you any more.")])
    authorize(actor, Action.USE_OWN_ACCOUNT, Subject(account_id=actor.account, facility_id=hold.facility_id))
    ground = lay(tx, actor.account, wanted_of(hold))
    price = price_of(tx, ground)
    asking = asking_of(ground, hold.starts_at, fees_of(price), promo_code)
    return WaysView(price, asking.facility_pays, sources.offered(tx, asking))
