"""Everything that can go wrong between this client and a server.

::

    VisitDeskError
    ├── Unreachable      the request was never sent; nothing happened
    ├── TimedOut         a read got no answer in time
    ├── Unsettled        a write was sent and its outcome is unknown: ask again with the same intent
    ├── BadAnswer        the answer is not what the wire contract says
    └── Problem          the server answered with a problem document (RFC 9457)
        ├── NotSignedIn      401
        ├── Declined         402
        ├── NotAllowed       403
        ├── NotFound         404
        ├── Conflict         409
        ├── Invalid          422
        ├── TooMany          429
        └── ServerTrouble    5xx

No error carries a token, a password or any other part of a request in its text. Importing this module costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from backend_client.intent import Intent
    from backend_client.models.common import FieldError, Reason


class VisitDeskError(Exception):
    """Whatever kept the server's answer from us."""


class Unreachable(VisitDeskError):
    """No connection to the server came about: the request was never sent, and nothing happened."""


class TimedOut(VisitDeskError):
    """A read got no answer in time, after every retry. Nothing changed; ask again."""


class Unsettled(VisitDeskError):
    """A write was sent, and its outcome is unknown after every retry. Sending it again with `intent` settles it.

    `__cause__` is the BadAnswer where an answer came that cannot be read.
    """

    def __init__(self, sentence: str, intent: Intent) -> None:
        super().__init__(sentence)
        self.intent: Final = intent


class BadAnswer(VisitDeskError):
    """The answer breaks the wire contract. The text names the place in it, never what stood there.

    A page of the hotel's network is one, and a server of a later generation. Only reads and sign-ins end with it: a
    write whose answer cannot be read is Unsettled.
    """


class Problem(VisitDeskError):
    """A problem document, its strings made inert.

    `code` is stable and lower_snake (`http_418` where an answer had none); `title` and `detail` are sentences,
    `reasons` the broken rules, `errors` the fields of a form that are wrong, `nearest` up to three start times (aware
    UTC) instead of the one that is gone, `retry_after_seconds` when to come back, `reference` what support can look
    up.
    """

    def __init__(
        self,
        *,
        status: int,
        code: str,
        title: str = "",
        detail: str = "",
        reasons: tuple[Reason, ...] = (),
        errors: tuple[FieldError, ...] = (),
        nearest: tuple[datetime, ...] = (),
        retry_after_seconds: int | None = None,
        reference: str | None = None,
    ) -> None:
        super().__init__(f"{code} ({status})")
        self.status: Final = status
        self.code: Final = code
        self.title: Final = title
        self.detail: Final = detail
        self.reasons: Final = reasons
        self.errors: Final = errors
        self.nearest: Final = nearest
        self.retry_after_seconds: Final = retry_after_seconds
        self.reference: Final = reference


class NotSignedIn(Problem):
    """401: the sign-in session has ended, or (`sign_in_failed`) e-mail and password do not belong together."""


class Declined(Problem):
    """402: the payment was declined; the hold and every answer are kept."""


class NotAllowed(Problem):
    """403: this account may not do that."""


class NotFound(Problem):
    """404: there is no such thing, or none that this account may know of."""


class Conflict(Problem):
    """409: the world has moved on: an opening taken, terms or a price changed, a request decided already."""


class Invalid(Problem):
    """422: a field is wrong (`errors`), or a rule is broken (`reasons`)."""


class TooMany(Problem):
    """429: too often; `retry_after_seconds` says when again."""


class ServerTrouble(Problem):
    """5xx: the server could not do it, or (`busy_try_again`) not now. Sending the same intent again is safe."""


BY_STATUS: Final[Mapping[int, type[Problem]]] = {
    401: NotSignedIn,
    402: Declined,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    422: Invalid,
    429: TooMany,
}


def problem_class(status: int) -> type[Problem]:
    """Return the class of a problem with this HTTP status."""
    if status >= 500:
        return ServerTrouble
    return BY_STATUS.get(status, Problem)
