"""E-mail addresses: how one is written, how two are compared, and how one is shown to those who need not know it."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from backend.text import NoCardNumber, is_fit, sentence_error

LONGEST = 254
"""Characters of an address (RFC 5321, section 4.5.3.1.3, less the angle brackets)."""


def _trim(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _written_well(address: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        raise sentence_error("Enter an e-mail address, such as maria@example.org.") from None


def _fit(address: str) -> str:
    if not is_fit(address, line_ends=False):
        raise sentence_error("Enter an e-mail address, such as maria@example.org.")
    return address


Address = Annotated[
    str, Field(min_length=3, max_length=LONGEST), BeforeValidator(_trim), AfterValidator(_written_well), NoCardNumber
]
"""An address that mail can be sent to."""
GivenAddress = Annotated[
    str, Field(min_length=1, max_length=LONGEST), BeforeValidator(_trim), AfterValidator(_fit), NoCardNumber
]
"""An address that somebody signs in with: whatever it is, the answer is that of an unknown one."""


def compared(address: str) -> str:
    """Return the form in which two addresses are compared: composed letters, no difference of case."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def masked(address: str) -> str:
    """Return an address with all but its first letter and its domain hidden: ``m•••@example.org``."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}•••@{domain}"
