"""Visits: confirm, list, look at, move, cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from backend_client._clean import clean_lines
from backend_client._pipeline import Call
from backend_client.models.common import Page
from backend_client.models.payments import Confirmation
from backend_client.models.visits import Cancellation, MoveOffer, Visit
from backend_client.resources._resource import Resource, path, query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from backend_client._encode import Sendable
    from backend_client.intent import Intent
    from backend_client.models.common import Money
    from backend_client.models.payments import FeeSource
    from backend_client.models.visits import Attendee, Override

VisitsWhen = Literal["upcoming", "past", "cancelled"]
"""Which visits to list."""


class VisitsResource(Resource):
    """The visits of the account that is signed in."""

    async def confirm(
        self,
        hold_id: str,
        terms_id: str,
        *,
        attendees: Sequence[Attendee],
        payment_method: str | None,
        expected_total: Money,
        sources: Sequence[FeeSource] = (),
        promo_code: str | None = None,
        expected_from_method: Money | None = None,
        override: Override | None = None,
        intent: Intent,
    ) -> Confirmation:
        """Confirm the held appointment and pay `expected_total`: from `sources`, and the rest with `payment_method`.

        That is a method's token, and None where nothing is left for one to pay. `expected_from_method` is what it was
        said to pay; what is on the account may have changed meanwhile.

        A payment that is still `checking` is followed with `payments.read`. Raises Declined, Conflict (`price_changed`,
        `hold_expired`, `terms_changed`, …) and Invalid; hold and answers are kept.
        """
        body: dict[str, Sendable] = {
            "hold_id": hold_id,
            "terms_id": terms_id,
            "attendees": tuple(attendees),
            "payment_method": payment_method,
            "expected_total": expected_total,
            "sources": tuple(sources),
            "promo_code": promo_code,
            "expected_from_method": expected_from_method,
            "override": override,
        }
        return await self._write(Confirmation, "POST", path("visits"), intent, body)

    async def listed(
        self, when: VisitsWhen = "upcoming", *, cursor: str | None = None, limit: int | None = None
    ) -> Page[Visit]:
        """Return a page of visits: upcoming ones soonest first, the others newest first."""
        return await self._read(Page[Visit], path("visits"), query(when=when, cursor=cursor, limit=limit))

    async def read(self, visit_id: str) -> Visit:
        """Return one visit. Raises NotFound."""
        return await self._read(Visit, path("visits", visit_id))

    async def calendar(self, visit_id: str) -> str:
        """Return the visit as a calendar file (text/calendar, lines ended by CRLF)."""
        answer = await self._pipeline.send(Call("GET", path("visits", visit_id, "calendar"), accept="text/calendar"))
        return clean_lines(answer.text()).replace("\n", "\r\n")

    async def move_offer(self, visit_id: str) -> MoveOffer:
        """Return whether a visit can be moved now, and until when."""
        return await self._read(MoveOffer, path("visits", visit_id, "move"))

    async def move(self, visit_id: str, starts_at: datetime, *, expected_starts_at: datetime, intent: Intent) -> Visit:
        """Move a visit to `starts_at` if it still starts at `expected_starts_at`; its price stays.

        Raises Conflict or NotAllowed with every broken rule (`visit_changed` where it has moved meanwhile): the visit
        then keeps the time it has.
        """
        body: dict[str, Sendable] = {"starts_at": starts_at, "expected_starts_at": expected_starts_at}
        return await self._write(Visit, "POST", path("visits", visit_id, "move"), intent, body)

    async def cancellation(self, visit_id: str) -> Cancellation:
        """Return what cancelling now would bring back, and to where."""
        return await self._read(Cancellation, path("visits", visit_id, "cancellation"))

    async def cancel(self, visit_id: str, *, expected_back: Money, reason: str | None = None, intent: Intent) -> Visit:
        """Cancel a visit if exactly `expected_back` comes back. Raises Conflict (`refund_changed`) otherwise."""
        body: dict[str, Sendable] = {"expected_back": expected_back, "reason": reason}
        return await self._write(Visit, "POST", path("visits", visit_id, "cancellation"), intent, body)
