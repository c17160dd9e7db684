"""Saving a visit as a calendar file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from tui.commands import BACK, HELP_IN_FIELD, Command
from tui.screens.page import Page
from tui.screens.schedule_visit.calendar_file import Saved, default_path, save_new
from tui.text import N_, _
from tui.widgets.dialog import Paragraphs
from tui.widgets.field import Field

if TYPE_CHECKING:
    from textual.worker import WorkType

    from backend_client import VisitDeskError

SAVE_FILE = Command("save_file", "", N_("Save"), N_("Save the file under the name you typed."), shown="Enter")
LONGEST_PATH = 1024


class SaveCalendar(Page[str]):
    """Asks where to, saves, and dismisses with the path. A file that is there already is left alone.

    The file is fetched first; leaving before it is here saves nothing. Once it is being written, it is written whole.
    """

    PLACE = N_("Save for a calendar")
    AUTO_FOCUS = "FieldInput"
    KEYS: ClassVar = (SAVE_FILE, BACK, HELP_IN_FIELD)

    def __init__(self, visit_id: str, reference: str) -> None:
        super().__init__()
        self._visit_id = visit_id
        self._reference = reference
        self._fetching = False
        self._saving = False

    def body(self) -> ComposeResult:
        yield Paragraphs(_("The file has the visit's time, place and how to join. Calendars open it."), "")
        yield Field(_("Save as"), name="path", value=str(default_path(self._reference)), max_length=LONGEST_PATH)

    def why_not(self, command: Command) -> str:
        if self._saving and command.name == BACK.name:
            return _("One moment: the file is being saved.")
        return super().why_not(command)

    def on_field_entered(self, event: Field.Entered) -> None:
        if self._fetching or self._saving:
            return
        path = event.field.text
        if not path:
            event.field.wrong = _("Please say where to save it.")
            return
        self._fetching = True
        self.read(
            lambda: self.host.client.visits.calendar(self._visit_id),
            partial(self._save, path),
            refused=self._not_fetched,
        )

    def _not_fetched(self, error: VisitDeskError) -> None:
        self._fetching = False
        self.refused(error)

    def _save(self, path: str, text: str) -> None:
        self._fetching, self._saving = False, True
        self.show_problem(None)
        self.refresh_keys()
        # The app's work, not the page's: a page that goes takes its own with it, in the middle of it.
        work: WorkType[None] = partial(self._save_whole, path, text)
        self.app.run_worker(work, name="save calendar", group="saving")

    async def _save_whole(self, path: str, text: str) -> None:
        saved = await save_new(path, text)
        if self.stands:
            self.call_later(self._saved, saved)

    def _saved(self, saved: Saved) -> None:
        self._saving = False
        self.refresh_keys()
        if not saved.problem:
            self.dismiss(saved.path)
            return
        field = self.query_one(Field)
        field.value = saved.suggestion or field.value
        field.wrong = saved.problem
