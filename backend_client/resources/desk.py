"""The Facility Desk: deciding access requests, and the visits of a day."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Literal

from backend_client.models.blackouts import AddedBlackout, Blackout, BlackoutPreview
from backend_client.models.common import Page
from backend_client.models.desk import AccessRequest, DeskVisit, DeskVisits
from backend_client.models.restrictions import Restriction
from backend_client.resources._resource import Resource, path, query

if TYPE_CHECKING:
    from datetime import date, datetime

    from backend_client._encode import Sendable
    from backend_client.intent import Intent
    from backend_client.models.access import AccessStatus
    from backend_client.models.blackouts import BlackoutTreatment, NewBlackout
    from backend_client.models.restrictions import NewRestriction
    from backend_client.models.visits import Override, VisitStatus

Decision = Literal["approved", "denied"]
"""What an officer can decide."""


class DeskResource(Resource):
    """The work of an officer at one of their facilities."""

    async def access_requests(
        self,
        facility_id: str,
        *,
        status: AccessStatus | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page[AccessRequest]:
        """Return a page of access requests (pending ones unless `status` says else), soonest due first."""
        asked = query(status=status or "pending", cursor=cursor, limit=limit)
        return await self._read(Page[AccessRequest], path("desk", facility_id, "access-requests"), asked)

    async def mark_id_seen(self, request_id: str, *, intent: Intent) -> AccessRequest:
        """Record that this officer has seen the ID of the person."""
        at = path("desk", "access-requests", request_id, "id-seen")
        return await self._write(AccessRequest, "POST", at, intent, {})

    async def decide(
        self, request_id: str, decision: Decision, *, version: int, reason: str | None = None, intent: Intent
    ) -> AccessRequest:
        """Approve or deny; `version` is the request's as it was shown.

        Raises Conflict (`already_decided`, whose detail says who, what and when; `id_not_seen`).
        """
        body: dict[str, Sendable] = {"decision": decision, "reason": reason, "version": version}
        at = path("desk", "access-requests", request_id, "decision")
        return await self._write(AccessRequest, "POST", at, intent, body)

    async def revoke(self, request_id: str, *, version: int, reason: str, intent: Intent) -> AccessRequest:
        """Take approved access back; the visitor is told `reason`. Raises Conflict (`access_not_approved`)."""
        body: dict[str, Sendable] = {"version": version, "reason": reason}
        at = path("desk", "access-requests", request_id, "revocation")
        return await self._write(AccessRequest, "POST", at, intent, body)

    async def suspend(
        self, request_id: str, *, version: int, reason: str, last_day: date | None = None, intent: Intent
    ) -> AccessRequest:
        """Suspend approved access up to `last_day`, the facility's, that day included; None: until it is restored."""
        body: dict[str, Sendable] = {"version": version, "reason": reason, "last_day": last_day}
        at = path("desk", "access-requests", request_id, "suspension")
        return await self._write(AccessRequest, "POST", at, intent, body)

    async def restore(
        self, request_id: str, *, version: int, reason: str | None = None, intent: Intent
    ) -> AccessRequest:
        """End a suspension. Raises Conflict (`access_not_suspended`)."""
        body: dict[str, Sendable] = {"version": version, "reason": reason}
        at = path("desk", "access-requests", request_id, "restoration")
        return await self._write(AccessRequest, "POST", at, intent, body)

    async def blackouts(self, facility_id: str) -> Page[Blackout]:
        """Return the blackouts that are not over, by their dates."""
        return await self._read(Page[Blackout], path("desk", facility_id, "blackouts"))

    async def preview_blackout(self, facility_id: str, new: NewBlackout, *, intent: Intent) -> BlackoutPreview:
        """Return what a blackout would touch now; it changes nothing."""
        body: dict[str, Sendable] = {field.name: getattr(new, field.name) for field in fields(new)}
        at = path("desk", facility_id, "blackouts", "preview")
        return await self._write(BlackoutPreview, "POST", at, intent, body)

    async def add_blackout(
        self, facility_id: str, new: NewBlackout, *, expected_visits: int, treatment: BlackoutTreatment, intent: Intent
    ) -> AddedBlackout:
        """Add a blackout. Raises Conflict (`blackout_touches_changed`) if it touches other than `expected_visits`."""
        body: dict[str, Sendable] = {field.name: getattr(new, field.name) for field in fields(new)}
        body |= {"expected_visits": expected_visits, "treatment": treatment}
        return await self._write(AddedBlackout, "POST", path("desk", facility_id, "blackouts"), intent, body)

    async def remove_blackout(self, blackout_id: str, *, intent: Intent) -> Blackout:
        """Remove a blackout; the flags that it raised go with it. Raises Conflict (`blackout_removed`)."""
        at = path("desk", "blackouts", blackout_id, "removal")
        return await self._write(Blackout, "POST", at, intent, {})

    async def restrictions(self, facility_id: str, *, ended: bool = False) -> Page[Restriction]:
        """Return the restrictions that hold now or later, the newest first; with `ended` also those that are over."""
        asked = query(ended="true" if ended else "false")
        return await self._read(Page[Restriction], path("desk", facility_id, "restrictions"), asked)

    async def restrict(self, facility_id: str, new: NewRestriction, *, intent: Intent) -> Restriction:
        """Restrict visits; `flagged_visits` says how many future visits are touched."""
        body: dict[str, Sendable] = {field.name: getattr(new, field.name) for field in fields(new)}
        return await self._write(Restriction, "POST", path("desk", facility_id, "restrictions"), intent, body)

    async def end_restriction(self, restriction_id: str, *, intent: Intent) -> Restriction:
        """End a restriction; the flags that it raised go with it. Raises Conflict (`restriction_ended`)."""
        at = path("desk", "restrictions", restriction_id, "end")
        return await self._write(Restriction, "POST", at, intent, {})

    async def visits(
        self, facility_id: str, *, day: date | None = None, cursor: str | None = None, limit: int | None = None
    ) -> DeskVisits:
        """Return a page of the visits of a facility-local date (its today without one), soonest first."""
        asked = query(date=day, cursor=cursor, limit=limit)
        return await self._read(DeskVisits, path("desk", facility_id, "visits"), asked)

    async def check_in(self, visit_id: str, *, intent: Intent) -> DeskVisit:
        """Note that the visitor is here. Raises Conflict with every rule that stands against the visit now."""
        return await self._write(DeskVisit, "POST", path("desk", "visits", visit_id, "check-in"), intent, {})

    async def record_outcome(
        self, visit_id: str, outcome: VisitStatus, *, note: str | None = None, intent: Intent
    ) -> DeskVisit:
        """Record what became of a visit, or put it right; `note` is for the trace.

        Raises Conflict (`visit_not_begun`, `visit_already_cancelled`).
        """
        body: dict[str, Sendable] = {"outcome": outcome, "note": note}
        return await self._write(DeskVisit, "POST", path("desk", "visits", visit_id, "outcome"), intent, body)

    async def move_visit(
        self,
        visit_id: str,
        starts_at: datetime,
        *,
        expected_starts_at: datetime,
        reason: str,
        override: Override | None = None,
        intent: Intent,
    ) -> DeskVisit:
        """Move a visit because of the facility; the visitor is told `reason`. Raises what `visits.move` does."""
        body: dict[str, Sendable] = {
            "starts_at": starts_at,
            "expected_starts_at": expected_starts_at,
            "reason": reason,
            "override": override,
        }
        return await self._write(DeskVisit, "POST", path("desk", "visits", visit_id, "move"), intent, body)
