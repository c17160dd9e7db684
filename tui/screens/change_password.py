"""Changing one's password while signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui import checks
from tui.commands import BACK, ENTER, HELP_IN_FIELD, TAB
from tui.screens.forms import Stage, StagedForm
from tui.text import N_, _
from tui.widgets.field import Field

if TYPE_CHECKING:
    from backend_client import Intent


class ChangePassword(StagedForm[bool]):
    """Asks for the present password and a new one; dismisses with true once it is changed."""

    PLACE = N_("Change password")
    KEYS: ClassVar = (ENTER, TAB, BACK, HELP_IN_FIELD)

    def body(self) -> ComposeResult:
        yield Stage(
            _("Choose a new password"),
            _("12 characters or more, anything you like. Your other sign-ins end then."),
            Field(
                _("Present password"),
                name="current_password",
                max_length=checks.PASSWORD_MOST,
                password=True,
                checks=(checks.needed(_("Type the password you sign in with now.")),),
            ),
            Field(
                _("New password"),
                name="new_password",
                max_length=checks.PASSWORD_MOST,
                password=True,
                checks=(checks.password,),
            ),
        )

    def stage_done(self) -> None:
        from backend_client import Secret

        present = Secret(self.query_one("#current_password", Field).value)
        new = Secret(self.query_one("#new_password", Field).value)

        async def send(intent: Intent) -> bool:
            await self.host.client.accounts.change_password(present, new, intent=intent)
            return True

        self.write(ENTER.name, send, self._changed, about=(hash(present), hash(new)))

    def _changed(self, changed: bool) -> None:
        self.dismiss(changed)
