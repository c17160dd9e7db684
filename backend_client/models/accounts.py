"""Accounts, sign-in sessions, one-time codes, and the people of the demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from backend_client.models.common import FacilityRef, Lines, Secret, WireEnum
from backend_client.models.kiosks import KioskClocks


class Role(WireEnum):
    """What an account may be."""

    VISITOR = "visitor"
    OFFICER = "officer"
    SUPPORT = "support"
    OPERATOR = "operator"


class SignInKind(WireEnum):
    """The kind of place a person signs in at; it decides how long a sign-in session lives."""

    DESKTOP = "desktop"
    SSH = "ssh"
    KIOSK = "kiosk"


@dataclass(frozen=True)
class Account:
    """A person's account. What a facility decides on is None until given; `facilities` are those an officer serves."""

    id: str
    role: Role
    email: str
    first_name: str
    last_name: str
    birth_date: date | None = None
    address_line: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    phone: str | None = None
    id_kind: str | None = None
    id_last4: str | None = None
    time_zone: str | None = None
    facilities: tuple[FacilityRef, ...] = ()


@dataclass(frozen=True)
class SignInSession:
    """A sign-in session.

    Count down on `remaining_seconds`, as the server sent them; `idle_seconds` is how long it lives unused.
    """

    id: str
    kind: SignInKind
    device: str
    idle_seconds: int
    remaining_seconds: int
    absolute_ends_at: datetime
    acting_for: str | None = None
    kiosk: KioskClocks | None = None


@dataclass(frozen=True)
class SignIn:
    """A fresh sign-in. The client keeps the token by itself; nobody else needs it."""

    token: Secret
    sign_in_session: SignInSession
    account: Account


@dataclass(frozen=True)
class CurrentSignIn:
    """Who is signed in, and the sign-in session."""

    sign_in_session: SignInSession
    account: Account


@dataclass(frozen=True)
class LocalMessage:
    """The message that would have been e-mailed, from a server that has no mail and one OS user."""

    subject: str
    text: Lines
    code: str | None = None


@dataclass(frozen=True)
class CodeSent:
    """A one-time code of 8 digits is on its way. The same answer whether or not the address has an account."""

    email: str
    code_expires_at: datetime
    local_message: LocalMessage | None = None


@dataclass(frozen=True)
class DemoPerson:
    """Somebody to be in the demonstration, without a password."""

    key: str
    name: str
    sentence: str


@dataclass(frozen=True)
class NewAccount:
    """What a visitor gives to create an account: legal names as on the ID, and the ID's last four characters."""

    email: str
    password: Secret
    first_name: str
    last_name: str
    birth_date: date
    address_line: str
    city: str
    state: str
    postal_code: str
    phone: str
    id_kind: str
    id_last4: str
    time_zone: str | None = None


@dataclass(frozen=True)
class ProfileChanges:
    """New values for the profile. What is None stays as it is, and is not sent."""

    first_name: str | None = None
    last_name: str | None = None
    birth_date: date | None = None
    address_line: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    phone: str | None = None
    id_kind: str | None = None
    id_last4: str | None = None
    time_zone: str | None = None
