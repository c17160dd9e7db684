"""Tables of facilities, their dated settings and prices, and their versioned terms."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Dialect, Index, UniqueConstraint, text
from sqlmodel import Field

from backend.types import JsonText, LocalDate, Table, UtcInstant, canonical_json

VISIT_TYPES = ("remote", "onsite_video", "in_person")
ANY_TYPE = ""
"""The visit type of a setting that holds for the whole facility."""


class Facility(Table, table=True):
    """A place where individuals are held."""

    __tablename__ = "facility"
    __table_args__ = (
        UniqueConstraint("source", "external_id", name="facility_source"),
        Index("facility_by_state", "state", "name"),
    )

    id: str = Field(primary_key=True)
    source: str
    """Which list the facility came from; with ``external_id`` it is how an import finds it again."""
    external_id: str
    name: str
    state: str
    """Two-letter code."""
    city: str | None = None
    address: str | None = None
    postal_code: str | None = None
    phone: str | None = None
    kind: str = "unknown"
    """prison, jail, detention, juvenile, immigration, other or unknown: rate caps depend on it."""
    population: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    zone: str | None = None
    """IANA name of the zone its schedule is kept in; without one the facility needs a zone and is not bookable."""
    created_at: datetime = Field(sa_type=UtcInstant)
    updated_at: datetime = Field(sa_type=UtcInstant)


class SettingValue(JsonText):
    """A JSON value that may be null: that is a value of its own, such as no request window, and not a missing one."""

    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str:
        """Turn a JSON value into canonical text, null into ``null``."""
        return canonical_json(value)


class Setting(Table, table=True):
    """One setting of a facility and visit type from a date on. Names and types: :mod:`backend.facilities.policy`."""

    __tablename__ = "setting"

    facility_id: str = Field(primary_key=True, foreign_key="facility.id")
    visit_type: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    effective_from: date = Field(primary_key=True, sa_type=LocalDate)
    """Facility-local date."""
    value: object = Field(sa_type=SettingValue)
    set_at: datetime = Field(sa_type=UtcInstant)


class Price(Table, table=True):
    """What a visit type costs from a date on, session fee and transaction fee apart, in minor units."""

    __tablename__ = "price"
    __table_args__ = (
        CheckConstraint("unit IN ('visit', 'minute')", name="price_unit"),
        CheckConstraint("session_fee_minor >= 0 AND transaction_fee_minor >= 0", name="price_not_negative"),
        CheckConstraint("tax_basis_points BETWEEN 0 AND 10000", name="price_tax"),
    )

    facility_id: str = Field(primary_key=True, foreign_key="facility.id")
    visit_type: str = Field(primary_key=True)
    duration_minutes: int = Field(primary_key=True)
    """0 where one price holds for every length."""
    effective_from: date = Field(primary_key=True, sa_type=LocalDate)
    unit: str
    session_fee_minor: int
    """For a visit, or for a minute, as ``unit`` says."""
    transaction_fee_minor: int
    tax_basis_points: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    """Hundredths of a percent of both fees; added to them, rounded half up to a minor unit."""
    currency: str = "USD"
    set_at: datetime = Field(sa_type=UtcInstant)


class Terms(Table, table=True):
    """One version of the Terms and Conditions of a facility and visit type. Never changed, only followed."""

    __tablename__ = "terms"
    __table_args__ = (UniqueConstraint("facility_id", "visit_type", "version", name="terms_version"),)

    id: str = Field(primary_key=True)
    facility_id: str = Field(foreign_key="facility.id")
    visit_type: str
    version: int
    title: str
    text: str
    published_at: datetime = Field(sa_type=UtcInstant)


class TermsAcceptance(Table, table=True):
    """An account that has been shown one version of the terms to its end and accepted it."""

    __tablename__ = "terms_acceptance"

    account_id: str = Field(primary_key=True, foreign_key="account.id")
    terms_id: str = Field(primary_key=True, foreign_key="terms.id")
    accepted_at: datetime = Field(sa_type=UtcInstant)
