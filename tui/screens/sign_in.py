"""The first page: sign in, or be somebody of the demonstration, or go on to a forgotten password or a new account.

It is on the glass before anything else is loaded and takes keys while the server is still starting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from tui.commands import HELP, QUIT, TAB, Command
from tui.inert import inert
from tui.messages import Connection
from tui.problems import Sentence
from tui.screens.page import Page
from tui.terminal import device, kind
from tui.text import N_, _
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import Paragraphs
from tui.widgets.field import Field

if TYPE_CHECKING:
    from backend_client import About, Client, CurrentSignIn, DemoPerson, Intent, SignIn

SIGN_IN = Command("sign_in", "", N_("Sign in"), N_("Sign in with the e-mail and password you typed."), shown="Enter")
START_OVER = Command(
    "start_over", "escape", N_("Start over"), N_("Leave this page; what was typed goes with it."), right=True
)
"""At a kiosk: for whoever goes away without signing in."""
BE = Command("be", "", N_("Be this person"), N_("In the demonstration: be one of these people."), shown=N_("Enter 1-4"))
OPEN = SIGN_IN.relabelled(N_("Open"), N_("Open the page that is marked."))
ROLES = {
    "returning_visitor": N_("a visitor with past visits and a refund"),
    "new_visitor": N_("a new visitor"),
    "officer": N_("an officer of a facility"),
    "support": N_("a support agent"),
}
"""The people of the demonstration as they are called before the server has told their names (message ids)."""

FORGETS = {
    "no_keyring": N_("There is no keyring here: next time you will be asked to sign in again."),
    "keyring_silent": N_("The keyring does not answer: next time you will be asked to sign in again."),
    "keyring_refused": N_("The keyring is locked: next time you will be asked to sign in again."),
}
"""Why the next start will not know who is signed in, by the value of `VaultNotice` (message ids)."""


class Links(ChoiceList):
    """A list whose lines Tab and Shift+Tab walk too; whoever comes to it again begins at its first line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "walk(1)", show=False),
        Binding("shift+tab", "walk(-1)", show=False),
    ]

    def action_walk(self, by: int) -> None:
        leaves = not 0 <= self.cursor + by < len(self.choices)
        self.action_move(by)
        if leaves:
            self.action_first()


