"""The test wire behaves as a network: what was sent arrives, whatever the client does meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from backend_client import BadAnswer, Client, Intent, MemoryVault, Target, TimedOut, Unreachable, Unsettled
from backend_client._pace import Pace
from tests.backend_client.conftest import ABOUT, FakeTime
from tests.transport import AppWire, Fault, Held, Instead, served


class Notebook:
    """A tiny server: it writes down every DELETE of a hold, once per key."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.by_key: set[str] = set()
        self.life: list[str] = []
        self.gone: list[str] = []

    def app(self) -> FastAPI:
        @asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[None]:
            self.life.append("started")
            yield
            self.life.append("stopped")

        app = FastAPI(lifespan=lifespan)
        app.add_api_route("/v1/about", self.about)
        app.add_api_route("/v1/holds/{hold_id}", self.release, methods=["DELETE"])
        app.add_api_route("/v1/local/presence", self.presence)
        app.add_api_route("/v1/crash", self.crash)
        return app

    async def about(self) -> dict[str, object]:
        return dict(ABOUT)

    async def release(self, hold_id: str, request: Request) -> Response:
        await asyncio.sleep(0)
        key = request.headers["idempotency-key"]
        if key not in self.by_key:
            self.by_key.add(key)
            self.written.append(hold_id)
        return Response(status_code=204)

    async def presence(self, request: Request) -> StreamingResponse:
        async def stay() -> AsyncIterator[bytes]:
            try:
                yield b"ready\n"
                await asyncio.Event().wait()
            finally:
                self.gone.append("presence")

        return StreamingResponse(stay())

    async def crash(self) -> None:
        raise ZeroDivisionError


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
async def wire(notebook: Notebook) -> AsyncIterator[AppWire]:
    async with served(notebook.app()) as wire:
        yield wire


@pytest.fixture
async def client(wire: AppWire) -> AsyncIterator[Client]:
    pace = FakeTime().pace()
    async with Client(Target.at_url("https://desk.test"), MemoryVault(), transport=wire, pace=pace) as client:
        yield client


async def test_the_application_is_started_and_stopped(notebook: Notebook) -> None:
    async with served(notebook.app()) as wire:
        assert notebook.life == ["started"]
        async with Client(Target.at_url("https://desk.test"), MemoryVault(), transport=wire) as client:
            assert (await client.about.read()).demonstration
    assert notebook.life == ["started", "stopped"]


async def test_a_write_goes_on_when_its_client_stops_waiting(client: Client, wire: AppWire, notebook: Notebook) -> None:
    held = Held(answer=True)
    wire.disturb(held)
    call = asyncio.create_task(client.holds.release("H1", intent=Intent.new()))
    await held.reached.wait()
    call.cancel()
    with suppress(asyncio.CancelledError):
        await call
    held.let_go()
    await wire.settled()
    assert notebook.written == ["H1"]


async def test_a_request_held_on_its_way_arrives_after_all(client: Client, wire: AppWire, notebook: Notebook) -> None:
    held = Held()
    wire.disturb(held, "DELETE", "/v1/holds/H1")
    call = asyncio.create_task(client.holds.release("H1", intent=Intent.new()))
    await held.reached.wait()
    assert notebook.written == []
    held.let_go()
    await call
    assert notebook.written == ["H1"]


@pytest.mark.parametrize("fault", list(Fault))
async def test_each_fault_is_got_over_with_one_effect(
    client: Client, wire: AppWire, notebook: Notebook, fault: Fault
) -> None:
    wire.disturb(fault, "DELETE")
    await client.holds.release("H1", intent=Intent.new())
    assert notebook.written == ["H1"]
    # A body of no bytes cannot break in the middle.
    assert wire.count("DELETE", "/v1/holds/H1") == (1 if fault is Fault.BROKEN_ANSWER else 2)
    assert len({seen.key for seen in wire.seen}) == 1


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault.NO_CONNECTION, (0, Unreachable)),
        (Fault.LOST_REQUEST, (0, Unsettled)),
        (Fault.LOST_ANSWER, (1, Unsettled)),
        (Fault.TIMED_OUT, (1, Unsettled)),
    ],
)
async def test_each_fault_that_stays_has_its_effects_and_its_error(
    client: Client, wire: AppWire, notebook: Notebook, fault: Fault, outcome: tuple[int, type[Exception]]
) -> None:
    effects, error = outcome
    wire.disturb(fault, times=100)
    with pytest.raises(error):
        await client.holds.release("H1", intent=Intent.new())
    assert len(notebook.written) == effects


async def test_a_read_survives_a_broken_answer(client: Client, wire: AppWire) -> None:
    wire.disturb(Fault.BROKEN_ANSWER)
    assert (await client.about.read()).demonstration
    assert wire.count("GET", "/v1/about") == 2


async def test_somebody_in_between_can_answer(client: Client, wire: AppWire) -> None:
    wire.disturb(Instead(200, b"<html>hotel network</html>", (("content-type", "text/html"),)))
    with pytest.raises(BadAnswer):
        await client.about.read()


async def test_an_unplugged_wire_carries_nothing_until_it_is_plugged_in(client: Client, wire: AppWire) -> None:
    wire.unplugged = True
    with pytest.raises(Unreachable):
        await client.about.read()
    wire.unplugged = False
    assert (await client.about.read()).demonstration


async def test_a_stream_arrives_bit_by_bit_and_its_end_is_seen_by_the_server(wire: AppWire, notebook: Notebook) -> None:
    async with httpx.AsyncClient(transport=wire, base_url="http://local") as http:
        async with http.stream("GET", "/v1/local/presence") as response:
            assert await anext(response.aiter_bytes()) == b"ready\n"
            assert notebook.gone == []
        await wire.settled()
    assert notebook.gone == ["presence"]


async def test_a_crash_is_500_to_the_client_and_a_failure_of_the_test(notebook: Notebook) -> None:
    with pytest.RaisesGroup(ZeroDivisionError):
        async with served(notebook.app()) as wire, httpx.AsyncClient(transport=wire, base_url="http://local") as http:
            assert (await http.get("/v1/crash")).status_code == 500
    assert notebook.life == ["started", "stopped"]


async def test_an_application_that_cannot_start_says_why() -> None:
    def lifespan(_: FastAPI) -> AbstractAsyncContextManager[None]:
        raise LookupError("no database")

    with pytest.raises(LookupError, match="no database"):
        async with served(FastAPI(lifespan=lifespan)):
            pass


async def test_a_server_that_drips_forever_is_left(notebook: Notebook) -> None:
    """Half-dead: it takes the request and says nothing, and httpx's own timeout would be reset by every byte."""
    app = notebook.app()

    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0)

    app.router.routes.clear()
    app.add_api_route("/v1/about", lambda: StreamingResponse(drip()))
    impatient = Pace(answer=0.05, connect=0.05, attempts=2, first_pause=0.0)
    target = Target.at_url("https://desk.test")
    async with served(app) as wire, Client(target, MemoryVault(), transport=wire, pace=impatient) as client:
        with pytest.raises(TimedOut):
            await client.about.read()
    assert wire.count("GET") == 2
