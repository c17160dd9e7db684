"""The client's calls and models against the server's own OpenAPI document: they share nothing else."""

from __future__ import annotations

import dataclasses
import inspect
import json
from collections import defaultdict
from collections.abc import Iterator
from typing import get_args

import httpx
import pytest

from backend.app import create_app
from backend.context import Context
from backend.db import Database
from backend.keys import ServerKey
from backend.money.processors.registry import Processors
from backend_client import (
    BadAnswer,
    Client,
    Decision,
    MemoryVault,
    Problem,
    SortOrder,
    Target,
    TransactionSort,
    TransactionSource,
    Unsettled,
    VisitsWhen,
    WireEnum,
)
from backend_client._answers import _ProblemDocument
from backend_client._pace import Pace
from backend_client.resources._resource import Resource
from tests.contract.calls import CALLS
from tests.contract.openapi import Document, Operation, part
from tests.factories import SilentProcessor

NOT_FOR_THE_CLIENT = {
    "GET /v1/health": "asked by whoever watches the server",
    "GET /v1/local/presence": "held open by the terminal itself, before this client is loaded",
}
"""Operations that the client leaves alone, and why."""

TURNS = 16
"""Samples per answer: as many as the longest list of values has."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Document]:
    """What the server says of itself."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('contract') / 'visitdesk.sqlite3'}")
    context = Context(
        db=database, key=ServerKey(b"a key for tests only: 32 bytes.."), processors=Processors(SilentProcessor())
    )
    yield Document(create_app(context).openapi())
    database.close()


