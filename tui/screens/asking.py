"""What a page asks of the server: reads, writes, and where it says that something did not work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.css.query import NoMatches
from textual.worker import WorkType

from tui.messages import Settled
from tui.problems import Sentence, sentence_for
from tui.screens.framed import Framed, ResultT
from tui.text import _
from tui.widgets.problem_line import ProblemLine

if TYPE_CHECKING:
    from backend_client import Intent, VisitDeskError

T = TypeVar("T")

NO_ANSWER = frozenset({"unreachable", "timed_out"})
"""Codes of sentences that hold no longer once the server answers again."""


class Asking(Framed[ResultT]):
    """A page that reads and writes.

    Attributes:
        OF_THE_AGENT: Whether it is a page of the agent's own, which may write while an account is looked at.
    """

    OF_THE_AGENT: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self._read_begun, self._read_answered = False, False
        self._repeats: dict[str, Callable[[], bool]] = {}

    @property
    def looks_only(self) -> bool:
        """Whether this page shows a customer's account to a support agent, who can change nothing of it."""
        return self.host.session.looking is not None and not self.OF_THE_AGENT

    def refuse_in_a_look(self) -> bool:
        """In a look, say that nothing can be changed, and return True."""
        if self.looks_only:
            self.remark(looking_only())
        return self.looks_only

    @property
    def content_is_coming(self) -> bool:
        """Whether the page reads for the first time and has no answer yet: there is nothing that a key could act on."""
        return self._read_begun and not self._read_answered

    def read(
        self,
        call: Callable[[], Awaitable[T]],
        then: Callable[[T], None],
        *,
        group: str = "read",
        refused: Callable[[VisitDeskError], None] | None = None,
    ) -> None:
        """Read something from the server and show it.

        A new read of the same group cancels the one before; leaving the page cancels both.

        Args:
            call: Makes the request: ``lambda: self.host.client.visits.list(when="upcoming")``.
            then: Called with the answer.
            group: What is read; one read of a group runs at a time.
            refused: Called with the error instead of showing its sentence.
        """
        self._read_begun = True
        # A function, not a coroutine: one that is cancelled before it began would be a coroutine never awaited.
        work: WorkType[None] = partial(self._read, call, then, refused)
        self.run_worker(work, name=group, group=group, exclusive=True)

    async def _read(
        self,
        call: Callable[[], Awaitable[T]],
        then: Callable[[T], None],
        refused: Callable[[VisitDeskError], None] | None,
    ) -> None:
        from backend_client import VisitDeskError

        self.waits += 1
        try:
            await self.host.changes_followed()
            answer = await call()
        except VisitDeskError as error:
            self._read_answered = True
            if not self._pruning:
                (refused or self.refused)(error)
        else:
            self._read_answered = True
            if not self._pruning:
                then(answer)
        finally:
            self.waits -= 1

    def write(
        self,
        name: str,
        send: Callable[[Intent], Awaitable[T]],
        then: Callable[[T], None],
        *,
        about: Hashable = None,
        refused: Callable[[VisitDeskError], None] | None = None,
    ) -> bool:
        """Change something, once. See :mod:`tui.writes`.

        Args:
            name: The name of the command that sends it; that command is dim and dead until the answer is here.
            send: Sends it with an intent: ``lambda intent: client.access.request(..., intent=intent)``.
            then: Called with the answer, if this page is still there.
            about: What is asked for, to know it again after "we do not know whether that went through".
            refused: Called with the error instead of showing its sentence.

        Returns:
            False if it is being sent already, or if the account is only looked at.
        """
        if self.refuse_in_a_look():
            return False
        started = self.host.writes.begin(self, name, send, about=about, then=then, refused=refused or self.refused)
        if started:
            self._repeats[name] = partial(self.write, name, send, then, about=about, refused=refused)
            self.show_problem(None)
            self.waits += 1
            self.refresh_keys()
        return started

    def settle(self) -> None:
        """Ask again, with the same intents, for what nobody knows the end of: the server can be reached again."""
        for name, again in list(self._repeats.items()):
            if self.host.writes.in_doubt(self, name):
                again()

    @property
    def _in_doubt(self) -> bool:
        return any(self.host.writes.in_doubt(self, name) for name in self._repeats)

    def leave_unsettled(self) -> None:
        """Ask no more by itself for what was asked here: whoever asked has gone on to something else."""
        self._repeats.clear()

    def on_settled(self, message: Settled) -> None:
        self.waits -= 1
        message.deliver()
        self.refresh_keys()

    def refused(self, error: VisitDeskError) -> None:
        """Show an error's sentence in the page's problem line. After a 401 the app shows the sign-in page by itself."""
        self.show_problem(sentence_for(error))

    def show_problem(self, sentence: Sentence | None) -> None:
        """Say in the page's problem line what did not work, or take it away again.

        That nobody answers, and nothing was changed, is not said of a page where something may have been.
        """
        if sentence is not None and sentence.code in NO_ANSWER and self._in_doubt:
            return
        with suppress(NoMatches):
            self.query_one("#problem", ProblemLine).problem = sentence
        self.set_class(sentence is not None, "-troubled")

    def end_no_answer(self) -> None:
        """The server answers again: a sentence that says it does not goes."""
        lines = self.query("#problem").results(ProblemLine)
        if any(line.problem is not None and line.problem.code in NO_ANSWER for line in lines):
            self.show_problem(None)


def looking_only() -> str:
    """Return why nothing can be changed in a look; the server would refuse it, too."""
    return _("You are looking at this account: nothing of it can be changed.")
