"""How long an embedded server lives."""

from __future__ import annotations

import asyncio

from backend.serve.lifetime import Lifetime

SOON, NEVER = 0.01, 3600.0


async def test_it_stops_some_seconds_after_the_last_connection() -> None:
    stopped = asyncio.Event()
    lifetime = Lifetime(stopped.set, after_last=SOON, if_nobody_comes=NEVER)
    lifetime.begin(1)
    lifetime.changed(0)
    async with asyncio.timeout(10):
        await stopped.wait()


async def test_a_connection_in_time_keeps_it_alive() -> None:
    stopped = asyncio.Event()
    lifetime = Lifetime(stopped.set, after_last=SOON, if_nobody_comes=NEVER)
    lifetime.begin(1)
    lifetime.changed(0)
    lifetime.changed(1)
    timers_of_that_time = asyncio.Event()
    asyncio.get_running_loop().call_later(5 * SOON, timers_of_that_time.set)
    await timers_of_that_time.wait()
    assert not stopped.is_set()


async def test_it_waits_longer_for_the_first_connection() -> None:
    stopped = asyncio.Event()
    lifetime = Lifetime(stopped.set, after_last=NEVER, if_nobody_comes=SOON)
    lifetime.begin(0)
    async with asyncio.timeout(10):
        await stopped.wait()
