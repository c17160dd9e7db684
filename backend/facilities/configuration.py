"""Changing what holds at a facility: settings and prices from a date on, checked when they are made.

What is refused here can never be met later: a length off the grid, a price above its cap. Dates are the facility's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, Literal

from backend.audit import service as audit
from backend.db import Tx
from backend.errors import Problem, invalid, not_found
from backend.facilities import rate_caps, repository
from backend.facilities import registry as known
from backend.facilities.models import ANY_TYPE, Facility, Price, Setting
from backend.facilities.policy import VISIT_TYPES, local_today, visit_policy
from backend.facilities.prices import ANY_DURATION, MEASURED_TYPES, WHOLE, PriceLine, price_line
from backend.facilities.registry import REGISTRY
from backend.facilities.setting_values import SettingError, SettingSpec, VisitType
from backend.security import Action, Actor, Subject, authorize

PriceUnit = Literal["visit", "minute"]
MOST_MINOR: Final = 1_000_00
"""A fee above this, in minor units, is taken for a slip of the hand."""
MOST_TAX: Final = WHOLE // 2
"""The same of a tax, in basis points."""


def set_setting(
    tx: Tx,
    actor: Actor,
    facility_id: str,
    name: str,
    value: object,
    *,
    effective_from: date,
    visit_type: VisitType | None = None,
    why: str | None = None,
) -> Setting:
    """Let a setting hold from a date on, for a visit type, or for the whole facility where ``visit_type`` is None.

    ``value`` is JSON, as :data:`backend.facilities.registry.REGISTRY` describes it. Raises ``not_found`` (404),
    ``invalid`` (422), or ``price_above_cap`` (422) where a shorter length would make a price break its cap.
    """
    facility = _facility_to_set_up(tx, actor, facility_id)
    spec = REGISTRY.get(name)
    if spec is None:
        raise invalid("name", f"There is no setting {name!r}. There are: {', '.join(sorted(REGISTRY))}.")
    _refuse_wrong_scope(spec, visit_type)
    try:
        spec.parse(value)
    except SettingError as error:
        raise invalid(name, f"{spec.sentence} {error}") from error
    key = (facility_id, visit_type or ANY_TYPE, name, effective_from)
    setting = tx.session.get(Setting, key)
    before = setting.value if setting else None
    if setting is None:
        setting = Setting(
            facility_id=facility_id,
            visit_type=visit_type or ANY_TYPE,
            name=name,
            effective_from=effective_from,
            value=value,
            set_at=tx.now,
        )
    elif before == value:
        return setting
    setting.value, setting.set_at = value, tx.now
    tx.session.add(setting)
    tx.session.flush()
    if name == "durations":
        refuse_prices_above_cap(tx, facility)
    audit.record(
        tx,
        actor,
        audit.facility_chain(facility_id),
        action="setting made",
        subject=f"{visit_type or 'facility'}:{name}",
        what={"from": effective_from.isoformat(), "value": value, "before": before},
        why=why,
    )
    return setting


def set_price(
    tx: Tx,
    actor: Actor,
    facility_id: str,
    visit_type: VisitType,
    *,
    session_fee_minor: int,
    transaction_fee_minor: int = 0,
    tax_basis_points: int = 0,
    unit: PriceUnit = "visit",
    duration_minutes: int = ANY_DURATION,
    effective_from: date,
    why: str | None = None,
) -> Price:
    """Let a price hold from a date on: for visits of one length, or of every length (0). Fees are US cents.

    ``tax_basis_points`` are hundredths of a percent of both fees, which come on top of them. What is booked already
    keeps the price that it was booked at.

    Raises ``not_found`` (404), ``invalid`` (422), ``price_above_cap`` (422), or ``kind_and_population_needed`` (409)
    where anything is to be paid and the facility's kind or population, on which the caps depend, is not set.
    """
    facility = _facility_to_set_up(tx, actor, facility_id)
    price = Price(
        facility_id=facility_id,
        visit_type=visit_type,
        duration_minutes=duration_minutes,
        effective_from=effective_from,
        unit=unit,
        session_fee_minor=session_fee_minor,
        transaction_fee_minor=transaction_fee_minor,
        tax_basis_points=tax_basis_points,
        set_at=tx.now,
    )
    _refuse_slips(price)
    price = tx.session.merge(price)
    tx.session.flush()
    refuse_prices_above_cap(tx, facility)
    audit.record(
        tx,
        actor,
        audit.facility_chain(facility_id),
        action="price set",
        subject=f"{visit_type}:{duration_minutes or 'every length'}",
        what={
            "from": effective_from.isoformat(),
            "unit": unit,
            "session_fee_minor": session_fee_minor,
            "transaction_fee_minor": transaction_fee_minor,
            "tax_basis_points": tax_basis_points,
        },
        why=why,
    )
    return price


def prices_above_cap(tx: Tx) -> tuple[int, Sequence[str]]:
    """Return how many facilities have prices, and a sentence for each that costs more than it may.

    There is none while caps stay as they are; a new version may bring new ones, which older prices do not keep.
    """
    facilities, above = repository.priced(tx), []
    for facility in facilities:
        try:
            refuse_prices_above_cap(tx, facility)
        except Problem as problem:
            above.append(f"{facility.name}: {problem.title} {problem.detail}")
    return len(facilities), above


def refuse_prices_above_cap(tx: Tx, facility: Facility) -> None:
    """Raise unless the facility's prices, today's and those to come, keep the caps of its kind and population.

    They are judged on every date on which a price, a list of lengths or a cap begins to hold, for every length that can
    be chosen then: between two such dates nothing changes, so each day of their validity is judged. A tax is no part of
    a rate.
    """
    today = local_today(facility, tx.now)
    prices = repository.prices(tx, facility.id)
    settings = repository.settings_on(tx, [facility.id], date.max)
    starts = {price.effective_from for price in prices}
    starts |= {setting.effective_from for setting in settings if setting.name == known.DURATIONS.name}
    starts |= {table.in_force_from for table in rate_caps.CAP_TABLES}
    for on in sorted({today} | {start for start in starts if start > today}):
        begun = [price for price in prices if price.effective_from <= on]
        said = [setting for setting in settings if setting.effective_from <= on]
        for visit_type in rate_caps.CAPPED_TYPES:
            priced = {price.duration_minutes for price in begun if price.visit_type == visit_type} - {ANY_DURATION}
            for minutes in sorted({*visit_policy(said, visit_type).durations, *priced}):
                _refuse_above_cap(facility, visit_type, minutes, price_line(begun, visit_type, minutes), on)


def _refuse_above_cap(facility: Facility, visit_type: VisitType, minutes: int, line: PriceLine, on: date) -> None:
    if line.total_minor == 0:
        return
    if not rate_caps.kind_has_cap(facility.kind) or facility.population is None:
        raise Problem(
            "kind_and_population_needed",
            409,
            f"{facility.name} needs its kind and its population before a price can be set.",
            "The caps on what a visit may cost depend on both. Set them, then set the price. Free visits need neither.",
        )
    cap = rate_caps.cap_on(facility.kind, facility.population, on)
    if cap is None:
        return
    most = cap.session_fee(minutes)
    if line.session_fee_minor > most or line.transaction_fee_minor > cap.transaction_fee:
        raise Problem(
            "price_above_cap",
            422,
            f"A {minutes}-minute {visit_type} visit would cost more than it may.",
            f"On {on.isoformat()} it would cost {_dollars(line.session_fee_minor)} and a transaction fee of "
            f"{_dollars(line.transaction_fee_minor)}; the most is {_dollars(most)}, which is "
            f"{_dollars(cap.per_minute)} a minute, and a transaction fee of "
            f"{_dollars(cap.transaction_fee)} ({cap.source}).",
        )


def _refuse_slips(price: Price) -> None:
    for field, amount in (("session_fee", price.session_fee_minor), ("transaction_fee", price.transaction_fee_minor)):
        if not 0 <= amount <= MOST_MINOR:
            raise invalid(field, f"A fee is from 0 to {MOST_MINOR // 100} dollars.")
    if not 0 <= price.tax_basis_points <= MOST_TAX:
        raise invalid("tax", f"A tax is from 0 to {MOST_TAX // 100} percent of the fees.")
    if price.duration_minutes % 5 or not 0 <= price.duration_minutes <= 240:
        raise invalid("duration_minutes", "A length is a multiple of 5 minutes, at most 240; 0 is every length.")
    if price.unit == "minute" and price.visit_type not in MEASURED_TYPES:
        raise invalid(
            "unit",
            "Nobody measures how long a visit in person takes, so unused minutes could not come back: set a "
            "price for the visit.",
        )


def _refuse_wrong_scope(spec: SettingSpec[object], visit_type: VisitType | None) -> None:
    if visit_type is None and spec.scope == "type_only":
        raise invalid("visit_type", f"{spec.name} is set for one visit type: {_listed(VISIT_TYPES)}.")
    if visit_type is not None and spec.scope == "facility":
        raise invalid("visit_type", f"{spec.name} is set for the whole facility, without a visit type.")


def _facility_to_set_up(tx: Tx, actor: Actor, facility_id: str) -> Facility:
    authorize(actor, Action.SET_UP, Subject(facility_id=facility_id))
    facility = repository.facility(tx, facility_id)
    if facility is None:
        raise not_found("The facility")
    return facility


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)


def _dollars(minor: int) -> str:
    return f"${minor // 100}.{minor % 100:02d}"
