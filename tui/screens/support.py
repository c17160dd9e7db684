"""The Support Desk: find a customer by whatever they say of themselves, and look at their account with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.content import Content

from tui import checks
from tui.commands import ENTER, HELP, SEARCH, SIGN_OUT, Command
from tui.glyphs import glyphs
from tui.inert import inert
from tui.screens.page import Page
from tui.screens.sign_out import LEAVE, ask_to_sign_out
from tui.text import N_, _, ngettext
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import Paragraphs
from tui.widgets.field import Field

if TYPE_CHECKING:
    from backend_client import FoundAccount, FoundAccounts, Look

FIND = Command("find", "", N_("Find"), N_("Find customers. Every search is recorded with your name."), shown="Enter")
LOOK = ENTER.relabelled(N_("Look"), N_("Look at the marked customer's account. You are asked why."))
ANEW = SEARCH.relabelled(N_("Find another"), N_("Go back to the field and find somebody else."))
DISPUTES = Command("disputes", "f4", N_("Disputes"), N_("See the charges that customers say are wrong, and decide."))
LONGEST = 200


class Support(Page[None]):
    """One field, and below it who was found. Every search and every look is recorded."""

    PLACE = N_("Support Desk")
    CSS_PATH = "support.tcss"
    OF_THE_AGENT = True
    AUTO_FOCUS = "FieldInput"
    KEYS: ClassVar = (FIND, LOOK, ANEW, DISPUTES, LEAVE, HELP, SIGN_OUT)

    def __init__(self) -> None:
        super().__init__()
        self._found: FoundAccounts | None = None

    def commands(self) -> tuple[Command, ...]:
        """The keys of the field, or those of the list."""
        left_out = {FIND.name} if isinstance(self.focused, ChoiceList) else {LOOK.name, ANEW.name}
        return tuple(command for command in self.KEYS if command.name not in left_out)

    def body(self) -> ComposeResult:
        yield Paragraphs(
            inert(_("Find a customer"), "bold"),
            inert(_("Every search and every look is recorded with your name."), "$muted"),
            "",
        )
        yield Field(
            _("Name, e-mail, phone or reference"),
            name="said",
            max_length=LONGEST,
            checks=(checks.needed(_("Type a name, a whole e-mail address, a phone number, or a reference.")),),
        )
        yield ChoiceList(id="found", jump=False, leaves=True, marks_always=True)
        yield Paragraphs(id="answer")

    def on_mount(self) -> None:
        self.query_one("#found", ChoiceList).display = False

    # -- finding

    def on_field_entered(self, event: Field.Entered) -> None:
        if not event.field.check():
            return
        said = event.field.text
        self.write(
            FIND.name,
            lambda intent: self.host.client.support.find_accounts(said, intent=intent),
            lambda found: self._show(found, said),
            about=said,
        )

    def on_field_edited(self) -> None:
        self._found = None
        self.query_one("#found", ChoiceList).display = False
        self.query_one("#answer", Paragraphs).show()

    def _show(self, found: FoundAccounts, said: str) -> None:
        if self.query_one("#said", Field).text != said:
            return
        self._found = found
        choices = self.query_one("#found", ChoiceList)
        choices.show([_choice(account) for account in found.items], keep=False)
        choices.display = bool(found.items)
        self.query_one("#answer", Paragraphs).show(_answer(found))
        if found.items:
            choices.focus()
        self.refresh_keys()

    # -- looking

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        from tui.screens.support_reason import WhyLook

        account = next((one for one in self._found.items if one.id == event.choice.key), None) if self._found else None
        if account is None:
            return

        def answered(why: str | None) -> None:
            if why:
                self._look(account, why)

        self.app.push_screen(WhyLook(account.name, account.id), answered)

    def _look(self, account: FoundAccount, why: str) -> None:
        def begun(look: Look) -> None:
            from tui.screens.support_customer import Customer

            self.host.session.typed.pop(f"look.{account.id}", None)
            self.host.begin_look(look)
            self.app.push_screen(Customer(look, account.name))

        self.write(
            LOOK.name,
            lambda intent: self.host.client.support.look(account.id, why, intent=intent),
            begun,
            about=(account.id, why),
        )

    def action_search(self) -> None:
        self.query_one("#said", Field).take_focus()

    def action_disputes(self) -> None:
        from tui.screens.support_disputes import Disputes

        self.app.push_screen(Disputes())

    def action_back(self) -> None:
        ask_to_sign_out(self.host)


def _choice(account: FoundAccount) -> Choice:
    town = ", ".join(part for part in (account.city, account.state) if part)
    phone = _("phone ends in {digits}").format(digits=account.phone_last4) if account.phone_last4 else ""
    about = f" {glyphs().dot} ".join(part for part in (town, phone) if part)
    if account.disabled:
        about = _("disabled") + (f" {glyphs().dot} {about}" if about else "")
    return Choice(account.id, account.name, detail=about, note=account.email_masked)


def _answer(found: FoundAccounts) -> Content:
    count = len(found.items)
    if not count:
        by = {
            "email": _("No customer has exactly this e-mail address."),
            "phone": _("No customer has a phone number that ends so."),
        }
        return inert(
            by.get(found.by.value, _("No customer was found. Ask for another spelling, or for the e-mail.")), "$caution"
        )
    if found.near:
        return inert(_("Nobody is written like that. These are written almost so."), "$caution")
    if found.more:
        return inert(_("There are more than these {n}. Type more of the name.").format(n=count), "$caution")
    words = ngettext("{n} customer found.", "{n} customers found.", count)
    return inert(words.format(n=count), "$muted")
