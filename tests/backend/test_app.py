"""What runs beside the requests, and what is left when the server has stopped."""

from __future__ import annotations

import asyncio
import logging

import pytest

from backend import app as application
from backend.app import create_app
from backend.context import Context
from tests.transport import served


async def test_a_beside_task_runs_while_the_server_does(context: Context) -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def beside(given: Context) -> None:
        assert given is context
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with served(create_app(context, [beside])):
        async with asyncio.timeout(5):
            await began.wait()
        assert not ended.is_set()
    assert ended.is_set()


async def test_a_beside_task_that_fails_is_logged_and_started_again(
    context: Context, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(application, "RESTART_AFTER", 0)
    tries = 0
    again = asyncio.Event()

    async def beside(given: Context) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise RuntimeError("the first time")
        again.set()

    with caplog.at_level(logging.ERROR, logger="backend.app"):
        async with served(create_app(context, [beside])), asyncio.timeout(5):
            await again.wait()
    assert "beside failed" in caplog.text


async def test_a_server_that_has_stopped_has_let_go_of_its_database(context: Context) -> None:
    async with served(create_app(context)):
        pass
    with pytest.raises(RuntimeError, match="shutdown"):
        await context.db.read(lambda tx: tx.now)
