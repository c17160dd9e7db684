"""What is legal to ask, read from the SDK's own types: a TypedDict for each request."""

from __future__ import annotations

import types
from collections.abc import Mapping
from functools import cache
from typing import Literal, Union, get_args, get_origin, get_type_hints

from stripe import RequestOptions
from typing_extensions import is_typeddict

from tests.standin.form import Value
from tests.standin.problems import Refusal

OF_THE_REQUEST = frozenset(RequestOptions.__annotations__)
"""What every request may bring besides its parameters; the SDK sends these as headers."""


def check(params: type, asked: dict[str, Value], path: str = "") -> None:
    """Hold what is asked against the TypedDict ``params``. Raises :class:`Refusal` as Stripe does."""
    hints = _hints(params)
    unknown = [_named(path, name) for name in asked if name not in hints]
    if unknown:
        raise _refused(
            f"Received unknown parameter{'s' if unknown[1:] else ''}: {', '.join(unknown)}",
            "parameter_unknown",
            unknown[0],
        )
    required: frozenset[str] = getattr(params, "__required_keys__", frozenset())
    for name in sorted(required):
        if name not in asked:
            raise _refused(f"Missing required param: {_named(path, name)}.", "parameter_missing", _named(path, name))
    for name, value in asked.items():
        _check_value(hints[name], value, _named(path, name))


def _check_value(hint: object, value: Value, path: str) -> None:
    options = _options(hint)
    if isinstance(value, dict):
        inner = next((one for one in options if is_typeddict(one)), None)
        if isinstance(inner, type):
            check(inner, value, path)
        elif not any(get_origin(one) is dict for one in options):
            raise _refused(f"Invalid object: {path}", "parameter_invalid_object", path)
    elif isinstance(value, list):
        of = next((get_args(one)[0] for one in options if get_origin(one) is list), None)
        if of is None:
            raise _refused("Invalid array", "parameter_invalid_array", path)
        for position, one in enumerate(value):
            _check_value(of, one, f"{path}[{position}]")
    else:
        _check_text(options, value, path)


def _check_text(options: tuple[object, ...], value: str, path: str) -> None:
    words = [word for one in options if get_origin(one) is Literal for word in get_args(one)]
    if value in words or str in options:
        return
    if int in options and value.lstrip("-").isdigit():
        return
    if bool in options and value in ("true", "false"):
        return
    if float in options and value.replace(".", "", 1).isdigit():
        return
    if int in options:
        raise _refused(f"Invalid integer: {value}", "parameter_invalid_integer", path)
    if bool in options:
        raise _refused(f"Invalid boolean: {value}", "parameter_invalid_boolean", path)
    if not value:
        raise _refused(f"You passed an empty string for '{path}'.", "parameter_invalid_empty", path)
    raise _refused(
        f"Invalid {path}: must be one of {', '.join(words)}" if words else f"Invalid object: {path}", None, path
    )


def _options(hint: object) -> tuple[object, ...]:
    if get_origin(hint) in (Union, types.UnionType):
        return tuple(option for one in get_args(hint) for option in _options(one))
    return (hint,)


@cache
def _hints(params: type) -> dict[str, object]:
    named = get_type_hints(params, localns={"StripeContext": object, "Mapping": Mapping})
    return {name: hint for name, hint in named.items() if name not in OF_THE_REQUEST}


def _named(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _refused(message: str, code: str | None, param: str) -> Refusal:
    return Refusal(message, code=code, param=param, remembered=False)
