"""``user``: accounts of people who work here, and a way back in for people who are locked out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from backend.accounts import administration
from backend.accounts.addresses import Address, GivenAddress
from backend.accounts.profiles import AccountView
from backend.accounts.service import Names
from backend.cli.report import Progress, Report, table
from backend.context import Context
from backend.facilities.setup import one_called
from backend.security import SHELL
from backend.text import Line, NewPassword, PersonText

Staff = Literal["officer", "support", "operator"]


@dataclass(frozen=True, slots=True)
class CreateUser:
    """An account to create. ``facilities`` are as an operator says them; a password may be set later by a code."""

    email: Address
    first_name: PersonText
    last_name: PersonText
    role: Staff
    facilities: list[Line]
    password: NewPassword | None = None


@dataclass(frozen=True, slots=True)
class ListUsers:
    """Accounts of one role, or all of them."""

    role: Staff | Literal["visitor"] | None = None


@dataclass(frozen=True, slots=True)
class OneUser:
    """One account, and why."""

    email: GivenAddress
    reason: Annotated[str, Field(max_length=500)] | None = None


def create(context: Context, asked: CreateUser, _progress: Progress) -> Report:
    """Create an account. Without a password it is opened with a one-time code."""
    hashed = context.passwords.hash_now(asked.password) if asked.password else None
    made = context.db.write_in_turn(
        lambda tx: administration.add(
            tx,
            SHELL,
            asked.email,
            Names(first_name=asked.first_name, last_name=asked.last_name),
            role=asked.role,
            password_hash=hashed,
            facility_ids=[one_called(tx, said).id for said in asked.facilities],
        )
    )
    where = ", ".join(facility.name for facility in made.facilities)
    lines = [f"Created {asked.role} {made.account.email}" + (f" at {where}." if where else ".")]
    if hashed is None:
        lines.append(f"To sign in they need a password: user reset-password {made.account.email}")
    return Report(tuple(lines), _data(made))


def list_(context: Context, asked: ListUsers, _progress: Progress) -> Report:
    """List accounts."""
    found = context.db.read_now(lambda tx: administration.everybody(tx, SHELL, asked.role))
    rows = [
        (
            one.account.role,
            one.account.email,
            f"{one.account.first_name} {one.account.last_name}",
            "disabled" if one.account.disabled_at else "",
            ", ".join(facility.name for facility in one.facilities),
        )
        for one in found
    ]
    lines = table(rows, ("ROLE", "E-MAIL", "NAME", "STATE", "FACILITIES")) if rows else ("There are no accounts yet.",)
    return Report(lines, [_data(one) for one in found])


def disable(context: Context, asked: OneUser, _progress: Progress) -> Report:
    """Disable an account."""
    account = context.db.write_in_turn(lambda tx: administration.disable(tx, SHELL, asked.email, asked.reason))
    return Report((f"{account.email} is disabled and signed out everywhere.",), {"id": account.id, "disabled": True})


def reset_password(context: Context, asked: OneUser, _progress: Progress) -> Report:
    """Print a one-time code that sets a new password."""
    issued = context.db.write_in_turn(
        lambda tx: administration.reset_code(tx, SHELL, context.key, asked.email, asked.reason)
    )
    return Report(
        (
            f"One-time code: {issued.code}",
            f"It works once, until {issued.expires_at:%H:%M} UTC: sign-in page, Forgot your password?, enter the code.",
        ),
        {"code": issued.code, "expires_at": issued.expires_at.isoformat()},
    )


def _data(one: AccountView) -> dict[str, object]:
    return {
        "id": one.account.id,
        "role": one.account.role,
        "email": one.account.email,
        "first_name": one.account.first_name,
        "last_name": one.account.last_name,
        "disabled": one.account.disabled_at is not None,
        "facilities": [{"id": facility.id, "name": facility.name} for facility in one.facilities],
    }
