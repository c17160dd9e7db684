"""Tables of accounts, sign-in sessions, failed sign-ins and one-time codes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from backend.types import LocalDate, Table, UtcInstant

ROLES = ("visitor", "officer", "support", "operator")
SIGN_IN_KINDS = ("desktop", "ssh", "kiosk")


class Account(Table, table=True):
    """One person who can sign in, with what a facility decides on (RULES section 2)."""

    __tablename__ = "account"
    __table_args__ = (CheckConstraint(f"role IN {ROLES}", name="account_role"),)

    id: str = Field(primary_key=True)
    email: str
    email_key: str = Field(unique=True)
    """The address as it is compared: normalised, case folded."""
    password_hash: str | None = None
    """argon2; none for the people of the demonstration, who cannot sign in with a password."""
    role: str
    first_name: str
    last_name: str
    birth_date: date | None = Field(default=None, sa_type=LocalDate)
    address_line: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    phone: str | None = None
    id_kind: str | None = None
    id_last4: str | None = None
    time_zone: str | None = None
    """IANA name of the zone that this person reads times in."""
    created_at: datetime = Field(sa_type=UtcInstant)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class AccountKey(Table, table=True):
    """Something that a visitor's account is found by: a word of the name, or the phone number backwards."""

    __tablename__ = "account_key"
    __table_args__ = (CheckConstraint("kind IN ('name', 'phone')", name="account_key_kind"),)

    kind: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    """As it is compared, and ordered by its bytes, so that a beginning is a range."""
    account_id: str = Field(primary_key=True, foreign_key="account.id", index=True)


class OfficerPost(Table, table=True):
    """A facility that an officer works at."""

    __tablename__ = "officer_post"

    account_id: str = Field(primary_key=True, foreign_key="account.id")
    facility_id: str = Field(primary_key=True, foreign_key="facility.id")


class SignInSession(Table, table=True):
    """One sign-in: from one device, until it is idle too long, ends, or is revoked."""

    __tablename__ = "sign_in_session"
    __table_args__ = (
        CheckConstraint(f"kind IN {SIGN_IN_KINDS}", name="sign_in_session_kind"),
        CheckConstraint("kiosk_id IS NULL OR kind = 'kiosk'", name="sign_in_session_at_kiosk"),
        CheckConstraint("(kiosk_id IS NULL) = (facility_id IS NULL)", name="sign_in_session_bound"),
    )

    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="account.id", index=True)
    kind: str
    device: str
    """What the terminal calls itself: a host name or a kiosk's name."""
    kiosk_id: str | None = Field(default=None, foreign_key="kiosk.id")
    facility_id: str | None = Field(default=None, foreign_key="facility.id")
    """The facility of the kiosk: whatever is changed in this sign-in session is at this facility."""
    created_at: datetime = Field(sa_type=UtcInstant)
    last_seen_at: datetime = Field(sa_type=UtcInstant)
    idle_seconds: int
    absolute_ends_at: datetime = Field(sa_type=UtcInstant)
    acting_for_account_id: str | None = Field(default=None, foreign_key="account.id")
    acting_reason: str | None = None
    revoked_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class SignInFailures(Table, table=True):
    """Failed sign-ins of one address, whether or not it has an account, so that a lockout reveals nothing."""

    __tablename__ = "sign_in_failures"

    email_digest: str = Field(primary_key=True)
    """HMAC of the compared address: addresses without an account are not collected."""
    failures: int
    first_failed_at: datetime = Field(sa_type=UtcInstant)
    locked_until: datetime | None = Field(default=None, sa_type=UtcInstant)


class OneTimeCode(Table, table=True):
    """A code sent to an address. The code itself is the HMAC of ``id`` and is never stored."""

    __tablename__ = "one_time_code"
    __table_args__ = (
        CheckConstraint("purpose IN ('create_account', 'reset_password')", name="one_time_code_purpose"),
        Index("one_time_code_by_email", "email_digest", "purpose"),
    )

    id: str = Field(primary_key=True)
    purpose: str
    email_digest: str
    account_id: str | None = Field(default=None, foreign_key="account.id")
    created_at: datetime = Field(sa_type=UtcInstant)
    expires_at: datetime = Field(sa_type=UtcInstant)
    tries_left: int
    used_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    profile: str | None = None
    """JSON of an account that waits for its code, with the password already hashed; emptied when used or expired."""
