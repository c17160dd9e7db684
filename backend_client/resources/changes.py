"""Learning what changed, as it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_client._decode import decode
from backend_client._pipeline import Call
from backend_client.errors import NotAllowed, NotFound, NotSignedIn, Problem, VisitDeskError
from backend_client.models.changes import Change, Changes
from backend_client.resources._resource import Resource, path, query

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

LONGEST_WAIT_SECONDS = 25


class ChangesResource(Resource):
    """The streams of the account, or of a facility for its officers."""

    async def head(self, *, facility_id: str | None = None) -> int:
        """Return the cursor of now. Take it before reading what is shown, then `follow` from it: nothing is missed."""
        return (await self._read(Changes, path("changes"), query(facility_id=facility_id))).cursor

    async def since(self, after: int, *, wait: int = 0, facility_id: str | None = None) -> Changes:
        """Return what changed after the cursor `after`, waiting up to `wait` seconds (25 at most) for something."""
        asked = query(after=after, wait=wait, facility_id=facility_id)
        answer = await self._pipeline.send(Call("GET", path("changes"), query=asked, waits_seconds=wait))
        return decode(Changes, answer.json())

    async def follow(
        self,
        after: int | None = None,
        *,
        facility_id: str | None = None,
        wait: int = LONGEST_WAIT_SECONDS,
        on_trouble: Callable[[VisitDeskError | None], None] | None = None,
    ) -> AsyncIterator[Change]:
        """Yield every change after the cursor `after` (None: after now), for as long as the iteration lasts.

        A server that cannot be reached is asked again with growing pauses. `on_trouble` hears of the first failure in a
        row, of None once it is over, and of None as soon as the server has answered for the first time. Raises
        NotSignedIn, NotAllowed and NotFound, for which waiting is no help.
        """
        pace = self._pipeline.pace
        cursor, failures, answered = after, 0, False

        def good() -> None:
            nonlocal failures, answered
            if (failures or not answered) and on_trouble is not None:
                on_trouble(None)
            failures, answered = 0, True

        while True:
            began = pace.monotonic()
            try:
                if cursor is None:
                    cursor = await self.head(facility_id=facility_id)
                    good()
                # After a failure, nobody shall wait for the news that it is over.
                answer = await self.since(cursor, wait=0 if failures else wait, facility_id=facility_id)
            except (NotSignedIn, NotAllowed, NotFound):
                raise
            except VisitDeskError as trouble:
                failures += 1
                if failures == 1 and on_trouble is not None:
                    on_trouble(trouble)
                asked = trouble.retry_after_seconds if isinstance(trouble, Problem) else None
                await pace.sleep(max(pace.reconnect_after(failures), asked or 0))
                continue
            recovered = failures > 0
            good()
            cursor = answer.cursor
            for change in answer.items:
                yield change
            if not answer.items and not recovered and pace.monotonic() - began < min(wait, 1):
                # A server that does not wait must not be asked in a tight loop.
                await pace.sleep(pace.reconnect_after(1))