class SignInPage(Page[None]):
    """E-mail and password; below them the two other ways. In the demonstration, people to be come first."""

    KEYS: ClassVar = (BE, SIGN_IN, TAB, HELP, START_OVER, QUIT)
    AUTO_FOCUS = "#people, FieldInput"
    PLACE = N_("Visit Desk")
    PROBLEM_IN_BODY = True

    def __init__(self, notice: Sentence | None = None) -> None:
        super().__init__()
        self._notice = notice
        self._wanted: int | None = None
        self._people: tuple[DemoPerson, ...] = ()

    def body(self) -> ComposeResult:
        if self.host.settings.demo:
            yield Paragraphs(_("Who would you like to be? No password is needed, and all data is invented."))
            yield ChoiceList(
                [Choice(key, "…", detail=_(role)) for key, role in ROLES.items()],
                leaves=True,
                id="people",
            )
            yield Paragraphs(id="about")
            yield Paragraphs(_("Or sign in with an account of your own:"))
        fields = (
            Field(_("E-mail"), name="email", max_length=254),
            Field(_("Password"), name="password", max_length=128, password=True),
        )
        if self.host.settings.demo:
            yield Horizontal(*fields, id="fields")
        else:
            yield from fields
        yield Links(
            (Choice("forgot", _("Forgot your password?")), Choice("create", _("Create account"))),
            numbered=False,
            leaves=True,
            id="links",
        )
        yield Paragraphs(id="next")
        forgets = Paragraphs(id="forgets")
        forgets.display = False
        yield forgets

    def commands(self) -> tuple[Command, ...]:
        here = self.focused.id if isinstance(self.focused, ChoiceList) else ""
        enter = {"people": BE, "links": OPEN}.get(here or "", SIGN_IN)
        return (enter, TAB, HELP, START_OVER if self.host.settings.kiosk else QUIT)

    def on_mount(self) -> None:
        if self._notice is not None:
            self.show_problem(self._notice)
        if self.host.connection is Connection.READY:
            self.connected()

    # -- the server is there

    def connected(self) -> None:
        self._show_next()
        if self.host.settings.demo:
            self.read(self.host.client.sign_in.demo_people, self._show_people)
        elif self.host.restorable:
            self.read(self._restore, self._restored, refused=lambda _error: self._show_forgets())
        else:
            self._show_forgets()

    def tick(self) -> None:
        """A minute has gone, or the page is shown again: an empty server may hold a facility by now."""
        super().tick()
        if self._empty and self.host.connection is Connection.READY:
            self.read(self.host.client.about.read, self._told, group="about", refused=lambda _error: None)

    def _told(self, about: About) -> None:
        self.host.about = about
        self._show_next()

    @property
    def _empty(self) -> bool:
        about = self.host.about
        return about is not None and about.installation == "empty" and not self.host.demonstration

    def connection_changed(self, connection: Connection) -> None:
        if connection is Connection.FAILED:
            self.show_problem(self.host.trouble)
        elif connection is Connection.READY and self._notice is None:
            self.show_problem(None)

    def _show_next(self) -> None:
        """Say what to do next on a server that holds no facility yet; signing in works all the same."""
        words = self.query_one("#next", Paragraphs)
        words.display = self._empty
        if not self._empty:
            return
        words.show(
            inert(_("There is no facility here yet. To bring some in, run in a shell on the server:"), "bold"),
            inert("  visitdesk-server import facilities FILE.csv", "$accent"),
            inert("  visitdesk-server import individuals FILE.csv", "$accent"),
            inert("  visitdesk-server import timetables FILE.csv", "$accent"),
            inert(_("To look around first, in invented data:")),
            inert("  visitdesk --demo", "$accent"),
        )

    async def _restore(self) -> CurrentSignIn | None:
        client = self.host.client
        return await client.sign_in.current() if await client.restore() else None

    def _restored(self, sign_in: CurrentSignIn | None) -> None:
        self._show_forgets()
        typed = any(field.value for field in self.query(Field))
        if sign_in is not None and not typed:
            self.host.signed_in(sign_in)

    def _show_forgets(self) -> None:
        """Say in one line why the next start will not know who is signed in now."""
        notice = self.host.client.vault_notice
        words = self.query_one("#forgets", Paragraphs)
        words.display = notice is not None
        if notice is not None:
            words.show(inert(_(FORGETS[notice.value]), "$muted"))

    # -- somebody of the demonstration

    def _show_people(self, people: tuple[DemoPerson, ...]) -> None:
        self._people = people
        lines = [Choice(person.key, person.name, detail=_(ROLES.get(person.key, ""))) for person in people]
        listed = self.query_one("#people", ChoiceList)
        listed.show(lines)
        if listed.marked is not None:
            self._tell_of(listed.marked.key)
        if self._wanted is not None and self._wanted < len(people):
            self._be(people[self._wanted].key)

    def on_choice_list_marked(self, event: ChoiceList.Marked) -> None:
        if event.choices.id == "people":
            self._tell_of(event.choice.key)

    def _tell_of(self, key: str) -> None:
        sentence = next((person.sentence for person in self._people if person.key == key), "")
        self.query_one("#about", Paragraphs).show(inert(sentence, "$muted"))

    def _be(self, key: str) -> None:
        async def send(intent: Intent) -> SignIn:
            client = await self.host.ready()
            return await client.sign_in.as_demo_person(
                key, kind=kind(self.host.settings), device=device(), intent=intent
            )

        self.write(SIGN_IN.name, send, self.host.signed_in, about=key)

    # -- e-mail and password

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        if event.choices.id == "people":
            if self._people:
                self._be(event.choice.key)
            else:
                self._wanted = event.choices.cursor
        elif event.choice.key == "forgot":
            from tui.screens.forgot_password import ForgotPassword

            self.app.push_screen(ForgotPassword(self.query_one("#email", Field).text))
        else:
            from tui.screens.create_account import CreateAccount

            self.app.push_screen(CreateAccount(self.query_one("#email", Field).text))

    def on_field_entered(self, event: Field.Entered) -> None:
        email, password = self.query_one("#email", Field), self.query_one("#password", Field)
        if self.host.connection is Connection.FAILED:
            self.host.try_again()
        if event.field is email or not email.text:
            (password if email.text else email).take_focus()
        elif password.value:
            self._sign_in(email.text, password.value)

    def _sign_in(self, email: str, password: str) -> None:
        async def send(intent: Intent) -> SignIn:
            from backend_client import Secret

            client: Client = await self.host.ready()
            return await client.sign_in.with_password(
                email, Secret(password), kind=kind(self.host.settings), device=device(), intent=intent
            )

        self.write(SIGN_IN.name, send, self.host.signed_in, about=(email, hash(password)))

    def action_start_over(self) -> None:
        if self.host.settings.kiosk:
            self.host.sign_out()

    def action_quit(self) -> None:
        self.app.exit(0)
