"""The OpenAPI document tells the truth: requests drawn from it are answered as it says, or refused as it says."""

from __future__ import annotations

from typing import Final, Protocol

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import CaseMetadata
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from backend.accounts.sign_in import open_session
from backend.app import create_app
from backend.context import Context
from backend.db import Database
from backend.demo.people import ANA
from backend.openapi import METHODS
from tests.backend.conftest import local, parts
from tests.backend.world import ids_of_ana

CHECKS: Final = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
    ignored_auth,
)
api = schemathesis.pytest.from_fixture("document")


IDS: Final = {
    "facility_id": "facility",
    "individual_id": "individual",
    "terms_id": "terms",
    "visit_id": "visit",
    "payment_id": "payment",
    "hold_id": "hold",
    "blackout_id": "blackout",
    "restriction_id": "restriction",
    "access_id": "own_request",
    "account_id": "account",
}
"""Names of fields and parameters, and what they name in the demonstration."""


def sign_in(context: Context) -> str:
    session = context.db.write_now(lambda tx: open_session(tx, ANA.account_id, "desktop", "a terminal"))
    return context.key.token(session.id)


@pytest.fixture
def token(demonstration: Context) -> str:
    return sign_in(demonstration)


class DrawnOperation(Protocol):
    """What is used here of the operation that a request was drawn for."""

    path: str


class DrawnCase(Protocol):
    """What is used here of a request that was drawn from the document; its own type needs four others."""

    operation: DrawnOperation
    meta: CaseMetadata | None
    path_parameters: object
    query: object
    body: object

    def call_and_validate(self, *, checks: list[CheckFunction], headers: dict[str, str]) -> object: ...


@pytest.fixture
def document(demonstration: Context) -> BaseSchema:
    demonstration.db.hub.close()  # nobody waits for changes here
    return schemathesis.openapi.from_asgi("/openapi.json", local(create_app(demonstration)))


@pytest.fixture
def real_ids(demonstration: Context) -> dict[str, str]:
    return ids_of_ana(demonstration.db)


def name_real_things(case: DrawnCase, real_ids: dict[str, str]) -> None:
    """Let a request that is meant to succeed be about what is there."""
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    for part in (case.path_parameters, case.query, case.body):
        if isinstance(part, dict):
            for name in part.keys() & IDS.keys():
                part[name] = real_ids[IDS[name]]


@pytest.mark.slow
@pytest.mark.timeout(400)
@api.parametrize()
@settings(
    max_examples=4,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_answers_as_the_document_says(
    case: DrawnCase, demonstration: Context, token: str, real_ids: dict[str, str]
) -> None:
    name_real_things(case, real_ids)
    if case.operation.path == "/v1/sign-in":
        token = sign_in(demonstration)  # an example before this one has signed out
    case.call_and_validate(checks=list(CHECKS), headers={"Authorization": f"Bearer {token}"})


def test_every_object_that_the_server_sends_is_closed(db: Database) -> None:
    """A field that the document does not name is never sent, and one that it does not know is never taken."""
    schemas = create_app(parts(db)).openapi()["components"]["schemas"]
    assert [
        name
        for name, model in schemas.items()
        if model.get("additionalProperties") is not False and model.get("type") == "object"
    ] == []


def test_every_operation_says_how_it_refuses_and_nothing_of_another_framework(db: Database) -> None:
    said = create_app(parts(db)).openapi()
    assert "HTTPValidationError" not in said["components"]["schemas"]
    for path, item in said["paths"].items():
        for method in item.keys() & set(METHODS):
            refusal = item[method]["responses"]["default"]
            assert list(refusal["content"]) == ["application/problem+json"], f"{method} {path}"


def test_every_operation_has_a_sentence(db: Database) -> None:
    for path, item in create_app(parts(db)).openapi()["paths"].items():
        for method in item.keys() & set(METHODS):
            assert item[method].get("description", "").rstrip().endswith("."), f"{method} {path}"
