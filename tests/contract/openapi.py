"""The server's OpenAPI document as far as the contract needs it: operations, samples of answers, checks of bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

Json = Mapping[str, object]
VERBS: Final = ("get", "post", "put", "patch", "delete")
TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


def part(whole: Json, *names: str) -> Json:
    """Return the object under `names`; an empty one if any of them lacks."""
    for name in names:
        whole = cast("Json", whole.get(name, {}))
    return whole


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation, in `query`, `path` or `header`."""

    name: str
    place: str
    required: bool
    schema: Json


@dataclass(frozen=True)
class Operation:
    """One verb on one path template, with what goes in and what comes out."""

    verb: str
    template: str
    parameters: tuple[Parameter, ...]
    body: Json | None
    answers: Mapping[int, Json | None]

    @property
    def name(self) -> str:
        """The operation in one line."""
        return f"{self.verb} {self.template}"

    def named(self, place: str) -> dict[str, Parameter]:
        """Return the parameters in one place, by name."""
        return {parameter.name: parameter for parameter in self.parameters if parameter.place == place}


class Document:
    """An OpenAPI document."""

    def __init__(self, document: Json) -> None:
        self.whole = document
        self.operations = tuple(self._read())

    def _read(self) -> Iterator[Operation]:
        for template, item in part(self.whole, "paths").items():
            for verb in VERBS:
                described = part(cast("Json", item), verb)
                if described:
                    yield self._operation(verb.upper(), template, described)

    def _operation(self, verb: str, template: str, described: Json) -> Operation:
        parameters = tuple(
            Parameter(
                str(one["name"]).lower() if one["in"] == "header" else str(one["name"]),
                str(one["in"]),
                bool(one.get("required", False)),
                part(one, "schema"),
            )
            for one in cast("list[Json]", described.get("parameters", []))
        )
        body = part(described, "requestBody", "content", "application/json", "schema")
        answers = {
            int(status): part(cast("Json", answer), "content", "application/json", "schema") or None
            for status, answer in part(described, "responses").items()
            if status.startswith("2")
        }
        return Operation(verb, template, parameters, body or None, answers)

    def find(self, verb: str, path: str) -> Operation | None:
        """Return the operation that serves this request; one without placeholders goes first."""
        for operation in sorted(self.operations, key=lambda one: one.template.count("{")):
            if operation.verb == verb and re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", operation.template), path):
                return operation
        return None

    def _resolved(self, schema: Json) -> Json:
        while "$ref" in schema:
            schema = part(self.whole, *str(schema["$ref"]).removeprefix("#/").split("/"))
        return schema

    def _options(self, schema: Json) -> list[Json]:
        """Return the alternatives of a schema, resolved, null last."""
        schema = self._resolved(schema)
        options = cast("list[Json] | None", schema.get("anyOf") or schema.get("oneOf"))
        if options is None:
            return [schema]
        found = [inner for option in options for inner in self._options(option)]
        return sorted(found, key=lambda option: option.get("type") == "null")

    def sample(self, schema: Json, turn: int, *, full: bool) -> object:
        """Return JSON that fits `schema`: with everything that may be there, or (not `full`) with as little as may be.

        Where values are listed, a higher `turn` takes a later one.
        """
        options = self._options(schema)
        schema = options[0] if full else options[-1]
        listed = [schema["const"]] if "const" in schema else cast("list[object]", schema.get("enum", []))
        if listed:
            return listed[turn % len(listed)]
        kind = schema.get("type")
        if kind == "object":
            return self._sample_object(schema, turn, full=full)
        if kind == "array":
            return [self.sample(part(schema, "items"), turn, full=full)] if full else []
        if kind == "string":
            samples = {"date-time": "2026-12-10T15:00:00Z", "date": "2026-12-10"}
            return samples.get(str(schema.get("format")), "text")
        return {"integer": 1, "number": 1.5, "boolean": True}.get(str(kind))

    def _sample_object(self, schema: Json, turn: int, *, full: bool) -> dict[str, object]:
        required = cast("list[str]", schema.get("required", []))
        sampled: dict[str, object] = {
            name: self.sample(cast("Json", inner), turn, full=full)
            for name, inner in part(schema, "properties").items()
            if full or name in required
        }
        if full:
            sampled["added_by_a_later_version"] = "text"
        return sampled

    def complaints(self, value: object, schema: Json, where: str = "body") -> list[str]:
        """Return what of `value`, which is about to be sent, `schema` does not allow."""
        options = self._options(schema)
        found = [self._complaints_of(value, option, where) for option in options]
        return min(found, key=len)

    def _complaints_of(self, value: object, schema: Json, where: str) -> list[str]:
        listed = cast("list[object] | None", schema.get("enum"))
        if listed is not None and value not in listed:
            return [f"{where}: {value!r} is not one of {listed}"]
        if "const" in schema and value != schema["const"]:
            return [f"{where}: {value!r} is not {schema['const']!r}"]
        kind = str(schema.get("type", ""))
        if kind in TYPES and (not isinstance(value, TYPES[kind]) or (kind == "integer" and isinstance(value, bool))):
            return [f"{where}: {value!r} is no {kind}"]
        if isinstance(value, list):
            items = part(schema, "items")
            return [said for n, item in enumerate(value) for said in self.complaints(item, items, f"{where}[{n}]")]
        if isinstance(value, dict):
            known = part(schema, "properties")
            required = cast("list[str]", schema.get("required", []))
            said = [f"{where}.{name}: unknown to the server" for name in value if name not in known]
            said += [f"{where}.{name}: missing" for name in required if name not in value]
            for name in known.keys() & value.keys():
                said += self.complaints(value[name], part(known, name), f"{where}.{name}")
            return said
        return []

    def values(self, schema: Json) -> set[object]:
        """Return the values that a schema lists."""
        return {value for option in self._options(schema) for value in cast("list[object]", option.get("enum", []))}