@dataclasses.dataclass
class Wire:
    """Answers each request with what the document says it would be, and keeps the request."""

    server: Document
    turn: int = 0
    full: bool = True
    asked: list[tuple[Operation, httpx.Request]] = dataclasses.field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        operation = self.server.find(request.method, request.url.path)
        assert operation is not None, f"the server has no {request.method} {request.url.path}"
        self.asked.append((operation, request))
        status = list(operation.answers)[self.turn % len(operation.answers)]
        schema = operation.answers[status]
        if request.headers["accept"] == "text/calendar":
            return httpx.Response(status, text="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
        if schema is None:
            assert status == 204, f"{operation.name} does not say what it answers"
            return httpx.Response(status)
        return httpx.Response(status, json=self.server.sample(schema, self.turn, full=self.full))

    async def answer_to(self, name: str) -> object:
        """Make one of CALLS over this wire."""
        transport = httpx.MockTransport(self)
        target = Target.at_url("https://desk.test")
        vault = MemoryVault()
        await vault.save(target.name, "token")
        async with Client(target, vault, transport=transport, pace=Pace(attempts=1)) as client:
            await client.restore()
            return await CALLS[name](client)


def methods_of_the_client() -> set[str]:
    """Return every method that asks the server for something, as `resource.method`."""
    client = Client(Target.at_url("https://desk.test"), MemoryVault())
    return {
        f"{noun}.{name}"
        for noun, resource in vars(client).items()
        if isinstance(resource, Resource)
        for name, method in inspect.getmembers(resource, inspect.iscoroutinefunction)
        if not name.startswith("_")
    }


def test_every_method_of_the_client_is_held_against_the_server() -> None:
    assert set(CALLS) == methods_of_the_client()


async def test_every_operation_of_the_server_is_called_or_left_alone_for_a_reason(server: Document) -> None:
    wire = Wire(server)
    for name in CALLS:
        await wire.answer_to(name)
    called = {operation.name for operation, _ in wire.asked}
    served = {operation.name for operation in server.operations if operation.template.startswith("/v1/")}
    assert served - called - set(NOT_FOR_THE_CLIENT) == set()
    assert not called & set(NOT_FOR_THE_CLIENT)


@pytest.mark.parametrize("name", CALLS)
async def test_what_a_call_sends_is_what_the_server_takes(name: str, server: Document) -> None:
    wire = Wire(server)
    await wire.answer_to(name)
    ((operation, request),) = wire.asked
    declared = operation.named("query")
    sent = dict(request.url.params)
    assert set(sent) <= set(declared), f"{operation.name} knows only {sorted(declared)}"
    assert {p.name for p in declared.values() if p.required} <= set(sent)
    for parameter, value in sent.items():
        values = server.values(declared[parameter].schema)
        assert not values or value in values, f"{parameter}={value}"
    assert ("idempotency-key" in request.headers) == ("idempotency-key" in operation.named("header"))
    assert ("idempotency-key" in request.headers) == (request.method != "GET")
    if operation.body is not None:
        assert server.complaints(json.loads(request.content), operation.body) == []
        known = server.sample(operation.body, 0, full=True)
        assert isinstance(known, dict)
        assert set(json.loads(request.content)) == set(known) - {"added_by_a_later_version"}
    else:
        assert request.content in {b"", b"{}"}


@pytest.mark.parametrize("name", CALLS)
async def test_what_the_server_answers_is_what_the_models_read(name: str, server: Document) -> None:
    for turn in range(TURNS):
        assert list(lacking(await Wire(server, turn).answer_to(name), "answer")) == []


@pytest.mark.parametrize("name", CALLS)
async def test_the_least_that_the_server_may_answer_is_enough(name: str, server: Document) -> None:
    try:
        await Wire(server, full=False).answer_to(name)
    except Unsettled as told:
        # A null draft is no answer to saving one, though the schema, shared with reading it, would allow it.
        assert (name, told.__cause__) == ("drafts.save", None)  # noqa: PT017  # the one exception, by name


async def test_both_sides_know_the_same_values(server: Document) -> None:
    seen: dict[type[WireEnum], set[str]] = defaultdict(set)
    for name in CALLS:
        for turn in range(TURNS):
            for value in values_in(await Wire(server, turn).answer_to(name)):
                seen[type(value)].add(str(value))
    assert {kind.__name__: sorted(values) for kind, values in seen.items()} == {
        kind.__name__: sorted(map(str, kind)) for kind in seen
    }


@pytest.mark.parametrize(
    ("kind", "verb", "path", "parameter"),
    [
        (VisitsWhen, "GET", "/v1/visits", "when"),
        (TransactionSort, "GET", "/v1/transactions", "sort"),
        (SortOrder, "GET", "/v1/transactions", "order"),
        (TransactionSource, "GET", "/v1/transactions", "source"),
    ],
)
def test_each_choice_that_the_client_offers_is_one_of_the_servers(
    kind: object, verb: str, path: str, parameter: str, server: Document
) -> None:
    operation = server.find(verb, path)
    assert operation is not None
    assert set(get_args(kind)) == server.values(operation.named("query")[parameter].schema)


async def test_the_decisions_of_the_client_are_those_of_the_server(server: Document) -> None:
    wire = Wire(server)
    await wire.answer_to("desk.decide")
    ((operation, _),) = wire.asked
    assert operation.body is not None
    for decision in (*get_args(Decision), "perhaps"):
        said = server.complaints({"decision": decision, "version": 1, "reason": "x"}, operation.body)
        assert (said == []) == (decision != "perhaps")


async def test_every_part_of_a_problem_document_is_read(server: Document) -> None:
    schema = part(server.whole, "components", "schemas", "ProblemDocument")
    sample = server.sample(schema, 0, full=True)
    assert isinstance(sample, dict)
    unread = {"type", "status", "added_by_a_later_version"}
    assert {field.name for field in dataclasses.fields(_ProblemDocument)} == set(sample) - unread
    answer = httpx.Response(409, json=sample, headers={"content-type": "application/problem+json"})
    client = Client(Target.at_url("https://desk.test"), MemoryVault(), transport=httpx.MockTransport(lambda _: answer))
    with pytest.raises(Problem) as caught:
        await client.about.read()
    assert caught.value.code == "text"
    assert caught.value.reasons
    assert caught.value.errors
    assert caught.value.nearest


async def test_a_field_that_the_server_renames_is_noticed(server: Document) -> None:
    renamed = changed(server, '"due_at"', '"answer_due_at"')
    assert list(lacking(await Wire(renamed).answer_to("access.mine"), "answer")) == ["answer[].due_at"]


async def test_a_field_whose_kind_the_server_changes_is_noticed(server: Document) -> None:
    with pytest.raises(BadAnswer, match="answer_days: not a whole number"):
        await Wire(changed(server, '"title": "Answer Days", "type": "integer"', '"type": "string"')).answer_to(
            "access.mine"
        )


def test_a_field_that_the_server_asks_for_anew_is_noticed(server: Document) -> None:
    renamed = changed(server, '"relationship"', '"relation"')
    operation = renamed.find("POST", "/v1/access")
    assert operation is not None
    assert operation.body is not None
    sent = {"facility_id": "F1", "individual_name": "Mateo Rivera", "relationship": "mother"}
    assert renamed.complaints(sent, operation.body) == [
        "body.relationship: unknown to the server",
        "body.relation: missing",
    ]


async def test_a_route_that_the_server_moves_is_noticed(server: Document) -> None:
    with pytest.raises(AssertionError, match="the server has no GET /v1/states"):
        await Wire(changed(server, "/v1/states", "/v1/regions")).answer_to("facilities.states")


def changed(server: Document, old: str, new: str) -> Document:
    """Return the document with `old` (JSON, keys sorted) replaced everywhere."""
    before = json.dumps(server.whole, sort_keys=True)
    after = before.replace(old, new)
    assert after != before
    return Document(json.loads(after))


def lacking(value: object, where: str) -> Iterator[str]:
    """Yield every place in a model that the server's fullest answer left empty: it does not know that field."""
    if value is None and where != "answer":
        yield where
    elif isinstance(value, tuple):
        if not value:
            yield where
        for item in value:
            yield from lacking(item, f"{where}[]")
    elif isinstance(value, WireEnum):
        if value == "text":
            yield f"{where}: the server does not list its values"
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from lacking(getattr(value, field.name), f"{where}.{field.name}")


def values_in(value: object) -> Iterator[WireEnum]:
    """Yield every value of an enum in a model."""
    if isinstance(value, WireEnum):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from values_in(item)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from values_in(getattr(value, field.name))
