"""What a person is told about a field that cannot be taken: a sentence for each kind of mistake, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from pydantic_core import ErrorDetails

from backend.text import UNFIT

Said = Mapping[str, object]


def sentence_for(error: ErrorDetails) -> str:
    """Return the sentence for one error that validation found. It never repeats what was entered."""
    said: Said = error.get("ctx", {})
    kind = error["type"]
    if kind == "sentence":
        return str(said["sentence"])
    if kind in _MEASURED:
        return _MEASURED[kind](said)
    for start, sentence in _PLAIN.items():
        if kind.startswith(start):
            return sentence
    return "This cannot be taken as it is."


def _too_short(said: Said) -> str:
    least = said.get("min_length")
    return "Enter something here." if least == 1 else f"Enter at least {least} characters."


def _too_long(said: Said) -> str:
    most = said.get("max_length")
    return f"At most {most} characters fit here." if said.get("field_type") == "Value" else f"At most {most} fit here."


def _choice(said: Said) -> str:
    return f"Choose one of: {str(said.get('expected', '')).replace(chr(39), '')}."


_MEASURED: Final[Mapping[str, Callable[[Said], str]]] = {
    "string_too_short": _too_short,
    "string_too_long": lambda said: f"At most {said.get('max_length')} characters fit here.",
    "too_short": _too_short,
    "too_long": _too_long,
    "greater_than_equal": lambda said: f"Enter {said.get('ge')} or more.",
    "greater_than": lambda said: f"Enter more than {said.get('gt')}.",
    "less_than_equal": lambda said: f"Enter {said.get('le')} or less.",
    "less_than": lambda said: f"Enter less than {said.get('lt')}.",
    "multiple_of": lambda said: f"Enter a multiple of {said.get('multiple_of')}.",
    "literal_error": _choice,
    "enum": _choice,
}
_PLAIN: Final[Mapping[str, str]] = {
    "missing": "This is needed.",
    "extra_forbidden": "This is not known here.",
    "json_invalid": "The request is not readable.",
    "string_unicode": UNFIT,
    "string_pattern_mismatch": "This is not written as it should be.",
    "string": "Enter text here.",
    "datetime": "Enter a date and a time with its zone, such as 2026-11-22T15:00:00Z.",
    "timezone": "Enter a date and a time with its zone, such as 2026-11-22T15:00:00Z.",
    "date": "Enter a real date as year, month and day, such as 1988-04-12.",
    "int": "Enter a whole number.",
    "bool": "Say true or false.",
    "list": "Enter a list.",
    "model": "Enter named values.",
    "dict": "Enter named values.",
}
"""By how the error's kind begins, the first that fits: ``date`` also stands for ``date_from_datetime_parsing``."""
