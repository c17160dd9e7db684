"""From JSON to models: exact shapes, harmless strings, and an error that names the place but never the value.

A reader is made once per shape from the model's annotations. Unknown fields are passed over, a missing or null field is
an error unless the annotation allows None or the model has a default, and every string is cleaned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from types import UnionType
from typing import Annotated, Final, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from backend_client._clean import clean_line, clean_lines
from backend_client.errors import BadAnswer
from backend_client.models.common import MANY_LINES, Page, Secret

T = TypeVar("T")
Reader = Callable[[object, str], object]

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_YEARS: Final = range(1800, 3000)
"""Years that make sense here; the ends of the calendar overflow as soon as a zone is applied."""


def decode(shape: type[T], data: object) -> T:
    """Return `data`, which came from JSON, as a `shape`: a model, or a `Page` of one. Raises BadAnswer."""
    return cast("T", _reader(cast("Hashable", shape))(data, "answer"))


@cache
def _reader(shape: Hashable) -> Reader:  # noqa: PLR0911  # one line per kind of shape
    if shape in _PLAIN:
        return _PLAIN[shape]
    origin = get_origin(shape)
    if origin is Annotated:
        return _read_lines if MANY_LINES in get_args(shape) else _reader(get_args(shape)[0])
    if origin in {Union, UnionType}:
        return _optional(shape)
    if origin is tuple:
        return _list_of(_reader(get_args(shape)[0]))
    if origin is Page:
        return _page_of(_reader(get_args(shape)[0]))
    if isinstance(shape, type) and issubclass(shape, Enum):
        return _enum(shape)
    if isinstance(shape, type) and is_dataclass(shape):
        return _model(shape)
    raise TypeError(f"no way to read {shape!r}")


def _optional(shape: Hashable) -> Reader:
    inner = [part for part in get_args(shape) if part is not type(None)]
    if len(inner) != 1:
        raise TypeError(f"no way to read {shape!r}")
    read = _reader(inner[0])
    return lambda data, where: None if data is None else read(data, where)


def _list_of(read: Reader) -> Reader:
    def read_list(data: object, where: str) -> tuple[object, ...]:
        if not isinstance(data, list):
            raise BadAnswer(f"{where}: not a list")
        return tuple([read(item, f"{where}[{index}]") for index, item in enumerate(data)])

    return read_list


def _page_of(read: Reader) -> Reader:
    read_items, read_cursor = _list_of(read), _reader(str | None)

    def read_page(data: object, where: str) -> Page[object]:
        known = _object(data, where)
        items = read_items(known.get("items"), f"{where}.items")
        return Page(cast("tuple[object, ...]", items), cast("str | None", read_cursor(known.get("next_cursor"), where)))

    return read_page


def _enum(shape: type[Enum]) -> Reader:
    return lambda data, where: shape(_read_line(data, where))


def _model(shape: type[object]) -> Reader:
    hints = get_type_hints(shape, include_extras=True)
    build = cast("Callable[..., object]", shape)
    readers: dict[str, Reader] = {}
    lacking: dict[str, object] = {}
    for field in fields(shape):  # type: ignore[arg-type]  # is_dataclass() was asked, which mypy does not carry over
        readers[field.name] = _reader(hints[field.name])
        if field.default is not MISSING:
            lacking[field.name] = field.default
        elif type(None) in get_args(hints[field.name]):
            lacking[field.name] = None

    def read_model(data: object, where: str) -> object:
        known = _object(data, where)
        values: dict[str, object] = {}
        for name, read in readers.items():
            given = known.get(name)
            if given is not None:
                values[name] = read(given, f"{where}.{name}")
            elif name in lacking:
                values[name] = lacking[name]
            else:
                raise BadAnswer(f"{where}.{name}: missing")
        return build(**values)

    return read_model


def _object(data: object, where: str) -> Mapping[str, object]:
    if not isinstance(data, dict):
        raise BadAnswer(f"{where}: not an object")
    return cast("dict[str, object]", data)


def _read_line(data: object, where: str) -> str:
    if not isinstance(data, str):
        raise BadAnswer(f"{where}: not a string")
    return clean_line(data)


def _read_lines(data: object, where: str) -> str:
    if not isinstance(data, str):
        raise BadAnswer(f"{where}: not a string")
    return clean_lines(data)


def _read_secret(data: object, where: str) -> Secret:
    return Secret(_read_line(data, where))


def _read_int(data: object, where: str) -> int:
    if not isinstance(data, int) or isinstance(data, bool):
        raise BadAnswer(f"{where}: not a whole number")
    return data


def _read_bool(data: object, where: str) -> bool:
    if not isinstance(data, bool):
        raise BadAnswer(f"{where}: neither true nor false")
    return data


def _read_date(data: object, where: str) -> date:
    try:
        if isinstance(data, str) and _DATE.fullmatch(data):
            day = date.fromisoformat(data)
            if day.year in _YEARS:
                return day
    except ValueError:
        pass
    raise BadAnswer(f"{where}: not a date")


def _read_instant(data: object, where: str) -> datetime:
    try:
        if isinstance(data, str) and _INSTANT.fullmatch(data):
            instant = datetime.fromisoformat(data.upper()).astimezone(UTC)
            if instant.year in _YEARS:
                return instant
    except (ValueError, OverflowError):
        pass
    raise BadAnswer(f"{where}: not an instant")


_PLAIN: Final[Mapping[object, Reader]] = {
    str: _read_line,
    Secret: _read_secret,
    int: _read_int,
    bool: _read_bool,
    date: _read_date,
    datetime: _read_instant,
}
