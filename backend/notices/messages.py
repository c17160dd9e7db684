"""Writing notices: each kind in plain words, at the moment it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from backend.keys import ServerKey
from backend.money.words import amount_words
from backend.notices.calendar import calendar_file
from backend.notices.kinds import DATA, AccessData, CodeData, DisputeData, Kind, MoneyData, VisitData

VISIT_TYPES: Final = {
    "remote": "Remote visit",
    "onsite_video": "Onsite video visit",
    "in_person": "Visit in person",
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A message as a person reads it: plain text, its paragraphs apart by empty lines."""

    subject: str
    text: str
    code: str | None = None
    """The one-time code in it, if there is one."""
    attachments: tuple[Attachment, ...] = field(default=())


def render(kind: Kind, data: object, key: ServerKey) -> Message:
    """Return the message of a notice. ``data`` is what the notice keeps (JSON); the code in it is derived by ``key``.

    Raises ``ValueError`` if ``data`` is not what the kind is written from.
    """
    known = DATA[kind].model_validate(data)
    if isinstance(known, CodeData):
        return _CODES[kind](key.one_time_code(known.code_id))
    if isinstance(known, AccessData):
        return _access(known)
    if isinstance(known, VisitData):
        return _VISITS[kind](known)
    if isinstance(known, MoneyData):
        return _MONEY[kind](known)
    if isinstance(known, DisputeData):
        return _dispute(known)
    return _FIXED[kind]


def _create_account_code(code: str) -> Message:
    return Message(
        f"{code} is your code for Visit Desk",
        f"Welcome to Visit Desk.\n\nYour code is {code}. Enter it on the page where you asked for an account."
        "\n\nThe code holds for 15 minutes. If you did not ask for an account, you need not do anything.",
        code,
    )


def _reset_password_code(code: str) -> Message:
    return Message(
        f"{code} is your code for Visit Desk",
        f"Your code is {code}. Enter it in Visit Desk together with a new password."
        "\n\nThe code holds for 15 minutes. With the new password every other sign-in ends."
        "\n\nIf you did not ask for it, you need not do anything: your password stays as it is.",
        code,
    )


def _access(data: AccessData) -> Message:
    to_whom = f"to {data.facility}, to visit {data.individual_name}"
    because = f"\n\nThe facility says: {data.reason}" if data.reason else ""
    if data.status == "pending":
        due = f" An answer is due on {_day(data.due_on)}." if data.due_on else ""
        return Message(
            f"Request sent to {data.facility}",
            f"Your request for access {to_whom}, was sent. It shows as Pending.{due}"
            "\n\nYou get a message when the facility has decided.",
        )
    if data.status == "approved":
        return Message(
            f"{data.facility} has approved your request",
            f"You have access {to_whom}. You can schedule a visit now.{because}",
        )
    word = {"denied": "was denied", "revoked": "was taken back", "suspended": "is suspended"}.get(
        data.status, f"is now {data.status}"
    )
    until = f" up to {_day(data.until)}, that day included" if data.until else ""
    return Message(f"Your access to {data.facility} {word}", f"Your access {to_whom}, {word}{until}.{because}")


def _confirmed(data: VisitData) -> Message:
    paid = f"\n\nPaid: {_money(data.total_minor)}." if data.total_minor else "\n\nNothing was to pay."
    how = f"\n\n{data.how}" if data.how else ""
    return Message(
        f"Visit {data.reference}: {_shortly(data)}",
        f"Your visit is confirmed.\n\n{_about(data)}{how}{paid}\n\nThe attached file adds it to your calendar.",
        attachments=(_calendar(data, cancelled=False),),
    )


def _cancelled(data: VisitData) -> Message:
    by = "Your visit was cancelled by the facility." if data.cancelled_by == "facility" else "Your visit is cancelled."
    because = f"\n\nReason: {data.reason}" if data.reason else ""
    back = ""
    if data.returned_minor:
        back = f"\n\n{_money(data.returned_minor)} comes back to {data.returned_to or 'where it came from'}."
    elif data.total_minor:
        back = "\n\nNothing comes back: the time for that had passed."
    return Message(
        f"Cancelled: visit {data.reference}, {_shortly(data)}",
        f"{by}\n\n{_about(data)}{because}{back}",
        attachments=(_calendar(data, cancelled=True),),
    )


