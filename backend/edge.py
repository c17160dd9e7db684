"""The server's edge: what is too large, or carries characters that act on a terminal, is refused before any route.

A name that holds an escape sequence would be played back on the terminal of everybody who reads it, so no string of a
request gets past here with one, whichever route it is for.
"""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import parse_qsl

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.errors import FieldError, Problem, not_found
from backend.text import UNFIT, first_unfit, is_fit
from backend.web import problem_response

LARGEST_BODY: Final = 64 * 1024
"""Bytes of a request's body."""

SIGNED: Final = "/v1/processors/"
"""What comes here is not looked at before its signature, and nothing of it is kept or shown but ids."""


class Edge:
    """ASGI middleware: holds the whole body of a request, looks at it once, and hands it on."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST_BODY) -> None:
        """Guard ``app``; ``largest`` is the size of a body, in bytes, up to which it is taken."""
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            _look_at_address(scope)
            body = await self._body(receive)
            if body is None:
                return
            if not scope["path"].startswith(SIGNED):
                _look_at_body(body)
        except Problem as problem:
            await problem_response(problem)(scope, receive, _uncached(send))
            return
        await self._app(scope, _again(body, receive), _uncached(send))

    async def _body(self, receive: Receive) -> bytes | None:
        """Return the whole body, or None if the caller has gone."""
        held = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            held += message.get("body", b"")
            if len(held) > self._largest:
                raise Problem(
                    "too_large",
                    413,
                    "This is too much at once.",
                    f"At most {self._largest // 1024} kB are taken. Shorten what you entered.",
                )
            if not message.get("more_body", False):
                return bytes(held)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a channel that gives ``body`` first, and then whatever the real one has."""
    waiting = [body]

    async def give() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return give


def _uncached(send: Send) -> Send:
    """Return ``send`` so that nothing on the way keeps an answer, unless it says it may: most are one person's own."""

    async def say(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return say


def _look_at_address(scope: Scope) -> None:
    if not is_fit(scope["path"], line_ends=False):
        raise not_found("This address")
    query = scope["query_string"].decode("latin-1")
    for name, value in parse_qsl(query, keep_blank_values=True, errors="surrogateescape"):
        if not (is_fit(name, line_ends=False) and is_fit(value, line_ends=False)):
            raise _unfit(name if is_fit(name, line_ends=False) else "query")


def _look_at_body(body: bytes) -> None:
    if not body:
        return
    try:
        found = first_unfit(json.loads(body))
    except RecursionError:
        raise Problem("invalid", 422, "Something needs to be corrected.", "The request is not readable.") from None
    except ValueError:
        return  # not JSON: the route says what it wants instead
    if found is not None:
        raise _unfit(".".join(found) or "body")


def _unfit(field: str) -> Problem:
    return Problem("invalid", 422, "Something needs to be corrected.", UNFIT, errors=(FieldError(field, UNFIT),))
