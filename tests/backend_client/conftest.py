"""A client without a network: its clock, its dice and the far end of its wire are the test's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import httpx
import pytest

from backend_client import Client, MemoryVault, NotSignedIn, Target
from backend_client._pace import Pace

Reply = httpx.Response | Exception
"""What the far end does with one request."""


@dataclass
class FakeTime:
    """Time that passes only by waiting: `pauses` are the waits, in seconds; `meanwhile` is what happens in each."""

    now: float = 0.0
    pauses: list[float] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    async def sleep(self, seconds: float) -> None:
        self.meanwhile()
        self.pauses.append(seconds)
        self.now += seconds

    def pace(self) -> Pace:
        return Pace(sleep=self.sleep, jitter=lambda: 1.0, monotonic=lambda: self.now)


@dataclass
class FarEnd:
    """A server that is told what to answer: `replies` in order, then `always`. It keeps what it was asked."""

    time: FakeTime
    replies: list[Reply] = field(default_factory=list)
    always: Reply | None = None
    asked: list[httpx.Request] = field(default_factory=list)
    seconds_each: float = 0.0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        self.time.now += self.seconds_each
        reply = self.replies.pop(0) if self.replies else self.always
        assert reply is not None, f"nothing was prepared for {request.method} {request.url.path}"
        if isinstance(reply, Exception):
            raise reply
        return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)

    def keys(self) -> list[str | None]:
        return [request.headers.get("idempotency-key") for request in self.asked]


@dataclass
class Bench:
    """A client with all that a test wants to hold in its hands."""

    client: Client
    far_end: FarEnd
    time: FakeTime
    vault: MemoryVault
    target: Target
    signed_out: list[NotSignedIn]

    async def with_token(self, token: str = "tok-1") -> Bench:
        """Have a sign-in session from an earlier start."""
        await self.vault.save(self.target.name, token)
        assert await self.client.restore()
        return self


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    time = FakeTime()
    far_end = FarEnd(time)
    vault = MemoryVault()
    target = Target.at_url("https://desk.test")
    signed_out: list[NotSignedIn] = []
    client = Client(
        target,
        vault,
        on_signed_out=signed_out.append,
        transport=httpx.MockTransport(far_end),
        pace=time.pace(),
    )
    async with client:
        yield Bench(client, far_end, time, vault, target, signed_out)


def problem(status: int, code: str, **more: object) -> httpx.Response:
    """Return a problem document as the server sends it."""
    body = {"type": f"urn:visitdesk:problem:{code}", "title": "No.", "status": status, "code": code} | more
    return httpx.Response(status, json=body, headers={"content-type": "application/problem+json"})


ABOUT = {
    "version": "0.1.0",
    "demonstration": True,
    "installation": "ready",
    "server_time": "2026-11-22T15:00:00Z",
    "messages": "local",
}
HOLD = {
    "id": "01H",
    "facility_id": "F1",
    "visit_type": "remote",
    "individual_id": "I1",
    "duration_minutes": 30,
    "starts_at": "2026-12-10T15:00:00Z",
    "ends_at": "2026-12-10T15:30:00Z",
    "held_until": "2026-11-22T15:10:00Z",
    "remaining_seconds": 600,
    "can_renew": True,
    "price": {
        "session_fee": {"minor": 570, "currency": "USD"},
        "transaction_fee": {"minor": 0, "currency": "USD"},
        "tax": {"minor": 0, "currency": "USD"},
        "total": {"minor": 570, "currency": "USD"},
        "per_minute": True,
        "unused_minutes_come_back": False,
    },
    "free_cancel_until": "2026-12-09T15:00:00Z",
}
