"""Refusals, as the server says them: RFC 9457 problem documents with a stable code.

A service raises :class:`Problem`; the web layer turns it into ``application/problem+json``. Nothing else that a
service does is an error a person should see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """One broken rule: its stable code, a sentence, and the facility-local dates from which on it would pass."""

    code: str
    sentence: str
    first_passes_on: date | None = None
    """The first date of a visit that this rule lets pass."""
    overridable: bool | None = None
    """Whether who asks may let it be broken; None for those who may let nothing be broken."""
    can_be_asked_from: date | None = None
    """Where nothing but waiting helps: the date from which on what was asked for can be asked for."""
    next_step: str | None = None
    """What to do about it, where that is not the same for every refusal by the rule; said where it comes first."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field of the request that cannot be taken, and a sentence that says why."""

    field: str
    sentence: str


class Problem(Exception):
    """A refusal: it rolls the transaction back and reaches the person as a sentence.

    ``code`` is stable and machine-readable, ``title`` says what happened, ``detail`` what it means and what to do.
    ``nearest`` are free openings (UTC) offered instead; ``retry_after_seconds`` is how long to wait.
    """

    def __init__(
        self,
        code: str,
        status: int,
        title: str,
        detail: str = "",
        *,
        reasons: Sequence[Reason] = (),
        errors: Sequence[FieldError] = (),
        nearest: Sequence[datetime] = (),
        retry_after_seconds: int | None = None,
    ) -> None:
        """Keep the parts of the problem document; ``status`` is the HTTP status code."""
        super().__init__(code)
        self.code = code
        self.status = status
        self.title = title
        self.detail = detail
        self.reasons = tuple(reasons)
        self.errors = tuple(errors)
        self.nearest = tuple(nearest)
        self.retry_after_seconds = retry_after_seconds


def not_found(what: str) -> Problem:
    """Return the refusal for something that is not there, or that this person may not know is there."""
    return Problem("not_found", 404, f"{what} was not found.", "It may have been removed. Go back and look again.")


def not_allowed() -> Problem:
    """Return the refusal for something that this account may not do."""
    return Problem("not_allowed", 403, "This account may not do that.", "Ask the facility or support for help.")


def invalid(field: str, sentence: str) -> Problem:
    """Return the refusal of one field of a request."""
    return Problem("invalid", 422, "Something needs to be corrected.", sentence, errors=(FieldError(field, sentence),))
