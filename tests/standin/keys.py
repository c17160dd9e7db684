"""Idempotency: a key sent again is answered as the first time, and compared with what it was sent with.

What is documented: every answer of work that had begun is kept, errors too; what failed validation is not; a key is
forgotten once it is a day old; other parameters under the same key are refused; so is a key that is being worked on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from tests.standin.problems import CONFLICT, Refusal
from tests.standin.things import Json

FORGOTTEN_AFTER: Final = 24 * 60 * 60
"""Seconds; Stripe says "at least", and this is the least."""
LONGEST: Final = 255
ERROR: Final = "idempotency_error"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body."""

    status: int
    body: Json


@dataclass(frozen=True, slots=True)
class Kept:
    """What a key was first sent with, and what that was answered; None while it is worked on."""

    path: str
    form: str
    at: int
    answer: Answer | None


@dataclass(slots=True)
class Keys:
    """Every key of the last day."""

    _kept: dict[str, Kept] = field(default_factory=dict)

    def begin(self, key: str, path: str, form: str, now: int) -> Answer | None:
        """Return what the key was answered before, None if it is new. Raises :class:`Refusal`."""
        if len(key) > LONGEST:
            raise Refusal("Idempotency keys are at most 255 characters long.", kind=ERROR, remembered=False)
        known = self._kept.get(key)
        if known is None or now - known.at >= FORGOTTEN_AFTER:
            self._kept[key] = Kept(path, form, now, None)
            return None
        if known.path != path:
            raise _misused(f"for the same endpoint they were first used for ('{path}' vs '{known.path}')", key)
        if sorted(known.form.split("&")) != sorted(form.split("&")):
            raise _misused("with the same parameters they were first used with", key)
        if known.answer is None:
            raise Refusal(
                "There is currently another in-progress request using this Idempotent Key (that probably means you "
                f"submitted twice, and the other request is still going through): {key}.",
                status=CONFLICT,
                kind=ERROR,
                code="idempotency_key_in_use",
                remembered=False,
            )
        return known.answer

    def end(self, key: str, answer: Answer, *, remembered: bool) -> None:
        """Keep what a key was answered, or let it be as if it had never been sent."""
        known = self._kept.pop(key)
        if remembered:
            self._kept[key] = Kept(known.path, known.form, known.at, answer)


def _misused(how: str, key: str) -> Refusal:
    return Refusal(
        f"Keys for idempotent requests can only be used {how}. Try using a key other than '{key}' if you meant to "
        "execute a different request.",
        kind=ERROR,
        remembered=False,
    )
