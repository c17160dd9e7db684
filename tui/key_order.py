"""One key after another, each to where the cursor is once the one before has had its effect.

Textual hands every key to the widget that has the cursor at that instant. When keys come faster than a page can answer
them (a quick typist, a slow line that delivers a burst), the second key would still go to the widget that the first one
is about to leave, and be lost. Here a key waits until everything that the key before it set off has passed up to the
app: a marker follows it on the same way.
"""

from __future__ import annotations

import re
from collections import deque

from textual import events
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump
from textual.timer import Timer
from textual.widgets import Input

ROUNDS = 3
"""How often the marker goes its way: what a key sets off may itself set off something (a line submits, its field tells
the page, the page moves the cursor), and each round lets one more of these go ahead."""
LOOK_EVERY, LONGEST_WAIT = 0.05, 5.0
"""Seconds: how often to look whether the marker's widget has gone, and when to go on whatever happens."""

LONGEST_WITHOUT = 10
"""Looks for which a key waits while nothing has the cursor, on a page where something can have it."""
LONGEST_FOR_CONTENT = 40
"""Looks for which a key waits while a new page reads what it is to show. Esc and function keys never wait for that."""


class Passed(Message, namespace="key_order"):
    """Follows a key from the widget that got it up to the app."""

    def __init__(self, key_number: int) -> None:
        super().__init__()
        self.key_number = key_number


def _needs_no_content(key: str) -> bool:
    return key == "escape" or key.startswith("ctrl+") or re.fullmatch(r"f\d+", key) is not None


class KeyOrder(App[int]):
    """An app that hands on keys in order. Until :meth:`take_keys` is called, it keeps them."""

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self._typed: deque[events.Key | events.Paste] = deque()
        self._key_number = 0
        self._under_way = True
        self._rounds_left = 0
        self._follows: MessagePump | None = None
        self._looks_left = 0
        self._waited = 0
        self._look_out: Timer | None = None

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            self._typed.append(event)
            if not self._under_way:
                await self._next_key()
            return
        await super().on_event(event)

    async def take_keys(self) -> None:
        """The first field has the cursor: from now on keys are handed on, those typed before first."""
        if self._key_number == 0:
            await self._next_key()

    async def _next_key(self) -> None:
        self._key_number += 1
        while self._typed and self._only_typed(self._typed[0]):
            await super().on_event(self._typed.popleft())
        self._under_way = bool(self._typed) and bool(self.screen_stack)
        if not self._under_way:
            self._rest()
            return
        if self._cursor_is_coming() or self._waits_for_content():
            self._waited += 1
            self.set_timer(LOOK_EVERY, self._next_key)
            return
        self._waited = 0
        target = self.focused or self.screen
        await super().on_event(self._typed.popleft())
        self._rounds_left = ROUNDS
        self._looks_left = int(LONGEST_WAIT / LOOK_EVERY)
        self._follow(target)

    def _cursor_is_coming(self) -> bool:
        """Whether a page has just put up what shall have the cursor: it is painted, and has it a moment later."""
        return self.focused is None and self._waited < LONGEST_WITHOUT and bool(self.screen.focus_chain)

    def content_is_coming(self) -> bool:
        """Whether the page on top is new and still reads what a key would act on."""
        return False

    def _waits_for_content(self) -> bool:
        free = any(isinstance(event, events.Key) and _needs_no_content(event.key) for event in self._typed)
        return not free and self._waited < LONGEST_FOR_CONTENT and self.content_is_coming()

    def _only_typed(self, event: events.Key | events.Paste) -> bool:
        """Whether a key only adds a letter to the field with the cursor: it moves nothing, the next need not wait."""
        return isinstance(event, events.Key) and event.is_printable and isinstance(self.focused, Input)

    def _follow(self, target: MessagePump) -> None:
        self._follows = target
        target.post_message(Passed(self._key_number))
        if self._look_out is None:
            self._look_out = self.set_interval(LOOK_EVERY, self._look)

    async def on_key_order_passed(self, event: Passed) -> None:
        event.stop()
        if event.key_number == self._key_number:
            await self._round_done()

    async def _round_done(self) -> None:
        self._rounds_left -= 1
        if self._rounds_left > 0 and self.screen_stack:
            self._follow(self.focused or self.screen)
        else:
            await self._next_key()

    async def _look(self) -> None:
        self._looks_left -= 1
        if self._looks_left <= 0:
            await self._next_key()
        elif self._follows is None or not self._follows.is_attached or not self._follows.is_running:
            await self._round_done()

    def _rest(self) -> None:
        if self._look_out is not None:
            self._look_out.stop()
            self._look_out = None
