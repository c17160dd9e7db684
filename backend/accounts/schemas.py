"""What accounts and sign-in say and hear on the wire."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from backend.accounts.addresses import Address, GivenAddress
from backend.accounts.profile import IdKind, Profile
from backend.accounts.profiles import AccountView, SessionView
from backend.accounts.service import Terminal
from backend.facilities.schemas import FacilityRef
from backend.kiosks.clocks import KeptFor, Notice
from backend.security import Role
from backend.text import GivenPassword, NewPassword, ShortLine
from backend.web import Instant, Schema

SignInKind = Literal["desktop", "ssh", "kiosk"]
GivenCode = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=32)]
DemoKey = Literal["returning_visitor", "new_visitor", "officer", "support"]


class FromTerminal(Schema):
    """A request that opens a sign-in session says where."""

    kind: SignInKind
    device: ShortLine
    """What the terminal calls itself, for the person's own list of sign-in sessions."""

    def terminal(self, kiosk_id: str | None) -> Terminal:
        """Return where somebody signs in; a device that has proved to be a kiosk is one, whatever it says."""
        return Terminal("kiosk" if kiosk_id else self.kind, self.device, kiosk_id)


class AskSignIn(FromTerminal):
    """An address and its password."""

    email: GivenAddress
    password: GivenPassword


class AskDemoSignIn(FromTerminal):
    """Somebody to be in the demonstration."""

    key: DemoKey


class AskAccount(Profile):
    """What creates an account, once the code has come back."""

    email: Address
    password: NewPassword

    @property
    def profile(self) -> Profile:
        """The profile alone."""
        return Profile.model_validate({name: getattr(self, name) for name in Profile.model_fields})


class ConfirmAccount(FromTerminal):
    """The code that an address was sent."""

    email: GivenAddress
    code: GivenCode


class ForgotPassword(Schema):
    """An address that a code is to be sent to."""

    email: Address


class ResetPassword(FromTerminal):
    """The code that an address was sent, and a new password."""

    email: GivenAddress
    code: GivenCode
    new_password: NewPassword


class ChangePassword(Schema):
    """The present password and a new one."""

    current_password: GivenPassword
    new_password: NewPassword


class Account(Schema):
    """An account, as its own person sees it."""

    id: str
    role: Role
    email: str
    first_name: str
    last_name: str
    birth_date: date | None
    address_line: str | None
    city: str | None
    state: str | None
    postal_code: str | None
    phone: str | None
    id_kind: IdKind | None
    id_last4: str | None
    time_zone: str | None
    facilities: tuple[FacilityRef, ...] = Field(description="For an officer: the facilities worked at.")

    @classmethod
    def of(cls, view: AccountView) -> Account:
        """Return an account as it is said on the wire."""
        shown = {name: getattr(view.account, name) for name in cls.model_fields if name != "facilities"}
        return cls.model_validate(
            {**shown, "facilities": tuple(FacilityRef.model_validate(ref) for ref in view.facilities)}
        )


class KioskClocks(Schema):
    """The clocks of a sign-in session at a kiosk. A terminal counts down on seconds, and asks when they are over."""

    notice: Notice | None
    """What is to be shown now: a warning that any key answers, the question "More time?", or that the time is over."""
    notice_in_seconds: int
    """When the next notice is due if no key is pressed."""
    more_time_left: int
    """How often "More time?" can still be answered."""
    kept_for: KeptFor | None
    """Why the sign-in session outlasts its clocks: a kept time, or a payment that is being checked."""


class SignInSession(Schema):
    """A sign-in session; a terminal counts down on ``remaining_seconds``."""

    id: str
    kind: SignInKind
    device: str
    idle_seconds: int
    remaining_seconds: int
    absolute_ends_at: Instant
    acting_for: str | None
    kiosk: KioskClocks | None

    @classmethod
    def of(cls, view: SessionView, now: datetime) -> SignInSession:
        """Return a sign-in session as it stands at ``now``."""
        session = view.session
        return cls.model_validate(
            {
                "id": session.id,
                "kind": session.kind,
                "device": session.device,
                "idle_seconds": session.idle_seconds,
                "remaining_seconds": max(0, math.ceil((view.ends_at - now).total_seconds())),
                "absolute_ends_at": session.absolute_ends_at,
                "acting_for": session.acting_for_account_id,
                "kiosk": None if view.clocks is None else KioskClocks.model_validate(view.clocks),
            }
        )


class CurrentSignIn(Schema):
    """Who is signed in, and for how long."""

    sign_in_session: SignInSession
    account: Account

    @classmethod
    def of(cls, view: SessionView, now: datetime) -> CurrentSignIn:
        """Return a sign-in session as it stands at ``now``."""
        return cls(
            sign_in_session=SignInSession.of(view, now),
            account=Account.of(view.account),
        )


class SignIn(CurrentSignIn):
    """A new sign-in session, with the token that stands for it."""

    token: str


class LocalMessage(Schema):
    """What would have been mailed, on a server without mail that only its own user can reach."""

    subject: str
    text: str
    code: str | None


class CodeSent(Schema):
    """A code was sent, or a message that says why not: the same answer for every address."""

    email: str
    code_expires_at: Instant
    local_message: LocalMessage | None


class DemoPerson(Schema):
    """Somebody to be in the demonstration."""

    key: DemoKey
    name: str
    sentence: str


class DemoPeople(Schema):
    """Everybody to be, in the order of the number keys."""

    items: tuple[DemoPerson, ...]
