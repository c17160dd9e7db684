"""Telling stories in the order of time: history is made by the services that make it, at the instant it happened."""

from __future__ import annotations

import heapq
from collections.abc import Generator, Iterable
from datetime import datetime

from backend.db import Tx

Story = Generator[datetime, Tx, None]
"""Something that happens step by step: it yields the instant (UTC) of its next step, and is sent the transaction as if
it were then."""


def tell(tx: Tx, stories: Iterable[Story]) -> None:
    """Let all stories happen together, each step in its turn, in this one transaction."""
    waiting = [(next(story), number, story) for number, story in enumerate(stories)]
    heapq.heapify(waiting)
    while waiting:
        when, number, story = heapq.heappop(waiting)
        try:
            following = story.send(tx.at(when))
        except StopIteration:
            continue
        heapq.heappush(waiting, (following, number, story))
