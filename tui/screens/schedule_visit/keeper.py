"""Keeps the draft on the server after every answer: one write at a time, and only the newest draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend_client import Draft, Intent, VisitDeskError
    from tui.screens.schedule_visit.step import Wizard

WRITE = "keep_draft"
"""The name of the write; it is no command's, so no key is dead while it runs."""

_AGAIN_SECONDS = 5.0


class DraftKeeper:
    """Sends drafts to the server. Answers that come while one is being sent are sent together afterwards.

    The write belongs to the app: it goes on, with everything that was still to be sent, when the wizard is left.
    """

    def __init__(self, wizard: Wizard) -> None:
        self._wizard = wizard
        self._newest: Draft | None = None
        self._asked = 0
        self._kept = 0
        self._sending = False

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

    @property
    def settled(self) -> bool:
        """Whether the server has what was asked for last."""
        return self._kept == self._asked

    def again(self) -> None:
        """Send what has not gone through, now that the server may be there."""
        if self.settled or self._sending:
            return
        wizard = self._wizard
        self._sending = wizard.host.writes.begin(
            wizard, WRITE, self._send_all, about=None, then=self._went_through, refused=self._refused
        )
        if self._sending:
            wizard.waits += 1
        elif wizard.is_attached:
            # The wizard was left and opened again: its last write is still on its way.
            wizard.set_timer(_AGAIN_SECONDS, self.again)

    def _want(self, draft: Draft | None) -> None:
        self._newest = draft
        self._asked += 1
        self.again()

    async def _send_all(self, _intent: Intent) -> None:
        # Each draft is a wish of its own, so each has its own intent; sending the same one twice does no harm.
        from backend_client import Intent

        drafts = self._wizard.host.client.drafts
        while not self.settled:
            number, draft = self._asked, self._newest
            if draft is None:
                await drafts.discard(intent=Intent.new())
            else:
                await drafts.save(draft, intent=Intent.new())
            self._kept = number

    def _went_through(self, _nothing: None) -> None:
        self._sending = False
        self.again()

    def _refused(self, _error: VisitDeskError) -> None:
        # Nothing is lost meanwhile, for the answers are on the page; the next answer sends them too.
        self._sending = False
        self._wizard.set_timer(_AGAIN_SECONDS, self.again)
