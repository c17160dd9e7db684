"""My Facilities: every facility access of the account, how it stands, and what can be done with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui.commands import BACK, ENTER, HELP, Command
from tui.inert import inert
from tui.screens.access_words import access_choices, in_order, place, story
from tui.screens.forms import again_with
from tui.screens.manage_account import TAB_KEYS, AccountPage, tab_page
from tui.text import N_, _
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import Paragraphs

if TYPE_CHECKING:
    from backend_client import Access, VisitDeskError

ADD = Command("add", "a", N_("Add"), N_("Ask for access to another facility."))
WITHDRAW = Command(
    "withdraw", "w", N_("Withdraw…"), N_("Take back a request that is pending, after a question."), changes=True
)
SCHEDULE = replace(ENTER.relabelled(N_("Schedule"), N_("Schedule a visit at the marked facility.")), changes=True)
ADD_FIRST = ENTER.relabelled(N_("Add"), N_("Ask for access to a first facility."))


class MyFacilities(AccountPage):
    """A list of accesses; below it the story of the marked one. It changes by itself when the facility decides."""

    TAB_NAME = "my_facilities"
    AUTO_FOCUS = "#accesses"
    KEYS: ClassVar = (SCHEDULE, ADD, WITHDRAW, *TAB_KEYS, BACK, HELP)

    def __init__(self, mark: str = "") -> None:
        """Show the accesses; ``mark`` is the id of the one to put the cursor on."""
        super().__init__()
        self._mark = mark
        self._accesses: tuple[Access, ...] | None = None

    def panel(self) -> ComposeResult:
        yield ChoiceList(id="accesses", numbered=False, jump=False)
        yield Paragraphs(id="story")

    def on_mount(self) -> None:
        self.query_one("#story").add_class("below")
        self.connected()

    def commands(self) -> tuple[Command, ...]:
        if self._accesses != ():
            return self.KEYS
        return tuple(ADD_FIRST if command is SCHEDULE else command for command in self.KEYS if command is not ADD)

    def connected(self) -> None:
        self.read(self.host.client.access.mine, self._show)

    def changed(self, kind: str, subject_id: str) -> None:
        if kind == "access":
            self.connected()

    def _show(self, accesses: tuple[Access, ...]) -> None:
        self._accesses = in_order(accesses)
        choices = self.query_one("#accesses", ChoiceList)
        if accesses:
            choices.show(access_choices(self._accesses, self.host.clock.now(), self.host.reader_zone))
        else:
            choices.show([Choice("add", _("No facility yet. Add one to ask for access."), note=_("Add"))])
        if self._mark:
            choices.mark(self._mark)
            self._mark = ""
        self._tell()

    @property
    def marked(self) -> Access | None:
        """The access under the cursor."""
        choice = self.query_one("#accesses", ChoiceList).marked
        return next((access for access in self._accesses or () if choice and access.id == choice.key), None)

    def _tell(self) -> None:
        access = self.marked
        words = [inert(_("A facility approves you once. After that you can schedule visits with people held there."))]
        if access is not None:
            words = story(access, self.host.clock.now(), self.host.reader_zone)
        self.query_one("#story", Paragraphs).show(*words)
        self.refresh_keys()

    def on_choice_list_marked(self) -> None:
        self._tell()

    # -- keys

    def why_not(self, command: Command) -> str:
        access = self.marked
        if command.name == WITHDRAW.name and (access is None or access.status.value != "pending"):
            return _("Only a pending request can be withdrawn.")
        if command.name == ENTER.name and access is not None and (reason := _not_yet(access)):
            return reason
        return super().why_not(command)

    def on_choice_list_chosen(self) -> None:
        access = self.marked
        if self._accesses is None:
            return
        if access is None:
            self.action_add()
        elif reason := _not_yet(access):
            self.remark(reason)
        elif not self.refuse_in_a_look():
            from tui.screens.schedule_visit import ScheduleVisit

            self.app.push_screen(ScheduleVisit(access.facility.id))

    def action_add(self) -> None:
        self.app.switch_screen(tab_page("add_facility"))

    def action_withdraw(self) -> None:
        from tui.screens.dialogs import Question

        access = self.marked
        if access is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._withdraw(access)

        self.app.push_screen(
            Question(
                _("Withdraw this request?"),
                _("{place} will not decide on it. You can ask again later; the wait then starts anew.").format(
                    place=place(access)
                ),
                yes=_("Withdraw"),
                no=_("Keep it"),
            ),
            answered,
        )

    def _withdraw(self, access: Access) -> None:
        def withdrawn(_access: Access) -> None:
            self.remark(_("The request is withdrawn."))
            self.connected()

        def refused(error: VisitDeskError) -> None:
            self.show_problem(again_with(WITHDRAW, error))
            self.connected()

        self.write(
            WITHDRAW.name,
            lambda intent: self.host.client.access.withdraw(access.id, intent=intent),
            withdrawn,
            about=access.id,
            refused=refused,
        )


def _not_yet(access: Access) -> str:
    """Return why one cannot schedule at the facility of an access now, or nothing where one can."""
    if access.can_schedule:
        return ""
    words = {
        "pending": _("You can schedule here once the facility has approved you."),
        "approved": _("This facility offers no visits at present."),
        "suspended": _("Your access here is suspended."),
    }
    return words.get(access.status.value, _("There is no access here now. A asks for it again."))
