"""My Facilities: every facility access of the account, how it stands, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui.commands import BACK, ENTER, HELP, Command
from tui.inert import inert
from tui.screens.access_words import access_choice, place, story
from tui.screens.manage_account import TAB_KEYS, AccountPage, tab_page
from tui.text import N_, _
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import Paragraphs

if TYPE_CHECKING:
    from backend_client import Access

ADD = Command("add", "a", N_("Add"), N_("Ask for access to another facility."))
WITHDRAW = Command("withdraw", "w", N_("Withdraw…"), N_("Take back a request that is pending, after a question."))


class MyFacilities(AccountPage):
    """A list of accesses; below it the story of the marked one. It changes by itself when the facility decides."""

    TAB_NAME = "my_facilities"
    AUTO_FOCUS = "#accesses"
    KEYS: ClassVar = (ENTER.relabelled(N_("Schedule")), ADD, WITHDRAW, *TAB_KEYS, BACK, HELP)

    def __init__(self, mark: str = "") -> None:
        """Show the accesses; ``mark`` is the id of the one to put the cursor on."""
        super().__init__()
        self._mark = mark
        self._accesses: tuple[Access, ...] = ()

    def panel(self) -> ComposeResult:
        yield ChoiceList(id="accesses", numbered=False, jump=False)
        yield Paragraphs(id="story")

    def on_mount(self) -> None:
        self.query_one("#story").add_class("below")
        self.connected()

    def connected(self) -> None:
        self.read(self.host.client.access.mine, self._show)

    def changed(self, kind: str, subject_id: str) -> None:
        if kind == "access":
            self.connected()

    def _show(self, accesses: tuple[Access, ...]) -> None:
        self._accesses = accesses
        now, here = self.host.clock.now(), self.host.reader_zone
        choices = self.query_one("#accesses", ChoiceList)
        if accesses:
            choices.show([access_choice(access, now, here) for access in accesses])
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
        return next((access for access in self._accesses if choice and access.id == choice.key), None)

    def _tell(self) -> None:
        access = self.marked
        words = story(access, self.host.clock.now(), self.host.reader_zone) if access else [_first_steps()]
        self.query_one("#story", Paragraphs).show(*(inert(w) if isinstance(w, str) else w for w in words))
        self.refresh_keys()

    def on_choice_list_marked(self) -> None:
        self._tell()

    def why_not(self, command: Command) -> str:
        access = self.marked
        if command.name == WITHDRAW.name and (access is None or access.status.value != "pending"):
            return _("Only a pending request can be withdrawn.")
        if command.name == ENTER.name and access is not None and not access.can_schedule:
            return _("You can schedule here once the facility has approved you.")
        return super().why_not(command)

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        access = self.marked
        if access is None:
            self.action_add()
        elif access.can_schedule:
            from tui.screens.schedule_visit import ScheduleVisit

            self.app.push_screen(ScheduleVisit(access.facility.id))
        else:
            self.remark(_("You can schedule here once the facility has approved you."))

    def action_add(self) -> None:
        self.app.switch_screen(tab_page("add_facility"))

    def action_withdraw(self) -> None:
        from tui.screens.dialogs import Question

        access = self.marked
        if access is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.write(
                    WITHDRAW.name,
                    lambda intent: self.host.client.access.withdraw(access.id, intent=intent),
                    lambda _access: self.connected(),
                    about=access.id,
                )

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


def _first_steps() -> str:
    return _("A facility approves you once. After that you can schedule visits with the people held there.")
