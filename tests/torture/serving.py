"""A real server on a thread of the test's process, so that a test can hold the clock that it goes by."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn

from backend.accounts.passwords import Passwords
from backend.app import create_app
from backend.context import Context
from backend.db import Database
from backend.keys import ServerKey
from backend.money.processors.base import Processor
from backend.money.processors.registry import Processors
from tests import factories
from tests.torture.races import Connect


@contextmanager
def served(db: Database, key: ServerKey, processor: Processor) -> Iterator[Connect]:
    """Serve ``db`` by real HTTP on a port of this machine, and return ways to it. The server closes ``db``."""
    context = Context(db=db, key=key, processors=Processors(processor), passwords=Passwords(factories.QUICK_HASHER))
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    port = listener.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(create_app(context), lifespan="on", access_log=False, log_config=None, ws="none")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield lambda: _to(port)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def _to(port: int) -> httpx.AsyncBaseTransport:
    return _OnThisMachine(port)


class _OnThisMachine(httpx.AsyncHTTPTransport):
    """Whatever host is named, the server on this machine's ``port`` answers."""

    def __init__(self, port: int) -> None:
        super().__init__(verify=False, trust_env=False)
        self._port = port

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        return await super().handle_async_request(request)
