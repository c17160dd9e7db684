"""What comes back: a bounded body, read as JSON, text or a problem document."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import NoReturn

from backend_client._decode import decode
from backend_client.errors import BadAnswer, Problem, problem_class
from backend_client.models.common import FieldError, Reason


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, the headers that matter, and the body."""

    status: int
    content_type: str
    retry_after: str | None
    body: bytes

    def json(self) -> object:
        """Return the body as JSON. Raises BadAnswer for anything else, NaN and bottomless nesting included."""
        try:
            return json.loads(self.body, parse_constant=_refuse, parse_float=_refuse)
        except (ValueError, RecursionError):
            raise BadAnswer("answer: not JSON") from None

    def text(self) -> str:
        """Return the body as text. Raises BadAnswer where it is no UTF-8."""
        try:
            return self.body.decode()
        except UnicodeDecodeError:
            raise BadAnswer("answer: not UTF-8") from None


@dataclass(frozen=True, slots=True)
class _ProblemDocument:
    """RFC 9457 as this server fills it in; everything may lack, for a proxy in between knows none of it."""

    code: str | None = None
    title: str | None = None
    detail: str | None = None
    reasons: tuple[Reason, ...] = ()
    errors: tuple[FieldError, ...] = ()
    nearest: tuple[dt.datetime, ...] = ()
    retry_after_seconds: int | None = None
    reference: str | None = None


def problem_of(answer: Answer) -> Problem:
    """Return the problem that an answer of status 400 and up stands for, however little of a document it is."""
    document = _ProblemDocument()
    if "json" in answer.content_type:
        try:
            document = decode(_ProblemDocument, answer.json())
        except BadAnswer:
            document = _ProblemDocument()
    return problem_class(answer.status)(
        status=answer.status,
        code=document.code or f"http_{answer.status}",
        title=document.title or "",
        detail=document.detail or "",
        reasons=document.reasons,
        errors=document.errors,
        nearest=document.nearest,
        retry_after_seconds=_retry_after(document.retry_after_seconds, answer.retry_after),
        reference=document.reference,
    )


def _retry_after(told: int | None, header: str | None) -> int | None:
    """Return whole seconds to wait; the header counts only as a number, for a date would need a common clock."""
    if told is None and header is not None and header.isascii() and header.isdigit() and len(header) <= 6:
        told = int(header)
    return None if told is None else max(told, 0)


def _refuse(_: str) -> NoReturn:
    raise ValueError("a number that this wire does not have")
