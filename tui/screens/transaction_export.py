"""Taking Transaction Details away: as a table for other programs, or as a statement to print; on paper at a kiosk."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.app import ComposeResult
from textual.worker import WorkType

from tui.commands import BACK, HELP_IN_FIELD, TAB, Command
from tui.inert import inert
from tui.problems import Sentence, sentence_for
from tui.screens.page import Page
from tui.screens.schedule_visit.calendar_file import Saved, open_new
from tui.screens.transaction_words import money, totals_line
from tui.text import N_, _
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import Paragraphs
from tui.widgets.field import Field

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import TextIO

    from backend_client import Client, TransactionTotals
    from tui.screens.transaction_filter import Filter
    from tui.settings import Settings

Kind = Literal["table", "statement"]
SAVE = Command("save_export", "", N_("Save"), N_("Save the file under the name you typed."), shown="Enter")
LONGEST_PATH = 1024
PRINTING = "printing totals"
NAMES: dict[Kind, str] = {"table": "transactions.csv", "statement": "statement.txt"}


def why_not_exported(settings: Settings) -> str:
    """Return why nothing can be taken away from this terminal; an empty string if it can."""
    if settings.keeps_files or settings.printer:
        return ""
    return _("This terminal keeps no files. At home, Visit Desk saves them for you.")


def export(page: Page[None], chosen: Filter) -> None:
    """Ask what to save and where; where no files are kept, print what the lines come to."""
    if page.host.settings.keeps_files:

        def saved(path: str | None) -> None:
            if path:
                page.remark(_("Saved as {path}.").format(path=path))

        page.app.push_screen(SaveTransactions(chosen), saved)
        return
    page.read(
        lambda: page.host.client.transactions.totals(chosen.wire), partial(_print, page, chosen), group="to print"
    )


def _print(page: Page[None], chosen: Filter, totals: TransactionTotals) -> None:
    from tui.printer import print_slip
    from tui.take_home import Slip

    told = [chosen.sentence, totals_line(totals), ""]
    for one in totals.currencies:
        for label, amount in (
            (_("Paid by you for visits"), one.paid_by_you),
            (_("Came back to you"), one.came_back),
            (_("You paid in all"), one.net),
            (_("Paid by others"), one.paid_by_others),
            (_("Put on your prepaid balance"), one.put_on_balance),
        ):
            told.append(f"{label}: {money(amount)}")
    slip = Slip(_("Transaction Details"), tuple(inert(line).plain for line in told), "")

    async def print_it() -> None:
        page.waits += 1
        try:
            wrong = await print_slip(page.host.settings.printer, slip)
        finally:
            page.waits -= 1
        page.show_problem(Sentence(wrong) if wrong else None)
        if not wrong:
            page.remark(_("Printed."))

    work: WorkType[None] = print_it
    page.run_worker(work, name=PRINTING, group=PRINTING, exclusive=True)


class SaveTransactions(Page[str]):
    """Asks what and where to, saves piece by piece as the server sends it, and dismisses with the path.

    Leaving stops it, and nothing of the file stays. A file that is there already is left alone.
    """

    PLACE = N_("Export")
    CSS_PATH = "transaction_details.tcss"
    AUTO_FOCUS = "ChoiceList"
    KEYS: ClassVar = (SAVE, TAB, BACK, HELP_IN_FIELD)

    def __init__(self, chosen: Filter) -> None:
        """Save the lines that fit ``chosen``; a statement has all lines of its days."""
        super().__init__()
        self._filter = chosen
        self._kind: Kind = "table"
        self._saving = False

    def body(self) -> ComposeResult:
        only = self._filter.sentence
        yield Paragraphs(inert(_("Only {what}.").format(what=only), "$caution") if only else _("All lines"))
        if self._filter.picks:
            yield Paragraphs(inert(_("A statement has all lines of its days, for its balance to be right."), "$muted"))
        yield Paragraphs("")
        yield ChoiceList(
            [
                Choice("table", _("A table for other programs"), detail="CSV"),
                Choice("statement", _("A statement to print"), detail=_("text, with your balance")),
            ],
            jump=False,
            marks_always=True,
            leaves=True,
        )
        yield Paragraphs("")
        yield Field(_("Save as"), name="path", value=f"~/{NAMES['table']}", max_length=LONGEST_PATH)
        yield Paragraphs(id="progress")

    def on_choice_list_marked(self, event: ChoiceList.Marked) -> None:
        self._take("statement" if event.choice.key == "statement" else "table")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        self._take("statement" if event.choice.key == "statement" else "table")
        self.query_one(Field).take_focus()

    def _take(self, kind: Kind) -> None:
        field = self.query_one(Field)
        if field.text == f"~/{NAMES[self._kind]}":
            field.value = f"~/{NAMES[kind]}"
        self._kind = kind

    def why_not(self, command: Command) -> str:
        if self._saving and command.name == SAVE.name:
            return _("One moment: the file is being saved. Esc stops it.")
        return super().why_not(command)

    def on_field_entered(self, event: Field.Entered) -> None:
        if self._saving:
            return
        if not event.field.text:
            event.field.wrong = _("Please say where to save it.")
            return
        self._saving = True
        self.show_problem(None)
        self.refresh_keys()
        work: WorkType[None] = partial(self._save, event.field.text)
        self.run_worker(work, name="export", group="export")

    async def _save(self, path: str) -> None:
        from backend_client import VisitDeskError

        file = await _opened(path)
        if isinstance(file, Saved):
            self._not_saved(file)
            return
        whole = False
        try:
            if await self._fill(file):
                await asyncio.to_thread(file.close)
                whole = True
        except VisitDeskError as error:
            self.show_problem(sentence_for(error))
        except OSError:
            self._not_saved(Saved(problem=_("It cannot be saved there. Please choose another place.")))
        finally:
            if not whole:
                _throw_away(file, path)
            self._saving = False
        if whole:
            self.dismiss(path)
        elif self.stands:
            self.query_one("#progress", Paragraphs).show()
            self.refresh_keys()

    async def _fill(self, file: TextIO) -> bool:
        """Write everything, piece by piece; return False if the page has gone meanwhile."""
        async for text, done, lines in pieces(self.host.client, self._filter, self._kind):
            await asyncio.to_thread(file.write, text)
            if not self.stands:
                return False
            said = _("{done} of {lines} lines. Esc stops.").format(done=f"{done:,}", lines=f"{lines:,}")
            self.query_one("#progress", Paragraphs).show(inert(said, "$muted"))
        return True

    def _not_saved(self, saved: Saved) -> None:
        self._saving = False
        self.refresh_keys()
        field = self.query_one(Field)
        field.value = saved.suggestion or field.value
        field.wrong = saved.problem
        field.take_focus()


async def pieces(client: Client, chosen: Filter, kind: Kind) -> AsyncIterator[tuple[str, int, int]]:
    """Yield the file's text piece by piece, each with how many of how many lines are out.

    The table has CRLF behind every row (RFC 4180); the statement's pages are parted by form feeds.
    """
    cursor: str | None = None
    while True:
        if kind == "table":
            rows = await client.transactions.export(chosen.wire, cursor=cursor)
            yield "".join(f"{row}\r\n" for row in rows.rows), rows.done, rows.lines
            cursor = rows.next_cursor
        else:
            pages = await client.transactions.statement(
                from_date=chosen.from_date, to_date=chosen.to_date, cursor=cursor
            )
            feed = "\f" if cursor is not None else ""
            text = feed + "\f".join("".join(f"{line.rstrip()}\n" for line in page) for page in pages.pages)
            yield text, pages.done, pages.lines
            cursor = pages.next_cursor
        if cursor is None:
            return


async def _opened(path: str) -> TextIO | Saved:
    """Make the file, on a thread: a slow disk holds up no key. Who leaves meanwhile leaves no file behind."""
    opening = asyncio.create_task(asyncio.to_thread(open_new, path))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(partial(_opened_for_nobody, path))
        raise


def _opened_for_nobody(path: str, opening: asyncio.Task[TextIO | Saved]) -> None:
    if not isinstance(file := opening.result(), Saved):
        _throw_away(file, path)


def _throw_away(file: TextIO, path: str) -> None:
    """Leave nothing of a file that is not whole."""
    with suppress(OSError):
        file.close()
    Path(path).expanduser().unlink(missing_ok=True)
