"""Stripe's interface through its official SDK: the client, and what its errors say about an outcome.

Nothing here keeps a card number: tokens, brands and last four digits are all that Stripe hands out.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar
from weakref import WeakKeyDictionary

import stripe

from backend.money.processors.stripe_keys import is_live
from backend.money.processors.stripe_problems import REFUSED, problem_of
from backend.secret import Secret

if TYPE_CHECKING:
    from stripe import RequestOptions, StripeClient, StripeObject

log = logging.getLogger(__name__)
# addresses hold the ids of people's payments, and httpcore logs the headers that hold the key
for _talkative in ("stripe", "httpx", "httpcore"):
    logging.getLogger(_talkative).setLevel(logging.WARNING)
stripe.enable_telemetry = False

T = TypeVar("T")
TIMEOUT: Final = 8.0
"""Seconds for connecting, and between two parts of an answer; below what the callers wait for a whole step."""
MOST_LISTED: Final = 100
"""Things on one page of a list: Stripe gives no more."""
NO_KEY: Final = "kept-by-the-transport"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error instead of an answer.

    ``sure``: Stripe has looked at the request and did not do it. Otherwise nobody knows: it did not answer, could not,
    or would not let us ask.
    """

    sure: bool
    problem_code: str
    stripe_code: str | None = None


class _Transport(stripe.HTTPXClient):
    """The SDK's own transport over httpx, which alone knows the key: no variable of the SDK holds it."""

    def __init__(self, key: Secret) -> None:
        super().__init__(timeout=TIMEOUT)
        self._key = key

    def _get_request_args_kwargs(
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | None
    ) -> tuple[tuple[str, str], dict[str, object]]:
        # httpx calls a ready body ``content``; the SDK still hands it over under a name that httpx gives up
        return (method, url), {
            "headers": {**headers, "Authorization": f"Bearer {self._key.reveal()}"},
            "content": post_data or None,
            "timeout": TIMEOUT,
        }

    async def shut(self) -> None:
        """Close the connections."""
        await self._client_async.aclose()


class StripeWire:
    """Stripe's interface under one key. Each event loop has connections of its own, for they cannot be shared."""

    def __init__(self, key: Secret, api_base: str = "") -> None:
        """Speak with Stripe under ``key``; ``api_base`` is another address that speaks as Stripe does."""
        self._key = key
        self._api_base = api_base
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[StripeClient, _Transport]] = (
            WeakKeyDictionary()
        )

    @property
    def is_live(self) -> bool:
        """Whether money moves."""
        return is_live(self._key)

    def client(self) -> StripeClient:
        """Return the client of the running event loop."""
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            for over in [one for one in self._clients if one.is_closed()]:
                del self._clients[over]  # a command's, which holds its loop in turn
            transport = _Transport(self._key)
            client = stripe.StripeClient(
                NO_KEY,
                base_addresses={"api": self._api_base} if self._api_base else None,
                max_network_retries=0,  # one that is sent again is sent by us, after we have asked about it
                http_client=transport,
            )
            self._clients[loop] = client, transport
        return self._clients[loop][0]

    async def close(self) -> None:
        """Close the connections of the running event loop."""
        found = self._clients.pop(asyncio.get_running_loop(), None)
        if found is not None:
            await found[1].shut()


def with_key(key: str) -> RequestOptions:
    """Return the options of a call that has an effect: ours is the key under which it has it once."""
    return {"idempotency_key": key}


async def ask(call: Awaitable[T]) -> T | Refusal:
    """Return what Stripe answers, or what its error says about the outcome.

    Stripe keeps what it answered under a key for a day and gives it again, but for requests that it never began: a 4xx
    is therefore no news about an attempt under the same key that has gone through. Only what it has looked at and
    refused is sure; too many requests, a key that holds no more, 5xx, time-outs and broken lines are not.
    """
    try:
        return await call
    except stripe.CardError as error:
        return Refusal(True, problem_of(kept(error.error, "decline_code"), error.code), error.code)
    except stripe.InvalidRequestError as error:
        log.warning("Stripe refused a request: %s of %s (%s)", error.code, error.param, error.request_id)
        return Refusal(True, problem_of(error.code, otherwise=REFUSED), error.code)
    except stripe.StripeError as error:
        # an IdempotencyError too: what the first request under that key did is asked about, never guessed
        kind = type(error).__name__
        log.warning("no answer from Stripe: %s, status %s (%s)", kind, error.http_status, error.request_id)
        return Refusal(False, "no_answer", error.code)


def kept(things: StripeObject | None, name: str) -> str | None:
    """Return the text that Stripe keeps under ``name``, None where it keeps none.

    For what we gave it to keep, and for errors: of these it leaves out what it has nothing to say about.
    """
    value: object = things[name] if things is not None and name in things else None
    return value if isinstance(value, str) else None
