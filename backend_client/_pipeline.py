"""The one way out: every call of every resource passes through `Pipeline.send`.

What may be sent again, and how often, is decided here and nowhere else:

========================================  =======================================  ===================================
what happened                             a read                                   a write (always with the same key)
========================================  =======================================  ===================================
no connection                             again, then Unreachable                  again, then Unreachable
sent, and no whole answer                 again, then TimedOut                     again, then Unsettled
502, 503, 504                             again, then ServerTrouble                again, then ServerTrouble, or
                                                                                   Unsettled where a proxy answered
429                                       again if the wait is short               again if the wait is short
any other refusal                         final                                    final
signed out before it is sent again        NotSignedIn                              NotSignedIn
success that cannot be read               BadAnswer                                Unsettled, but for signing in
========================================  =======================================  ===================================
"""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from backend_client._answers import Answer, problem_of
from backend_client._http import httpx
from backend_client.errors import (
    BadAnswer,
    NotSignedIn,
    Problem,
    ServerTrouble,
    TimedOut,
    TooMany,
    Unreachable,
    Unsettled,
    VisitDeskError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from backend_client._encode import Json
    from backend_client._pace import Pace
    from backend_client._tokens import TokenKeeper
    from backend_client.intent import Intent
    from backend_client.models.common import Secret
    from backend_client.target import Target

GATEWAY: Final = frozenset({502, 503, 504})
SHORT_WAIT_SECONDS: Final = 3
"""A Retry-After up to this is waited out here; a longer one is for the person to know."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request; without `intent` it is a read. `signed` sends the token there is, `token` another one.

    `own` says that it is about whoever is signed in, also while they look at somebody else's account.
    `waits_seconds` is how long the server may take on purpose (a long poll): such a call is never sent again by itself.
    """

    verb: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Json] | None = field(default=None, repr=False)
    intent: Intent | None = None
    signed: bool = True
    token: Secret | None = None
    accept: str = "application/json"
    waits_seconds: int | None = None
    own: bool = False


class _Lost(VisitDeskError):
    """A call that was sent, or may have been, and has no whole answer."""


class Pipeline:
    """Sends calls to one server."""

    def __init__(
        self,
        target: Target,
        tokens: TokenKeeper,
        *,
        on_signed_out: Callable[[NotSignedIn], None] | None,
        transport: httpx.AsyncBaseTransport | None,
        pace: Pace,
    ) -> None:
        self.pace: Final = pace
        self.look: str | None = None
        """The look that calls are made through; the server then answers as it would answer that customer."""
        self.kiosk: Secret | None = None
        """What this device proves itself with, where it is a kiosk; goes with every call."""
        self.attended: Callable[[], bool] = lambda: True
        """Whether a key was pressed for the call that is about to be sent: only that keeps somebody signed in."""
        self._target = target
        self._tokens = tokens
        self._on_signed_out = on_signed_out
        self._transport = transport
        self._http: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()
        self._closed = False
        self._forgetting: set[asyncio.Task[None]] = set()

    async def aclose(self) -> None:
        """End every connection."""
        self._closed = True
        if self._http is not None:
            await self._http.aclose()

    async def send(self, call: Call) -> Answer:
        """Return the answer to `call` if it is one of success. Raises what `backend_client.errors` draws.

        All attempts go out with the token that was there at first: a call asked for by one person is never sent as the
        next one. Where that token is gone before the call is sent again, it ends with NotSignedIn.
        """
        token = call.token or (self._tokens.current if call.signed else None)
        began = self.pace.monotonic()
        doubtful = False
        failures = 0
        while True:
            trouble: VisitDeskError
            try:
                return await self._attempt(call, token)
            except (Unreachable, _Lost) as failed:
                trouble = failed
                doubtful = doubtful or isinstance(failed, _Lost)
            except Problem as problem:
                trouble = problem
                doubtful = doubtful or _from_a_stranger(problem)
                if not _passing(problem):
                    raise _final(call, problem, doubtful=doubtful) from None
            failures += 1
            pause = self._pause(trouble, failures)
            left = self.pace.budget - (self.pace.monotonic() - began)
            if call.waits_seconds is not None or failures >= self.pace.attempts or pause > left:
                raise _final(call, trouble, doubtful=doubtful) from None
            await self.pace.sleep(pause)
            if call.token is None and token is not None and self._tokens.current is not token:
                raise NotSignedIn(status=401, code="not_signed_in")

    def _pause(self, trouble: VisitDeskError, failures: int) -> float:
        asked = trouble.retry_after_seconds if isinstance(trouble, Problem) else None
        return max(self.pace.pause_after(failures), asked or 0)

    async def _attempt(self, call: Call, token: Secret | None) -> Answer:
        http = await self._opened()
        request = http.build_request(
            call.verb,
            call.path.removeprefix("/"),
            params=dict(call.query) or None,
            content=None if call.body is None else json.dumps(call.body).encode(),
            headers={**_headers(call, token, self.look), **self._of_this_place(call)},
            timeout=httpx.Timeout(self.pace.answer + (call.waits_seconds or 0), connect=self.pace.connect),
        )
        answer = await self._exchange(http, request, self.pace.connect + self.pace.answer + (call.waits_seconds or 0))
        if answer.status >= 400:
            problem = problem_of(answer)
            if isinstance(problem, NotSignedIn) and token is not None and problem.code != "sign_in_failed":
                await self._signed_out(token, problem)
            raise problem
        if not 200 <= answer.status < 300:
            raise BadAnswer(f"answer: status {answer.status}")
        return answer

    def _of_this_place(self, call: Call) -> dict[str, str]:
        headers = {} if self.kiosk is None else {"Visit-Desk-Kiosk": self.kiosk.reveal()}
        if call.waits_seconds is not None or not self.attended():
            headers["Visit-Desk-Unattended"] = "1"
        return headers

    async def _exchange(self, http: httpx.AsyncClient, request: httpx.Request, seconds: float) -> Answer:
        """Send once and read the whole answer, in `seconds` however slowly the bytes drip."""
        try:
            async with asyncio.timeout(seconds):
                response = await http.send(request, stream=True)
                http.cookies.clear()
                try:
                    return await self._whole(response)
                finally:
                    await response.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol):
            raise Unreachable("The server cannot be reached.") from None
        except (httpx.HTTPError, TimeoutError):
            raise _Lost("The server did not answer.") from None

    async def _whole(self, response: httpx.Response) -> Answer:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise BadAnswer("answer: packed, though that was not asked for")
        body = bytearray()
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > self.pace.answer_bytes:
                raise BadAnswer("answer: too long")
        headers = response.headers
        return Answer(response.status_code, headers.get("content-type", ""), headers.get("retry-after"), bytes(body))

    async def _signed_out(self, token: Secret, problem: NotSignedIn) -> None:
        """Drop the token and tell the one who asked to know: once, however many calls learn it at the same time."""
        if self._tokens.current is not token:
            return
        self._tokens.current = None
        if self._on_signed_out is not None:
            self._on_signed_out(problem)
        # The page whose call learned it may go now, and its calls with it; the vault is emptied all the same.
        forgetting = asyncio.create_task(self._tokens.forget())
        self._forgetting.add(forgetting)
        forgetting.add_done_callback(self._forgetting.discard)
        await asyncio.shield(forgetting)

    async def _opened(self) -> httpx.AsyncClient:
        async with self._opening:
            if self._closed:
                raise Unreachable("The client is closed.")
            if self._http is None:
                self._http = await _open(self._target, self._transport)
            return self._http


