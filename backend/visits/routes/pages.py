"""The short address: where a person pays on a phone, without a sign-in. For people, not for programs: HTML only."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from backend.money.pages import html
from backend.money.pages import service as pages
from backend.money.words import PROBLEMS
from backend.security import SERVER
from backend.visits import paying
from backend.web import Open, OpenCall

router = APIRouter(include_in_schema=False)

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


@router.get("/p/{written}", response_class=HTMLResponse)
async def show(call: Open, written: str, problem: str | None = Query(None), paid: str = Query("")) -> Response:
    """Show where a payment is, or lead on to the processor's own page.

    ``paid``: that page sends somebody back who has paid on it. It may know sooner than we do, so that they wait here.
    """
    if (seconds := _wait(call)) > 0:
        return _answer(html.too_many(seconds), 429, {"Retry-After": str(seconds)})
    view = await call.read_open(lambda tx: pages.look(tx, pages.code_of(written)))
    if view is None:
        _note(call)
        return _answer(html.UNKNOWN, 404)
    if view.state == "open" and view.url is not None:
        if paid:
            return _answer(html.words_of(replace(view, state="checking")))
        return RedirectResponse(view.url, 303, HEADERS)
    return _answer(html.words_of(view, problem if problem in PROBLEMS else None))


@router.post("/p/{written}")
async def pay(call: Open, written: str) -> Response:
    """Pay on our own page. Sent twice it has one effect: the payment takes the first way that somebody chooses."""
    if (seconds := _wait(call)) > 0:
        return _answer(html.too_many(seconds), 429, {"Retry-After": str(seconds)})
    code = pages.code_of(written)
    sent = parse_qs((await call.request.body()).decode("utf-8", "replace"))
    token = sent.get("method", [""])[0]
    if await call.read_open(lambda tx: pages.look(tx, code)) is None:
        _note(call)
        return _answer(html.UNKNOWN, 404)
    taken = await call.context.db.write(lambda tx: pages.choose(tx, code, token))
    if taken.payment_id is not None:
        await paying.ask_again(call.context, SERVER, taken.payment_id)
    # relative, for the public address may have a path of its own
    return RedirectResponse(f"{code}?problem={taken.problem_code}" if taken.problem_code else code, 303, HEADERS)


def _answer(words: html.Words, status: int = 200, more: dict[str, str] | None = None) -> Response:
    headers = {**HEADERS, "Content-Security-Policy": html.content_security_policy(), **(more or {})}
    return HTMLResponse(html.page(words), status, headers)


def _wait(call: OpenCall) -> int:
    return call.context.guesses.wait(_host(call), call.context.db.clock.now())


def _note(call: OpenCall) -> None:
    call.context.guesses.note(_host(call), call.context.db.clock.now())


def _host(call: OpenCall) -> str:
    client = call.request.client
    return client.host if client else ""