def _changed(data: VisitData) -> Message:
    by = "Your visit was moved by the facility." if data.moved_by == "facility" else "Your visit is moved."
    before = f"\n\nBefore, it was on {_when(data.moved_from, data.zone)}." if data.moved_from else ""
    because = f"\n\nReason: {data.reason}" if data.reason else ""
    how = f"\n\n{data.how}" if data.how else ""
    return Message(
        f"Moved: visit {data.reference}, now {_shortly(data)}",
        f"{by}\n\n{_about(data)}{before}{because}{how}\n\nNothing more is to pay."
        "\n\nThe attached file changes it in your calendar.",
        attachments=(_calendar(data, cancelled=False),),
    )


def _money_back(data: MoneyData) -> Message:
    amount = amount_words(data.amount_minor, data.currency)
    return Message(
        f"{amount} comes back to {data.to}",
        f"{data.said}\n\n{amount} comes back to {data.to}. On a card it can take some days until the bank shows it."
        "\n\nTransaction Details has a line for it.",
    )


def _money_added(data: MoneyData) -> Message:
    amount = amount_words(data.amount_minor, data.currency)
    return Message(
        f"{amount} was added to {data.to}",
        f"{data.said}\n\n{amount} was added to {data.to}. It pays for your next visits."
        "\n\nTransaction Details has a line for it.",
    )


def _money_taken_back(data: MoneyData) -> Message:
    amount = amount_words(data.amount_minor, data.currency)
    return Message(
        f"{amount} was taken off {data.to}",
        f"{data.said}\n\n{amount} was taken off {data.to}. The cash is given back at the desk."
        "\n\nTransaction Details has a line for it. If you do not know of this, ask support.",
    )


def _dispute(data: DisputeData) -> Message:
    amount = amount_words(data.amount_minor, data.currency)
    if data.outcome is None:
        due = f" An answer is due on {_day(data.due_on)}." if data.due_on else ""
        return Message(
            f"We look into {data.about}",
            f"You told us that something is wrong with {data.about}.{due}"
            "\n\nYou get a message when it is decided. Until then Transaction Details shows the charge as disputed.",
        )
    said = {
        "refunded": f"{amount} comes back to where it was paid from.",
        "credited": f"{amount} was added to your account credit. It pays for your next visits.",
        "refused": "The charge stays as it is.",
    }[data.outcome]
    return Message(f"Decided: {data.about}", f"{said}\n\nSupport writes: {data.decision}")


def _about(data: VisitData) -> str:
    return (
        f"{VISIT_TYPES.get(data.visit_type, 'Visit')} with {data.individual_name}\n{data.facility}\n"
        f"{_when(data.starts_at, data.zone)} to {data.ends_at.astimezone(ZoneInfo(data.zone)):%H:%M}\n"
        f"Reference {data.reference}"
    )


def _calendar(data: VisitData, *, cancelled: bool) -> Attachment:
    return Attachment(f"visit-{data.reference}.ics", "text/calendar", calendar_file(data, cancelled=cancelled))


def _when(instant: datetime, zone: str) -> str:
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local:%A}, {local:%B} {local.day}, {local.year}, {local:%H:%M} {local.tzname()} ({zone})"


def _shortly(data: VisitData) -> str:
    local = data.starts_at.astimezone(ZoneInfo(data.zone))
    return f"{local:%A}, {local:%B} {local.day}, {local:%H:%M} {local.tzname()}"


def _day(day: date) -> str:
    return f"{day:%A}, {day:%B} {day.day}"


def _money(minor: int) -> str:
    return f"${minor // 100:,}.{minor % 100:02d}"


_CODES: Final[Mapping[Kind, Callable[[str], Message]]] = {
    "create_account_code": _create_account_code,
    "reset_password_code": _reset_password_code,
}
_MONEY: Final[Mapping[Kind, Callable[[MoneyData], Message]]] = {
    "money_back": _money_back,
    "money_added": _money_added,
    "money_taken_back": _money_taken_back,
}
_VISITS: Final[Mapping[Kind, Callable[[VisitData], Message]]] = {
    "visit_confirmed": _confirmed,
    "visit_changed": _changed,
    "visit_cancelled": _cancelled,
}
_FIXED: Final[Mapping[Kind, Message]] = {
    "account_exists": Message(
        "You have an account at Visit Desk",
        "Somebody asked for a new account with this address, which has one already."
        "\n\nIf it was you: sign in, or choose Forgotten password to set a new one."
        "\n\nIf it was not you, you need not do anything.",
    ),
    "no_such_account": Message(
        "No account at Visit Desk",
        "Somebody asked to set a new password for this address, which has no account.\n\nIf it was you: choose Create"
        " account, or try the address that you signed up with.\n\nIf it was not you, you need not do anything.",
    ),
}
