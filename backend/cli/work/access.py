"""``access``: requests for facility access, decided from the shell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from backend.access import desk
from backend.access.transitions import Status
from backend.access.views import RequestView
from backend.cli.report import Progress, Report, count_of, table
from backend.context import Context
from backend.db import Tx
from backend.errors import invalid
from backend.facilities.models import Facility
from backend.facilities.setup import one_called
from backend.security import SHELL
from backend.text import Day, Key, Line
from backend.visits import access_changes, approving

PAGE = 200


@dataclass(frozen=True, slots=True)
class ListAccess:
    """The requests of one facility with one status."""

    facility: Line
    status: Status = "pending"


@dataclass(frozen=True, slots=True)
class DecideAccess:
    """A decision on one request of one facility."""

    request: Key
    decision: Literal["approved", "denied"]
    reason: Annotated[str, Field(max_length=500)] | None = None
    id_seen: bool = False


@dataclass(frozen=True, slots=True)
class ChangeAccess:
    """Access that was approved, what is to become of it, and why; ``last_day`` is of a suspension."""

    request: Key
    reason: Line | None = None
    last_day: Day | None = None


def list_(context: Context, asked: ListAccess, _progress: Progress) -> Report:
    """List requests, soonest due first."""

    def read(tx: Tx) -> tuple[Facility, list[RequestView]]:
        facility = one_called(tx, asked.facility)
        found: list[RequestView] = []
        cursor: str | None = None
        while True:
            page, cursor = desk.queue(tx, SHELL, facility.id, status=asked.status, cursor=cursor, limit=PAGE)
            found.extend(page)
            if cursor is None:
                return facility, found

    facility, found = context.db.read_now(read)
    rows = [
        (
            one.id,
            f"{one.due_at:%Y-%m-%d %H:%M}Z",
            f"{one.applicant.last_name}, {one.applicant.first_name}",
            one.individual_name,
            one.relationship,
            "seen" if one.id_seen_at else "not seen" if one.id_must_be_seen else "not needed",
        )
        for one in found
    ]
    if not rows:
        return Report((f"No {asked.status} requests at {facility.name}.",), [])
    return Report(
        table(rows, ("REQUEST", "DUE", "WHO", "WANTS TO SEE", "RELATIONSHIP", "ID")), [_data(one) for one in found]
    )


def decide(context: Context, asked: DecideAccess, _progress: Progress) -> Report:
    """Approve or deny a request."""

    def work(tx: Tx) -> RequestView:
        request = desk.find(tx, SHELL, asked.request)
        if asked.id_seen:
            request = desk.see_id(tx, SHELL, asked.request)
        return approving.decide(tx, SHELL, asked.request, asked.decision, version=request.version, reason=asked.reason)

    decided = context.db.write_in_turn(work)
    who = f"{decided.applicant.first_name} {decided.applicant.last_name}"
    return Report((f"{who} is told: {decided.status}.",), _data(decided))


def revoke(context: Context, asked: ChangeAccess, _progress: Progress) -> Report:
    """Take approved access back."""
    return _changed(
        context, lambda tx: access_changes.revoke(tx, SHELL, asked.request, version=None, reason=_why(asked))
    )


def suspend(context: Context, asked: ChangeAccess, _progress: Progress) -> Report:
    """Suspend approved access."""
    return _changed(
        context,
        lambda tx: access_changes.suspend(
            tx, SHELL, asked.request, version=None, reason=_why(asked), last_day=asked.last_day
        ),
    )


def restore(context: Context, asked: ChangeAccess, _progress: Progress) -> Report:
    """End a suspension."""
    return _changed(
        context, lambda tx: access_changes.restore(tx, SHELL, asked.request, version=None, reason=asked.reason)
    )


def _why(asked: ChangeAccess) -> str:
    if asked.reason is None:
        raise invalid("reason", "Say why: the visitor is shown the reason.")
    return asked.reason


def _changed(context: Context, work: Callable[[Tx], RequestView]) -> Report:
    changed = context.db.write_in_turn(work)
    who = f"{changed.applicant.first_name} {changed.applicant.last_name}"
    lines = [f"{who} is told: {changed.status}."]
    if changed.flagged_visits:
        flagged = count_of(changed.flagged_visits, "visit")
        lines.append(f"Without access now: {flagged}. Nothing is cancelled; look at what is flagged.")
    return Report(tuple(lines), {**_data(changed), "visits_flagged": changed.flagged_visits})


def _data(one: RequestView) -> dict[str, object]:
    return {
        "id": one.id,
        "status": one.status,
        "requested_at": one.requested_at.isoformat(),
        "due_at": one.due_at.isoformat(),
        "first_name": one.applicant.first_name,
        "last_name": one.applicant.last_name,
        "email": one.applicant.email,
        "individual_name": one.individual_name,
        "relationship": one.relationship,
        "id_seen": one.id_seen_at is not None,
        "reason": one.reason,
        "suspended_until": one.suspended_until.isoformat() if one.suspended_until else None,
    }
