"""Something is wrong with a charge: what it is, in one line and, if one likes, in one's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui import presentation
from tui.commands import BACK, CHOOSE, HELP, HELP_IN_FIELD, Command
from tui.inert import inert
from tui.screens.dispute_words import REASONS
from tui.screens.page import Page
from tui.text import N_, _
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import Paragraphs
from tui.widgets.field import Field

if TYPE_CHECKING:
    from backend_client import Dispute

SEND = Command("send_dispute", "", N_("Send"), N_("Send this to support. You get an answer."), shown="Enter")
LONGEST = 500


class OpenDispute(Page[None]):
    """Asks what is wrong with a charge; :class:`DisputeInWords` sends it. Leaving it changes nothing."""

    PLACE = N_("Something is wrong")
    AUTO_FOCUS = "ChoiceList"
    KEYS: ClassVar = (CHOOSE, BACK, HELP)

    def __init__(self, transaction_id: str, about: str) -> None:
        """Dispute a charge, which ``about`` says in a line."""
        super().__init__()
        self._transaction_id = transaction_id
        self._about = about

    def body(self) -> ComposeResult:
        yield Paragraphs(
            inert(_("What is wrong with this charge?"), "bold"),
            inert(self._about),
            inert(_("Support looks into it, and you are told by when there is an answer."), "$muted"),
            "",
        )
        yield ChoiceList([Choice(key, _(words)) for key, words in REASONS.items()], id="reasons")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        event.stop()

        def sent(is_sent: bool | None) -> None:
            if is_sent:
                self.dismiss(None)

        self.app.push_screen(DisputeInWords(self._transaction_id, event.choice.key, self._about), sent)


class DisputeInWords(Page[bool]):
    """One line of one's own words, or none; then the answer with its date. Dismisses with True once sent."""

    PLACE = N_("Something is wrong")
    AUTO_FOCUS = "FieldInput"
    KEYS: ClassVar = (SEND, BACK, HELP_IN_FIELD)

    def __init__(self, transaction_id: str, reason: str, about: str) -> None:
        """Say more about ``reason``; what is typed is kept until it is sent."""
        super().__init__()
        self._transaction_id = transaction_id
        self._reason = reason
        self._about = about
        self._kept = f"dispute.{transaction_id}"
        self._is_sent = False

    def commands(self) -> tuple[Command, ...]:
        """Enter sends once."""
        return tuple(command for command in self.KEYS if not (self._is_sent and command.name == SEND.name))

    def body(self) -> ComposeResult:
        yield Paragraphs(inert(_(REASONS[self._reason]), "bold"), inert(self._about), "")
        yield Field(
            _("What happened? You may leave this empty"),
            name="words",
            value=self.host.session.typed.get(self._kept, ""),
            max_length=LONGEST,
        )
        yield Paragraphs(id="answer")

    def on_field_edited(self, event: Field.Edited) -> None:
        self.host.session.typed[self._kept] = event.field.value

    def on_field_entered(self, event: Field.Entered) -> None:
        from backend_client import DisputeReason

        words, reason = event.field.text, DisputeReason(self._reason)
        self.write(
            SEND.name,
            lambda intent: self.host.client.disputes.open(self._transaction_id, reason, words, intent=intent),
            self._show,
            about=(self._transaction_id, self._reason, words),
        )

    def _show(self, dispute: Dispute) -> None:
        self._is_sent = True
        self.host.session.typed.pop(self._kept, None)
        self.query_one("#words", Field).display = False
        self.set_focus(None)
        self.query_one("#answer", Paragraphs).show(
            inert(_("Support has it."), "bold $positive"),
            inert(_("An answer is due by {day}.").format(day=presentation.long_date(dispute.due_on))),
            inert(_("You get an e-mail, and Transaction Details shows how it stands."), "$muted"),
        )
        self.refresh_keys()

    def action_back(self) -> None:
        self.dismiss(self._is_sent)
