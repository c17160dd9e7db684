"""Keeps the draft on the server after every answer: one write at a time, and only the newest draft."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.worker import WorkType

    from backend_client import Draft
    from tui.host import Host

_AGAIN_SECONDS = 5.0


@dataclass(slots=True)
class _Wishes:
    """What one person wants kept. It ends with their sign-in.

    Attributes:
        newest: The draft to be kept, or nothing to have it thrown away.
        asked: How often something was asked for.
        kept: Up to which of these the server has it.
        sending: Whether somebody sees to it.
        now: Set when waiting before the next try is no use any more.
    """

    newest: Draft | None = None
    asked: int = 0
    kept: int = 0
    sending: bool = False
    now: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def settled(self) -> bool:
        return self.kept == self.asked


class DraftKeeper:
    """Sends drafts to the server. Answers that come while one is being sent are sent together afterwards.

    It belongs to the app, not to the wizard: what has not gone through when the wizard is left is tried again until the
    server has it, or whoever gave the answers signs out. Nobody waits for it, so no key is dead meanwhile.

    Args:
        host: Whose client sends.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._wishes = _Wishes()

    def keep(self, draft: Draft) -> None:
        """Have a draft kept, as soon as the one before it is."""
        self._want(draft)

    def discard(self) -> None:
        """Have the draft thrown away, after whatever is on its way."""
        self._want(None)

    def finish(self) -> None:
        """The draft has become a visit, and the server has thrown it away; none on its way may bring it back."""
        if not self.settled:
            self.discard()

    def forget(self) -> None:
        """Somebody signs out: what is on its way may arrive, and nothing is sent after it."""
        over, self._wishes = self._wishes, _Wishes()
        over.now.set()

    @property
    def settled(self) -> bool:
        """Whether the server has what was asked for last."""
        return self._wishes.settled

    @property
    def newest(self) -> Draft | None:
        """What was asked for last, or nothing where the draft is to be thrown away."""
        return self._wishes.newest

    def again(self) -> None:
        """Send what has not gone through, now that the server may be there."""
        wishes = self._wishes
        wishes.now.set()
        if wishes.settled or wishes.sending:
            return
        wishes.sending = True
        work: WorkType[None] = partial(self._send_all, wishes)
        self._host.run_worker(work, name="keep draft", group="drafts")

    def _want(self, draft: Draft | None) -> None:
        self._wishes.newest = draft
        self._wishes.asked += 1
        self.again()

    async def _send_all(self, wishes: _Wishes) -> None:
        from backend_client import Problem, ServerTrouble, TooMany, VisitDeskError

        try:
            while not wishes.settled and wishes is self._wishes:
                number = wishes.asked
                wishes.now.clear()
                try:
                    await self._send(wishes.newest)
                except VisitDeskError as error:
                    if not isinstance(error, Problem) or isinstance(error, ServerTrouble | TooMany):
                        with suppress(TimeoutError):
                            await asyncio.wait_for(wishes.now.wait(), _AGAIN_SECONDS)
                    elif number == wishes.asked:
                        # Refused for good. The answers are on the page, and the next one sends them all.
                        return
                else:
                    wishes.kept = number
        finally:
            wishes.sending = False

    async def _send(self, draft: Draft | None) -> None:
        # Each draft is a wish of its own, so each has its own intent; sending the same one twice does no harm.
        from backend_client import Intent

        drafts = self._host.client.drafts
        if draft is None:
            await drafts.discard(intent=Intent.new())
        else:
            await drafts.save(draft, intent=Intent.new())
