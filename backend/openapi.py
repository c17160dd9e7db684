"""Making the OpenAPI document say what is true of every operation: its refusals are problem documents."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from backend.web import ProblemDocument

METHODS: Final = ("get", "post", "put", "patch", "delete")
REF: Final = "#/components/schemas/{model}"
JsonObject = dict[str, object]


def truthful_openapi(app: FastAPI) -> None:
    """Let ``app`` describe its refusals as ``application/problem+json``, whatever their status.

    The framework by itself promises a validation error of its own shape, which this server never sends.
    """

    def document() -> JsonObject:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # the framework's documented way to change the document


def _described(app: FastAPI) -> JsonObject:
    said: JsonObject = get_openapi(title=app.title, version=app.version, routes=app.routes)
    components = _part(said, "components")
    schemas = _part(components, "schemas")
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    model = ProblemDocument.model_json_schema(ref_template=REF, mode="serialization")
    schemas.update(_part(model, "$defs"))
    schemas["ProblemDocument"] = {name: value for name, value in model.items() if name != "$defs"}
    refusal = {
        "description": "A refusal, as a problem document",
        "content": {"application/problem+json": {"schema": {"$ref": REF.format(model="ProblemDocument")}}},
    }
    for path in _part(said, "paths").values():
        if isinstance(path, dict):
            for method in METHODS:
                if method in path:
                    responses = _part(path[method], "responses")
                    responses.pop("422", None)
                    responses["default"] = refusal
    return said


def _part(whole: JsonObject, name: str) -> JsonObject:
    part = whole.setdefault(name, {})
    if not isinstance(part, dict):
        raise TypeError(f"{name} is not an object")
    return part
