"""Waits until the app has nothing left to do: by its event loop, and not by how busy the process has been.

Textual's pilot sleeps for 20 ms and looks at the processor time that passed meanwhile, several times a key. A test is
then mostly sleep, and what it sees depends on how busy the machine is. The event loop itself knows: it is idle when a
round of it ran nobody but whoever asks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol, cast

SOON: Final = 0.02
"""Seconds: timers that are due within them, and threads that end within them, belong to what is under way."""
_LOOK_AGAIN: Final = 0.001


class _Loop(Protocol):
    """What asyncio's event loop keeps, but tells nobody."""

    _ready: Sequence[asyncio.Handle]
    _scheduled: Sequence[asyncio.TimerHandle]
    _default_executor: ThreadPoolExecutor | None


async def idle(min_sleep: float = 0.0, max_sleep: float = 30.0) -> None:
    """Return when nothing is ready to run, no timer is due soon, and no thread is about to end.

    Takes the place of ``textual._wait.wait_for_idle``, whence the arguments, in seconds; of these, what Textual waits
    at least is not waited.
    """
    loop = asyncio.get_running_loop()
    inside = cast("_Loop", loop)
    soon = loop.time() + SOON
    last = loop.time() + max_sleep
    while loop.time() < last:
        await asyncio.sleep(0)
        if inside._ready:
            continue
        due = min((timer.when() for timer in inside._scheduled if not timer.cancelled()), default=soon)
        if due < soon:
            await asyncio.sleep(max(0.0, due - loop.time()))
        elif loop.time() < soon and _at_work(inside._default_executor):
            await asyncio.sleep(_LOOK_AGAIN)
        else:
            return


def _at_work(threads: ThreadPoolExecutor | None) -> bool:
    return threads is not None and threads._idle_semaphore._value < len(threads._threads)
