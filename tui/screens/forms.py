"""Pages that are filled in, a few fields at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from tui import presentation
from tui.inert import clean_lines, inert
from tui.problems import Sentence, sentence_for
from tui.screens.framed import ResultT
from tui.screens.page import Page
from tui.text import _
from tui.widgets.dialog import Paragraphs
from tui.widgets.field import Field

if TYPE_CHECKING:
    from backend_client import CodeSent, VisitDeskError
    from tui.commands import Command
    from tui.host import Host

_MESSAGE_LINES = 6


def check_all(fields: Iterable[Field]) -> bool:
    """Look at all fields, show what is wrong with each, put the cursor into the first wrong one."""
    wrong = [field for field in fields if not field.check()]
    if wrong:
        wrong[0].take_focus()
    return not wrong


def show_field_errors(page: Widget, error: VisitDeskError) -> list[Field]:
    """Write what the server found wrong to the fields it names, and return those fields.

    Where a named field is not on the page (or none is named) nothing is returned: show the error's sentence instead.
    """
    from backend_client import Invalid

    if not isinstance(error, Invalid):
        return []
    fields = {field.wire_name: field for field in page.query(Field)}
    named = [(fields.get(item.field), item.sentence) for item in error.errors]
    if not named or any(field is None for field, _sentence in named):
        return []
    marked: list[Field] = []
    for field, sentence in named:
        if field is not None:
            field.wrong = sentence
            marked.append(field)
    marked[0].take_focus()
    return marked


def again_with(command: Command, error: VisitDeskError) -> Sentence:
    """Return the sentence for a refused write; where nobody knows how it ended, name the key that asks again."""
    sentence = sentence_for(error)
    if sentence.code != "unsettled":
        return sentence
    return replace(sentence, next_step=_("Press {key} to ask again.").format(key=command.key_text))


class Stage(Vertical):
    """A few fields that belong together, under a title and a sentence that says why they are asked for.

    Rows with several widgets stand side by side. On a small glass only the title stays above the fields while a problem
    is told, so that there is room for it.
    """

    DEFAULT_CSS = """
    Stage { height: auto; display: none; }
    Stage.-shown { display: block; }
    Stage > Paragraphs { margin-bottom: 1; }
    Stage > ChoiceList { margin-bottom: 1; }
    Stage > .message { padding: 0 2; }
    Stage > .message.-empty { display: none; }
    Stage > Horizontal { height: auto; margin-bottom: 1; }
    Stage > Horizontal > Field { width: 1fr; max-width: 37; margin: 0 2 0 0; }
    """

    def __init__(self, title: str, lead: str, *rows: Widget | Sequence[Widget]) -> None:
        words = [inert(title, "bold")]
        if lead:
            words.append(inert(lead, "$muted"))
        self.words = Paragraphs(*words)
        self.message = Paragraphs()
        made = [row if isinstance(row, Widget) else Horizontal(*row) for row in rows]
        self.message.set_classes("message -empty")
        super().__init__(self.words, self.message, *made)
        self.title_text = title
        self.filled_in = ""

    def show_message(self, *lines: str) -> None:
        """Show a message between the words and the fields; its lines wrap within their indent."""
        self.message.show(*lines)
        self.message.set_class(not lines, "-empty")

    @property
    def fields(self) -> list[Field]:
        """Its fields, in order."""
        return list(self.query(Field))


class StagedForm(Page[ResultT]):
    """A form of several stages; one is shown at a time, and going back keeps everything.

    Enter goes to the next field, and from the last one to the next stage, if all is well. Esc goes back one stage.
    """

    AUTO_FOCUS = ""
    PROBLEM_IN_BODY = True
    DEFAULT_CSS = """
    StagedForm Stage > .message { max-height: 7; }
    StagedForm.-tall Stage > .message { max-height: 100vh; }
    StagedForm.-troubled Stage > Paragraphs { max-height: 1; }
    StagedForm.-troubled Stage > .message { display: none; }
    StagedForm.-troubled.-tall Stage > Paragraphs { max-height: 100vh; }
    StagedForm.-troubled.-tall Stage > .message { display: block; }
    StagedForm.-troubled.-tall Stage > .message.-empty { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.stage_number = 0

    @property
    def stages(self) -> list[Stage]:
        """All stages, in order."""
        return list(self.query(Stage))

    @property
    def stage(self) -> Stage:
        """The stage that is shown."""
        return self.stages[self.stage_number]

    def on_mount(self) -> None:
        self.show_stage(0)

    def show_stage(self, number: int) -> None:
        """Show a stage and put the cursor into its first field that is empty or wrong."""
        self.stage_number = number
        for place, stage in enumerate(self.stages):
            stage.set_class(place == number, "-shown")
        self.show_problem(None)
        self.stage_shown()
        fields = self.stage.fields
        if fields:
            next((field for field in fields if not field.text or field.wrong), fields[0]).take_focus()

    def stage_shown(self) -> None:
        """Another stage is on the glass: fill in what can be guessed."""

    def stage_done(self) -> None:
        """All fields of the stage are well: go on, or send."""
        self.show_stage(self.stage_number + 1)

    def on_field_entered(self, event: Field.Entered) -> None:
        fields = self.stage.fields
        place = fields.index(event.field)
        if not event.field.check():
            return
        if place + 1 < len(fields):
            fields[place + 1].take_focus()
        else:
            self.finish_stage()

    def finish_stage(self) -> None:
        """Look at all fields of the stage and go on if they are well."""
        if check_all(self.stage.fields):
            self.stage_done()

    def action_back(self) -> None:
        if self.stage_number:
            self.show_stage(self.stage_number - 1)
        else:
            self.dismiss(None)

    def refused(self, error: VisitDeskError) -> None:
        """Show what the server found wrong: at the fields it names, on the stage that has them."""
        marked = show_field_errors(self, error)
        if not marked:
            self.show_problem(sentence_for(error))
            return
        place = next((n for n, stage in enumerate(self.stages) if marked[0] in stage.fields), self.stage_number)
        self.show_stage(place)
        marked[0].take_focus()


def show_code_sent(host: Host, stage: Stage, field: Field, sent: CodeSent, said: str) -> None:
    """Say that a code is on its way: ``said`` is the sentence, translated, with places for ``email`` and ``time``.

    Where the server has no mail, show its message and fill the code in, marked as filled in.
    """
    until = presentation.time_in(sent.code_expires_at, host.reader_zone)
    words = [inert(stage.title_text, "bold"), inert(said.format(email=sent.email, time=until))]
    message = sent.local_message
    shown: list[str] = []
    if message is not None:
        words.append(inert(_("This server has no mail of its own, so here is the message:"), "$muted"))
        lines = [line for line in clean_lines(message.text).splitlines() if line.strip()]
        shown = [message.subject, *lines][:_MESSAGE_LINES]
        if message.code and field.text in ("", stage.filled_in):
            # one that was filled in before has ended with this one
            field.value = stage.filled_in = message.code
            field.set_hint(_("filled in from the message"))
    stage.words.show(*words)
    stage.show_message(*shown)
