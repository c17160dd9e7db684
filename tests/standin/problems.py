"""What is refused, as Stripe says it: a status, and a body with type, code and message."""

from __future__ import annotations

from typing import Final

from tests.standin.things import Json

INVALID: Final = "invalid_request_error"
BAD_REQUEST: Final = 400
PAYMENT_FAILED: Final = 402
NOT_FOUND: Final = 404
CONFLICT: Final = 409


class Refusal(Exception):
    """An answer that is an error. ``remembered``: a key sent again gets the same one, for the work had begun."""

    def __init__(
        self,
        message: str,
        *,
        status: int = BAD_REQUEST,
        kind: str = INVALID,
        code: str | None = None,
        param: str | None = None,
        more: Json | None = None,
        remembered: bool = True,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.remembered = remembered
        said = {"type": kind, "message": message, "code": code, "param": param, **(more or {})}
        self.body: Json = {"error": {name: value for name, value in said.items() if value is not None}}


def missing(kind: str, thing_id: str, param: str = "id", *, status: int = NOT_FOUND) -> Refusal:
    """Return what is said of an id that nothing has."""
    return Refusal(f"No such {kind}: '{thing_id}'", status=status, code="resource_missing", param=param)
