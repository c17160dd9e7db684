"""One key after another, each to where the cursor is once the one before has had its effect.

Textual hands every key to the widget that has the cursor at that instant. When keys come faster than a page can answer
them (a quick typist, a slow line that delivers a burst), the second key would still go to the widget that the first one
is about to leave, and be lost. Here a key waits until everything that the key before it set off has passed up to the
app: a marker follows it on the same way.
"""

from __future__ import annotations

from collections import deque
from textual import events
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.timer import Timer

LONGEST_WAIT = 0.3
"""Seconds after which the next key is let through all the same: the marker's widget may have gone."""


class Passed(Message, namespace="key_order"):
    """Follows a key from the widget that got it up to the app."""


class KeyOrder(App[int]):
    """An app that hands on keys in order. Until :meth:`take_keys` is called, it keeps them."""

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[events.Key | events.Paste] = deque()
        self._under_way = True
        self._screen_of_key: Screen[object] | None = None
        self._guard: Timer | None = None

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            self._typed.append(event)
            if not self._under_way:
                await self._next_key()
            return
        await super().on_event(event)

    async def take_keys(self) -> None:
        """The first field has the cursor: from now on keys are handed on, those typed before first."""
        if self._screen_of_key is None:
            await self._next_key()

    async def on_key_order_passed(self, event: Passed) -> None:
        event.stop()
        if self.screen_stack and self.screen is not self._screen_of_key:
            self._follow(self.screen)
        else:
            await self._next_key()

    async def _next_key(self) -> None:
        if self._guard is not None:
            self._guard.stop()
            self._guard = None
        if not self.screen_stack:
            return
        self._screen_of_key = self.screen
        self._under_way = bool(self._typed)
        if self._typed:
            target = self.focused or self.screen
            await super().on_event(self._typed.popleft())
            self._follow(target)

    def _follow(self, target: MessagePump) -> None:
        self._screen_of_key = self.screen if target is self.screen else self._screen_of_key
        if self._guard is not None:
            self._guard.stop()
        self._guard = self.set_timer(LONGEST_WAIT, self._next_key)
        target.post_message(Passed())
