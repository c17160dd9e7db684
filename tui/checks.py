"""What is wrong with something typed, in plain words, while it is typed.

The server decides; these say the same sooner. Each check takes a value and returns a sentence, or an empty string where
all is well. Limits are those of the server's answers to the same field.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from tui.text import _, ngettext

Check = Callable[[str], str]
"""Looks at a value and returns what is wrong with it as a sentence, or an empty string."""

PASSWORD_LEAST, PASSWORD_MOST = 12, 128
CODE_DIGITS = 8
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_POSTAL_CODE = re.compile(r"\d{5}(-\d{4})?")
_AMOUNT = re.compile(r"\$?(\d{1,3}(,\d{3})+|\d{1,6})(\.\d\d)?", re.ASCII)
_PHONE = re.compile(r"\+?[\d ().\-/]+")
_STATES = frozenset(
    """
    AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA
    RI SC SD TN TX UT VT VA WA WV WI WY PR GU VI AS MP
    """.split()  # noqa: SIM905 - a list of fifty strings is hard to read and to compare
)


def needed(sentence: str) -> Check:
    """Return a check that something is typed at all; the sentence is translated already."""
    return lambda value: "" if value.strip() else sentence


def email(value: str) -> str:
    """Check an e-mail address by its looks; whether it works only a message shows."""
    if _EMAIL.fullmatch(value.strip()):
        return ""
    return _("Type your e-mail address, such as ana@example.org.")


def email_of_another(value: str) -> str:
    """Check the e-mail address of somebody else, by its looks too."""
    return "" if not email(value) else _("Type the whole e-mail address, such as ana@example.org.")


def password(value: str) -> str:
    """Check a new password: its length and nothing else."""
    if len(value) < PASSWORD_LEAST:
        missing = PASSWORD_LEAST - len(value)
        return ngettext("{n} more character is needed.", "{n} more characters are needed.", missing).format(n=missing)
    return ""


def name(value: str) -> str:
    """Check a name: at least one letter."""
    return "" if any(sign.isalpha() for sign in value) else _("Type the name as on your ID.")


def as_date(value: str) -> date | None:
    """Read ``3/14/1971``, ``03-14-1971`` or ``1971-03-14``; nothing where it is none of them."""
    numbers = [int(number) for number in re.findall(r"\d+", value)]
    if len(numbers) != 3:
        return None
    year, month, day = numbers if numbers[0] > 999 else (numbers[2], numbers[0], numbers[1])
    try:
        return date(year, month, day)
    except ValueError:
        return None


def birth_date(value: str) -> str:
    """Check a birth date by its shape and century; how old one has to be the server knows."""
    day = as_date(value)
    if day is None:
        return _("Type it as month, day, year: 3/14/1971.")
    return "" if day.year >= 1900 else _("Type the year in full, such as 1988.")


def state(value: str) -> str:
    """Check a state: its two letters."""
    return "" if value.strip().upper() in _STATES else _("Type two letters, such as TN.")


def postal_code(value: str) -> str:
    """Check a ZIP code: five digits, or nine."""
    return "" if _POSTAL_CODE.fullmatch(value.strip()) else _("Type five digits, such as 37203.")


def phone(value: str) -> str:
    """Check a telephone number: ten to fifteen digits."""
    digits = sum(sign.isdigit() for sign in value)
    if _PHONE.fullmatch(value.strip()) and 10 <= digits <= 15:
        return ""
    return _("Use ten digits: 615 555 0142.")


def last_four(value: str) -> str:
    """Check the end of an ID's number."""
    value = value.strip()
    return "" if len(value) == 4 and value.isascii() and value.isalnum() else _("Type the last four letters or digits.")


def code(value: str) -> str:
    """Check a one-time code: eight digits, with or without a gap."""
    return "" if len(digits_of(value)) == CODE_DIGITS else _("The code has 8 digits.")


def digits_of(value: str) -> str:
    """Return the digits of a value."""
    return "".join(sign for sign in value if sign.isascii() and sign.isdigit())


def amount(value: str) -> str:
    """Check an amount of money: whole dollars, or with two digits of cents."""
    return "" if _AMOUNT.fullmatch(value.strip()) and minor_units(value) else _("Type an amount, such as 20 or 12.50.")


def minor_units(value: str) -> int:
    """Return an amount that :func:`amount` has found well, in cents."""
    whole, _point, cents = value.strip().removeprefix("$").replace(",", "").partition(".")
    return int(whole) * 100 + int(cents or 0)
