"""The people of the demonstration: who can be chosen on its sign-in page, and who else has an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from backend.security import Role

Key = Literal["returning_visitor", "new_visitor", "officer", "support"]


@dataclass(frozen=True, slots=True)
class Profile:
    """One account of the demonstration. None has a password; only those in :data:`PEOPLE` can be signed in as."""

    account_id: str
    first_name: str
    last_name: str
    email: str
    role: Role = "visitor"
    birth_date: date | None = None
    address_line: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    phone: str | None = None
    id_kind: str | None = None
    id_last4: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to be without a password: the key on the wire, the account, and a sentence about them."""

    key: Key
    profile: Profile
    sentence: str

    @property
    def account_id(self) -> str:
        """The id of the account to sign in to."""
        return self.profile.account_id

    @property
    def name(self) -> str:
        """The name to show."""
        return f"{self.profile.first_name} {self.profile.last_name}"


ANA: Final = Profile(
    account_id="01JDEM0000000000000000ANA1",
    first_name="Ana",
    last_name="Rivera",
    email="ana.rivera@example.org",
    birth_date=date(1971, 3, 14),
    address_line="1187 Peabody Avenue, Apt 4",
    city="Memphis",
    state="TN",
    postal_code="38104",
    phone="+1 901 555 0148",
    id_kind="drivers_license",
    id_last4="0881",
    time_zone="America/New_York",
)
GRACE: Final = Profile(
    account_id="01JDEM000000000000000GRACE",
    first_name="Grace",
    last_name="Okafor",
    email="grace.okafor@example.org",
    birth_date=date(1994, 9, 2),
    address_line="2214 Elliston Place",
    city="Nashville",
    state="TN",
    postal_code="37203",
    phone="+1 615 555 0173",
    id_kind="state_id",
    id_last4="4426",
    time_zone="America/Chicago",
)
WHITFIELD: Final = Profile(
    account_id="01JDEM00000000000WH1TF1E0D",
    first_name="Dana",
    last_name="Whitfield",
    email="d.whitfield@example.org",
    role="officer",
    time_zone="America/Chicago",
)
SUPPORT: Final = Profile(
    account_id="01JDEM00000000000000HARPER",
    first_name="Sam",
    last_name="Harper",
    email="sam.harper@example.org",
    role="support",
    time_zone="America/Denver",
)
CALLOWAY: Final = Profile(
    account_id="01JDEM000000000000CA00WAY1",
    first_name="Robin",
    last_name="Calloway",
    email="r.calloway@example.org",
    role="officer",
    time_zone="America/Chicago",
)
"""The demonstration officer, who is nobody's to be: a task of the server acts for this account."""

PEOPLE: Final = (
    DemoPerson(
        "returning_visitor",
        ANA,
        "Visits her son at Shelby County Jail: past visits, a refund, two to come. Another facility is still pending.",
    ),
    DemoPerson(
        "new_visitor",
        GRACE,
        "Has no facility yet. Ask for Davidson County Jail in Tennessee: it answers within seconds.",
    ),
    DemoPerson("officer", WHITFIELD, "Works at Shelby County Jail, where three people wait for an answer."),
    DemoPerson("support", SUPPORT, "Helps customers who cannot sign in."),
)
"""In the order in which the sign-in page offers them, on the keys 1 to 4."""

SEAN: Final = Profile(
    account_id="01JDEM0000000000000000SEAN",
    first_name="Sean",
    last_name="Boyle",
    email="sean.boyle@example.org",
    birth_date=date(1989, 11, 30),
    address_line="3420 Summer Avenue",
    city="Memphis",
    state="TN",
    postal_code="38122",
    phone="+1 901 555 0119",
    id_kind="drivers_license",
    id_last4="3307",
    time_zone="America/Chicago",
)
LUZ: Final = Profile(
    account_id="01JDEM00000000000000000VZ1",
    first_name="Luz",
    last_name="Ortega-Baca",
    email="luz.ortega@example.org",
    birth_date=date(1984, 5, 21),
    address_line="902 Airways Boulevard",
    city="Memphis",
    state="TN",
    postal_code="38114",
    phone="+1 901 555 0186",
    id_kind="passport",
    id_last4="7714",
    time_zone="America/Chicago",
)
DENISE: Final = Profile(
    account_id="01JDEM0000000000000DEN1SE0",
    first_name="Denise",
    last_name="Hollowell",
    email="denise.hollowell@example.org",
    birth_date=date(1966, 1, 8),
    address_line="55 Beale Court",
    city="Southaven",
    state="MS",
    postal_code="38671",
    phone="+1 662 555 0104",
    id_kind="drivers_license",
    id_last4="9052",
    time_zone="America/Chicago",
)
WAITING_AT_SHELBY: Final = (DENISE, SEAN, LUZ)

EVERYBODY: Final = (*(person.profile for person in PEOPLE), CALLOWAY, *WAITING_AT_SHELBY)


def person_of(key: str) -> DemoPerson | None:
    """Return the person with ``key``, None if there is no such person to be."""
    return next((person for person in PEOPLE if person.key == key), None)
