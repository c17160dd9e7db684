"""Saving a visit as a calendar file."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult

from tui.commands import BACK, HELP_IN_FIELD, Command
from tui.screens.page import Page
from tui.screens.schedule_visit.calendar_file import Saved, default_path, save_new
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.field import Field

SAVE_FILE = Command("save_file", "", N_("Save"), N_("Save the file under the name you typed."), shown="Enter")
LONGEST_PATH = 1024


class SaveCalendar(Page[str]):
    """Asks where to, saves, and dismisses with the path. A file that is there already is left alone."""

    PLACE = N_("Save for a calendar")
    AUTO_FOCUS = "FieldInput"
    KEYS: ClassVar = (SAVE_FILE, BACK, HELP_IN_FIELD)

    def __init__(self, visit_id: str, reference: str) -> None:
        super().__init__()
        self._visit_id = visit_id
        self._reference = reference

    def body(self) -> ComposeResult:
        yield Paragraphs(_("The file has the visit's time, place and how to join. Calendars open it."), "")
        yield Field(_("Save as"), name="path", value=str(default_path(self._reference)), max_length=LONGEST_PATH)

    def on_field_entered(self, event: Field.Entered) -> None:
        path = event.field.text
        if not path:
            event.field.wrong = _("Please say where to save it.")
            return

        async def fetch_and_save() -> Saved:
            return await save_new(path, await self.host.client.visits.calendar(self._visit_id))

        self.read(fetch_and_save, self._saved)

    def _saved(self, saved: Saved) -> None:
        if not saved.problem:
            self.dismiss(saved.path)
            return
        field = self.query_one(Field)
        field.value = saved.suggestion or field.value
        field.wrong = saved.problem
