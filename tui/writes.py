"""The only way to change anything, but for the draft, which :mod:`tui.draft_keeper` keeps.

A write belongs to the app: a page that goes away does not cancel it. It has one :class:`~backend_client.Intent`,
which is kept over every retry, by the client and by the person: while nobody knows how a write ended, asking for
the same thing again sends the same intent. While it runs, asking again does nothing at all, so a double Enter is
one request. When the server is back after having been away, the page asks by itself
(:meth:`~tui.screens.asking.Asking.settle`).

The answer comes as a message (:class:`~tui.messages.Settled`) to the page that asked. If that page has gone, the app
tells what matters instead. Once somebody has signed out, what they asked for is nobody's: its answer is dropped, and
it keeps no key of the next person dead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from tui.messages import Settled

if TYPE_CHECKING:
    from textual.message_pump import MessagePump

    from backend_client import Intent, VisitDeskError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Attempt:
    """An intent whose end is not known: who asked, under which name, what about, and whose sign-in it belongs to.

    ``in_doubt`` says that it was sent before, and may have been done.
    """

    page: MessagePump
    name: str
    about: Hashable
    intent: Intent
    generation: int
    in_doubt: bool


class Writes:
    """Sends what people want done, each thing once.

    Args:
        orphaned: Called with a write's name and its error, or ``None`` for success, when the page that asked has gone.
    """

    def __init__(self, orphaned: Callable[[str, VisitDeskError | None], None]) -> None:
        self._orphaned = orphaned
        self._running: dict[str, asyncio.Task[None]] = {}
        self._unsettled: dict[str, _Attempt] = {}
        self._left_behind: set[asyncio.Task[None]] = set()
        self._generation = 0

    def running(self, name: str) -> bool:
        """Tell whether a write of this name is under way: its key is dim and dead meanwhile."""
        return name in self._running

    def unsettled(self, name: str) -> bool:
        """Tell whether nobody knows yet how the last write of this name ended."""
        return name in self._unsettled

    def in_doubt(self, page: MessagePump, name: str) -> bool:
        """Tell whether nobody knows yet how the last write of this name ended, and it was this page that asked."""
        attempt = self._unsettled.get(name)
        return attempt is not None and attempt.page is page

    def begin(
        self,
        page: MessagePump,
        name: str,
        send: Callable[[Intent], Awaitable[T]],
        *,
        about: Hashable,
        then: Callable[[T], None],
        refused: Callable[[VisitDeskError], None],
    ) -> bool:
        """Start a write.

        Args:
            page: Who asks; it gets the answer as a message.
            name: What it is called; usually the name of the command that sends it.
            send: Sends it, with the intent it is given, over the client.
            about: What is asked for. While its end is unknown, the same thing is sent with the same intent.
            then: Called on the page's turn with the answer.
            refused: Called on the page's turn with the error; for ``Unsettled`` the intent is kept.

        Returns:
            False if a write of this name is running already: nothing was sent.
        """
        from backend_client import Intent

        if name in self._running:
            return False
        kept = self._unsettled.get(name)
        in_doubt = kept is not None and kept.about == about
        intent = kept.intent if kept is not None and in_doubt else Intent.new()
        job = self._run(_Attempt(page, name, about, intent, self._generation, in_doubt), send, then, refused)
        self._running[name] = asyncio.create_task(job, name=f"write {name}")
        return True

    def forget(self) -> None:
        """Somebody signs out: what is unsettled or under way stays with the server, not with the next person."""
        self._generation += 1
        self._unsettled.clear()
        for task in self._running.values():
            self._left_behind.add(task)
            task.add_done_callback(self._left_behind.discard)
        self._running.clear()

    async def finish(self) -> None:
        """Wait until every running write has its answer: for leaving the program."""
        while under_way := {*self._running.values(), *self._left_behind}:
            await asyncio.wait(under_way)

    async def _run(
        self,
        attempt: _Attempt,
        send: Callable[[Intent], Awaitable[T]],
        then: Callable[[T], None],
        refused: Callable[[VisitDeskError], None],
    ) -> None:
        from backend_client import Unsettled, VisitDeskError

        error: VisitDeskError | None = None
        deliver: Callable[[], None]
        try:
            answer = await send(attempt.intent)
        except VisitDeskError as failure:
            error = _still_in_doubt(attempt, failure)
            deliver = partial(refused, error)
        else:
            deliver = partial(then, answer)
        finally:
            if attempt.generation == self._generation:
                del self._running[attempt.name]
        if attempt.generation != self._generation:
            return
        if isinstance(error, Unsettled):
            self._unsettled[attempt.name] = attempt
        else:
            self._unsettled.pop(attempt.name, None)
        page = attempt.page
        if not page.is_attached or not page.post_message(Settled(attempt.name, deliver)):
            self._orphaned(attempt.name, error)


def _still_in_doubt(attempt: _Attempt, failure: VisitDeskError) -> VisitDeskError:
    """Return what a failure means: one that reached nobody who knows leaves an earlier sending as unknown as before."""
    from backend_client import ServerTrouble, TooMany, Unreachable, Unsettled

    if attempt.in_doubt and isinstance(failure, Unreachable | ServerTrouble | TooMany):
        return Unsettled(str(failure), attempt.intent)
    return failure