async def _open(target: Target, transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    # At INFO, httpx logs every URL, and with it the names that a person searches for.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    base = f"{target.url or 'http://visitdesk.local'}/"
    if transport is None and target.socket is not None:
        # No TLS on a Unix socket: building a context for it would take 20 to 50 ms.
        transport = httpx.AsyncHTTPTransport(uds=str(target.socket), verify=False)
    if transport is not None:
        return httpx.AsyncClient(base_url=base, transport=transport, trust_env=False)
    context = await asyncio.to_thread(_trusting) if base.startswith("https:") else False
    return httpx.AsyncClient(base_url=base, verify=context)


def _trusting() -> ssl.SSLContext:
    """Return a context that trusts the public authorities and those of this machine, a facility's own among them."""
    context = httpx.create_ssl_context()
    context.load_default_certs()
    return context


def _headers(call: Call, token: Secret | None, look: str | None) -> dict[str, str]:
    headers = {"Accept": call.accept, "Accept-Encoding": "identity", "User-Agent": "visitdesk"}
    if call.body is not None:
        headers["Content-Type"] = "application/json"
    if call.intent is not None:
        headers["Idempotency-Key"] = call.intent.key
    if token is not None:
        headers["Authorization"] = f"Bearer {token.reveal()}"
    if look is not None and not call.own:
        headers["Visit-Desk-Look"] = look
    return headers


def _passing(problem: Problem) -> bool:
    """Say whether the same call may well succeed in a moment."""
    if isinstance(problem, TooMany):
        return problem.retry_after_seconds is not None and problem.retry_after_seconds <= SHORT_WAIT_SECONDS
    return problem.status in GATEWAY


def _from_a_stranger(problem: Problem) -> bool:
    """Say whether a 5xx has no document of ours: a proxy said it, or a server that could not even say what broke."""
    return isinstance(problem, ServerTrouble) and problem.code.startswith("http_")


def _final(call: Call, trouble: VisitDeskError, *, doubtful: bool) -> VisitDeskError:
    """Return the error to raise; `doubtful` says that an attempt of this call may have had its effect."""
    refused = isinstance(trouble, Problem) and not isinstance(trouble, ServerTrouble | TooMany)
    if call.intent is not None and doubtful and not refused:
        return Unsettled("It is not known whether this went through.", call.intent)
    if isinstance(trouble, _Lost):
        return TimedOut("The server did not answer.")
    return trouble
