"""What an account says about a person, as a facility decides on it (RULES section 2): shape and limits."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict

from backend.card_numbers import holds_card_number
from backend.errors import invalid
from backend.facilities.us_states import state_code
from backend.text import CARD_NUMBER, Day, Line, NumberLine, PersonText, ShortLine, sentence_error

ADULT_AGE: Final = 18
"""Full years that somebody needs to have an account of their own; a facility may ask for more of a lead visitor."""
OLDEST_BIRTH: Final = date(1900, 1, 1)
IdKind = Literal[
    "drivers_license", "state_id", "passport", "military_id", "tribal_id", "resident_card", "consular_id", "other"
]
_POSTAL_CODE: Final = re.compile(r"\d{5}(-\d{4})?")
_PHONE: Final = re.compile(r"\+?[\d ().\-/]+")


def _birth_date(day: date) -> date:
    if day < OLDEST_BIRTH:
        raise sentence_error("Enter the year in full, such as 1988.")
    return day


def _state(name_or_code: str) -> str:
    code = state_code(name_or_code)
    if code is None:
        raise sentence_error("Enter the two letters of a state, such as TN.")
    return code


def _postal_code(code: str) -> str:
    if not _POSTAL_CODE.fullmatch(code):
        raise sentence_error("Enter five digits, such as 37203.")
    return code


def _phone(number: str) -> str:
    if not _PHONE.fullmatch(number) or not 10 <= sum(map(str.isdigit, number)) <= 15:
        raise sentence_error("Enter the number with its area code, such as 615 555 0142.")
    if not number.startswith("+") and holds_card_number(number):
        raise sentence_error(CARD_NUMBER)
    return number


def _last_four(characters: str) -> str:
    if len(characters) != 4 or not (characters.isascii() and characters.isalnum()):
        raise sentence_error("Enter the last four letters or digits of the ID.")
    return characters.upper()


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise sentence_error("Enter a time zone, such as America/Chicago.") from None
    return name


BirthDate = Annotated[Day, AfterValidator(_birth_date)]
StateCode = Annotated[ShortLine, AfterValidator(_state)]
PostalCode = Annotated[ShortLine, AfterValidator(_postal_code)]
Phone = Annotated[NumberLine, AfterValidator(_phone)]
LastFour = Annotated[ShortLine, AfterValidator(_last_four)]
Zone = Annotated[ShortLine, AfterValidator(_zone)]


class Profile(BaseModel):
    """A whole profile: legal names as on the ID, and what else a facility asks for."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)

    first_name: PersonText
    last_name: PersonText
    birth_date: BirthDate
    address_line: Line
    city: ShortLine
    state: StateCode
    postal_code: PostalCode
    phone: Phone
    id_kind: IdKind
    id_last4: LastFour
    time_zone: Zone | None = None
    """IANA name of the zone that this person reads times in; None for the terminal's own."""


class ProfileChanges(BaseModel):
    """New values of a profile; what is missing or null stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_name: PersonText | None = None
    last_name: PersonText | None = None
    birth_date: BirthDate | None = None
    address_line: Line | None = None
    city: ShortLine | None = None
    state: StateCode | None = None
    postal_code: PostalCode | None = None
    phone: Phone | None = None
    id_kind: IdKind | None = None
    id_last4: LastFour | None = None
    time_zone: Zone | None = None


def full_years(born: date, on: date) -> int:
    """Return how old somebody is on a day; who was born on 29 February is a year older on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def check_age(born: date, on: date) -> None:
    """Refuse a birth date in the future, or of somebody who is not an adult on that day (UTC)."""
    if born > on:
        raise invalid("birth_date", "This date has not come yet.")
    if full_years(born, on) < ADULT_AGE:
        raise invalid(
            "birth_date",
            f"An account of your own needs an age of {ADULT_AGE}. Younger visitors come along with an adult.",
        )
