"""What changes on the server, told to every page; and with it, whether the server is there."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from tui.messages import Connection
from tui.problems import sentence_for

if TYPE_CHECKING:
    from textual.worker import Worker, WorkType

    from backend_client import VisitDeskError
    from tui.app import VisitDeskApp


class ChangeFeed:
    """Follows the changes of whoever is signed in, one stream at a time.

    Args:
        app: Hears of changes, and of the connection.
    """

    def __init__(self, app: VisitDeskApp) -> None:
        self._app = app
        self._worker: Worker[None] | None = None
        self._begun = asyncio.Event()
        self._begun.set()

    def follow(self, facility_id: str | None) -> None:
        """Follow the changes of a facility, or without one those of the account, instead of what was followed."""
        self.stop()
        self._begun = asyncio.Event()
        work: WorkType[None] = partial(self._follow, facility_id, self._begun)
        self._worker = self._app.run_worker(work, name="changes", group="changes", exclusive=True)

    def stop(self) -> None:
        """Follow nothing any more."""
        self._begun.set()
        if self._worker is not None:
            self._worker.cancel()
            self._worker = None

    @property
    def follows(self) -> bool:
        """Whether changes are followed now."""
        return self._worker is not None and not self._worker.is_finished

    async def begun(self) -> None:
        """Wait until changes are followed, or cannot be now. What is read after that misses no change."""
        await self._begun.wait()

    async def _follow(self, facility_id: str | None, begun: asyncio.Event) -> None:
        from backend_client import NotAllowed, NotFound, NotSignedIn

        def heard(trouble: VisitDeskError | None) -> None:
            begun.set()
            self._app.connection_is(Connection.READY if trouble is None else Connection.LOST)

        try:
            async for change in self._app.client.changes.follow(facility_id=facility_id, on_trouble=heard):
                self._app.tell_of(change)
        except NotSignedIn:
            # The client has told the app, which shows the sign-in page; the server is there.
            return
        except (NotAllowed, NotFound) as refusal:
            # An answer, so the server is there; only what was followed may not be seen any more.
            self._app.connection_is(Connection.READY)
            self._app.remark(str(sentence_for(refusal)))
        finally:
            begun.set()
