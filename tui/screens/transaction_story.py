"""Everything about one line of Transaction Details: its amounts, payments, refunds, visit, and who did what."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui.commands import BACK, HELP, MOVE, Command
from tui.screens.page import Page
from tui.screens.transaction_story_words import story_lines
from tui.screens.transaction_words import charged_words
from tui.text import N_, _
from tui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from backend_client import TransactionStory as Story

VISIT = Command("open_visit", "v", N_("Open the visit"), N_("See the visit that this line is about."))
DISPUTE = Command(
    "dispute", "w", N_("Something is wrong"), N_("Tell support what is wrong with this charge."), changes=True
)


class TransactionStory(Page[None]):
    """The story as the server tells it now; it changes as money arrives."""

    PLACE = N_("Transaction Details")
    AUTO_FOCUS = "Sheet"
    KEYS: ClassVar = (MOVE.relabelled(N_("Move"), N_("Move through the story.")), DISPUTE, VISIT, BACK, HELP)

    def __init__(self, transaction_id: str) -> None:
        """Tell the story of the line with this id."""
        super().__init__()
        self._transaction_id = transaction_id
        self._story: Story | None = None

    def body(self) -> ComposeResult:
        yield Sheet()

    def on_mount(self) -> None:
        self.connected()

    def connected(self) -> None:
        self.read(lambda: self.host.client.transactions.story(self._transaction_id), self._show)

    def changed(self, kind: str, subject_id: str) -> None:
        if kind in {"payment", "visit", "dispute"}:
            self.connected()

    def _show(self, story: Story) -> None:
        self._story = story
        self.there = story.transaction.zone
        self.query_one(Sheet).show(story_lines(story))
        self.refresh_keys()

    def why_not(self, command: Command) -> str:
        if command.name == VISIT.name and (self._story is None or self._story.visit is None):
            return _("There is no visit behind this line.")
        if command.name == DISPUTE.name and (why := self._why_no_dispute()):
            return why
        return super().why_not(command)

    def _why_no_dispute(self) -> str:
        if self._story is None or self._story.transaction.kind.value != "charge":
            return _("Nothing was charged on this line.")
        if self._story.dispute is None:
            return ""
        if self._story.dispute.decided_at is None:
            return _("You have told support about this charge. The answer will stand here.")
        return _("This charge was looked into and decided.")

    def action_dispute(self) -> None:
        from tui.screens.dispute import OpenDispute

        if self._story is not None:
            line = self._story.transaction
            self.app.push_screen(OpenDispute(line.id, charged_words(line)), lambda _none: self.connected())

    def action_open_visit(self) -> None:
        from tui.screens.visit_details import VisitDetails

        if self._story is not None and self._story.visit is not None:
            self.app.push_screen(VisitDetails(self._story.visit.id))
