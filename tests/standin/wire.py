"""HTTP/1.1 on a loopback address, just as much of it as the SDK's clients speak; a line can be cut at any moment."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus

from tests.standin.desk import Desk, Request, Response


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """Serve ``desk`` in a thread of its own for the time of a block, and give its address."""
    loop = asyncio.new_event_loop()
    lines: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            lines.add(task)
            task.add_done_callback(lines.discard)
        with suppress(asyncio.CancelledError):  # the end of the block, of which asyncio's own streams would complain
            await _converse(desk, reader, writer)

    server = loop.run_until_complete(asyncio.start_server(connected, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, name="stand-in", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(_end(server, lines), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _end(server: asyncio.Server, lines: set[asyncio.Task[None]]) -> None:
    server.close()
    for line in lines:
        line.cancel()
    await asyncio.gather(*lines, return_exceptions=True)


async def _converse(desk: Desk, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one request after another until the caller has gone, or the line is cut."""
    try:
        while (request := await _request(reader)) is not None:
            response = await desk.serve(request)
            if response is None:
                break
            writer.write(_bytes(response))
            await writer.drain()
    except ConnectionError:
        pass  # the caller has gone
    finally:
        writer.transport.abort()


async def _request(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    except asyncio.IncompleteReadError:
        return None
    method, target, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = (await reader.readexactly(int(headers.get("content-length", "0")))).decode()
    path, _, query = target.partition("?")
    return Request(method, path, query if method == "GET" else body, headers)


def _bytes(response: Response) -> bytes:
    body = json.dumps(response.answer.body).encode()
    status = HTTPStatus(response.answer.status)
    headers = {**response.headers, "Content-Type": "application/json", "Content-Length": str(len(body))}
    head = [f"HTTP/1.1 {status.value} {status.phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*head, "", ""]).encode() + body
