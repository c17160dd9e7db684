"""Taking cash at the desk for a prepaid balance: a receipt's number, an amount, and whose balance it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui import checks, presentation
from tui.commands import BACK, ENTER, HELP, TAB
from tui.glyphs import glyphs
from tui.inert import inert
from tui.problems import sentence_for
from tui.screens.forms import check_all, show_field_errors
from tui.screens.page import Page
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.field import Field

if TYPE_CHECKING:
    from backend_client import CashReceipt, FacilityRef, VisitDeskError
    from tui.commands import Command

TAKE = ENTER.relabelled(
    N_("Take it"), N_("Note that you have taken the cash; the balance or the code is there at once.")
)
DONE = ENTER.relabelled(N_("Done"), N_("Go back. A code is not shown again."))
LONGEST_RECEIPT, LONGEST_AMOUNT, LONGEST_EMAIL = 32, 10, 254
LEAST, MOST = 100, 30_000
"""What the server takes at once, in cents."""


class TakeCash(Page["CashReceipt"]):
    """Asks for what is on the paper receipt, then says on whose balance it is, or shows the code, once."""

    AUTO_FOCUS = "FieldInput"
    PROBLEM_IN_BODY = True
    KEYS: ClassVar = (TAKE, TAB, BACK, HELP)

    def __init__(self, facility: FacilityRef) -> None:
        """Take cash at ``facility``."""
        super().__init__()
        self._facility = facility
        self._taken: CashReceipt | None = None

    def commands(self) -> tuple[Command, ...]:
        """Enter takes cash once; after that it goes back."""
        return self.KEYS if self._taken is None else (DONE, BACK, HELP)

    def body(self) -> ComposeResult:
        yield Paragraphs(
            inert(_("Take cash for a visitor's prepaid balance"), "bold"),
            inert(_("Count it first, and write a paper receipt. From $1.00 to $300.00."), "$muted"),
            "",
            id="lead",
        )
        yield Field(
            _("Number on the receipt"),
            name="receipt",
            max_length=LONGEST_RECEIPT,
            checks=(checks.needed(_("Type the number as it is printed.")),),
        )
        yield Field(
            _("Amount"),
            name="amount",
            hint=_("such as 20 or 12.50"),
            max_length=LONGEST_AMOUNT,
            checks=(checks.amount, _within),
        )
        yield Field(
            _("The visitor's e-mail"),
            name="email",
            hint=_("leave it empty to give a code instead"),
            max_length=LONGEST_EMAIL,
            checks=(_email_or_nothing,),
        )
        yield Paragraphs(id="answer")

    def on_mount(self) -> None:
        self.place = f"{_('Take cash')} {glyphs().dot} {self._facility.name}"
        self.there = self._facility.zone

    def on_field_entered(self, event: Field.Entered) -> None:
        fields = list(self.query(Field))
        place = fields.index(event.field)
        if not event.field.check():
            return
        if place + 1 < len(fields):
            fields[place + 1].take_focus()
        elif check_all(fields):
            self._take(*(field.text for field in fields))

    def _take(self, receipt: str, amount: str, email: str) -> None:
        from backend_client import Money

        cash = Money(checks.minor_units(amount), "USD")
        self.write(
            TAKE.name,
            lambda intent: self.host.client.cash.take(
                self._facility.id, receipt, cash, email=email or None, intent=intent
            ),
            self._show,
            about=(receipt, cash, email),
            refused=self._refused,
        )

    def _refused(self, error: VisitDeskError) -> None:
        if not show_field_errors(self, error):
            self.show_problem(sentence_for(error))

    def _show(self, taken: CashReceipt) -> None:
        self._taken = taken
        for field in self.query(Field):
            field.display = False
        self.set_focus(None)
        amount = presentation.money(taken.amount.minor, taken.amount.currency)
        said = _("{amount} taken, receipt {receipt}.").format(amount=amount, receipt=taken.receipt)
        self.query_one("#lead", Paragraphs).show(inert(said, "bold"), "")
        answer = self.query_one("#answer", Paragraphs)
        if taken.code is None or taken.code_expires_at is None:
            answer.show(inert(_("It is on the balance of {name} now.").format(name=taken.credited_to or "")))
        else:
            until = presentation.local(taken.code_expires_at, self._facility.zone)
            answer.show(
                inert(_("Write this code on the receipt: {code}").format(code=taken.code.reveal()), "bold $accent"),
                inert(_("It is not shown again. Whoever enters it has the money on their balance.")),
                inert(
                    _("It works once, until {day}, under Profile, Top up.").format(
                        day=presentation.long_date(until.date())
                    )
                ),
            )
        self.refresh_keys()

    def action_enter(self) -> None:
        if self._taken is not None:
            self.dismiss(self._taken)

    def action_back(self) -> None:
        self.dismiss(self._taken)


def _within(value: str) -> str:
    within = LEAST <= checks.minor_units(value) <= MOST
    return "" if within else _("Take from $1.00 to $300.00 at once.")


def _email_or_nothing(value: str) -> str:
    return checks.email_of_another(value) if value.strip() else ""
