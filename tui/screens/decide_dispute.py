"""Deciding a dispute: what is said, what is known, and one of four answers with a reason that the visitor reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui import checks
from tui.commands import BACK, CHOOSE, HELP, HELP_IN_FIELD, Command
from tui.inert import inert
from tui.screens.dispute_words import about, amount
from tui.screens.page import Page
from tui.text import N_, _
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import Paragraphs
from tui.widgets.field import Field

if TYPE_CHECKING:
    from backend_client import Dispute, DisputeOutcome

DECIDE = Command(
    "decide_dispute", "", N_("Decide"), N_("Decide it, with this reason. The visitor is told."), shown="Enter"
)
LONGEST_REASON = 500
_AMOUNT = re.compile(r"([0-9]{1,5})(?:\.([0-9]{2}))?")


class DecideDispute(Page[bool]):
    """Shows all that is known; :class:`DecisionInWords` gives the answer. Dismisses with True if decided."""

    PLACE = N_("Dispute")
    OF_THE_AGENT = True
    AUTO_FOCUS = "ChoiceList"
    KEYS: ClassVar = (CHOOSE, BACK, HELP)

    def __init__(self, dispute: Dispute) -> None:
        super().__init__()
        self._dispute = dispute

    def body(self) -> ComposeResult:
        left = amount(self._dispute.left)
        label = self._dispute.fee_source_label
        nothing = "" if self._dispute.left.minor else _("All of this charge has come back already.")
        yield Paragraphs(*about(self._dispute))
        yield ChoiceList(
            [
                Choice("refund", _("Give back {amount} to {label}").format(amount=left, label=label), why_not=nothing),
                Choice("credit", _("Give {amount} as account credit").format(amount=left), why_not=nothing),
                Choice("refuse", _("The charge stays as it is")),
            ],
            id="outcomes",
        )

    def on_choice_list_refused(self, event: ChoiceList.Refused) -> None:
        self.remark(event.choice.why_not)

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()

        def decided(is_decided: bool | None) -> None:
            if is_decided:
                self.dismiss(True)

        self.app.push_screen(DecisionInWords(self._dispute, event.choice.key, event.choice.text), decided)

    def action_back(self) -> None:
        self.dismiss(False)


class DecisionInWords(Page[bool]):
    """The amount, where one comes back, and the reason. Dismisses with True once it is decided."""

    PLACE = N_("Dispute")
    OF_THE_AGENT = True
    AUTO_FOCUS = "#reason FieldInput"
    KEYS: ClassVar = (DECIDE, BACK, HELP_IN_FIELD)

    def __init__(self, dispute: Dispute, outcome: str, said: str) -> None:
        """Decide ``outcome``, which ``said`` says in a line; the reason is kept until it is sent."""
        super().__init__()
        self._dispute = dispute
        self._outcome = outcome
        self._said = said
        self._kept = f"decision.{dispute.id}"

    def body(self) -> ComposeResult:
        yield Paragraphs(
            inert(self._said, "bold"),
            inert(_("They read your words as you write them here, and are told at once."), "$muted"),
            "",
        )
        yield Field(
            _("Why"),
            name="reason",
            value=self.host.session.typed.get(self._kept, ""),
            max_length=LONGEST_REASON,
            checks=(checks.needed(_("A decision needs a reason.")),),
        )
        if self._outcome != "refuse":
            yield Field(_("How much, if not all of it"), name="amount", value="", max_length=12)

    def on_field_edited(self, event: Field.Edited) -> None:
        if event.field.name == "reason":
            self.host.session.typed[self._kept] = event.field.value

    def on_field_entered(self, event: Field.Entered) -> None:
        reason = self.query_one("#reason", Field)
        if not reason.check():
            return
        minor = self._amount()
        if minor == 0:
            self.query_one("#amount", Field).wrong = _("Write an amount such as 2.50, or leave it empty for all of it.")
            return
        self._decide(_outcome(self._outcome), reason.text, minor)

    def _amount(self) -> int | None:
        """Return the amount in minor units, None for all of it, 0 for what is none."""
        if self._outcome == "refuse":
            return None
        typed = self.query_one("#amount", Field).text.removeprefix("$")
        if not typed:
            return None
        found = _AMOUNT.fullmatch(typed)
        return int(found[1]) * 100 + int(found[2] or "0") if found else 0

    def _decide(self, outcome: DisputeOutcome, reason: str, minor: int | None) -> None:
        self.write(
            DECIDE.name,
            lambda intent: self.host.client.disputes.decide(self._dispute.id, outcome, reason, minor, intent=intent),
            self._decided,
            about=(self._dispute.id, outcome.value, reason, minor),
        )

    def _decided(self, dispute: Dispute) -> None:
        self.host.session.typed.pop(self._kept, None)
        self.dismiss(True)

    def action_back(self) -> None:
        self.dismiss(False)


def _outcome(key: str) -> DisputeOutcome:
    from backend_client import DisputeOutcome

    return DisputeOutcome(key)
