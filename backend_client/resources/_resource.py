"""What all resources have in common: a pipeline, and how its answers become models."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, TypeVar
from urllib.parse import quote

from backend_client._decode import decode
from backend_client._encode import encode
from backend_client._pipeline import Call
from backend_client.errors import BadAnswer, Unsettled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from backend_client._encode import Sendable
    from backend_client._pipeline import Pipeline
    from backend_client.intent import Intent

T = TypeVar("T")


def path(*parts: str) -> str:
    """Return `/v1/…` with every part quoted, so that no id changes the route. Raises ValueError for an empty part."""
    if not all(parts):
        raise ValueError("a path has no empty part")
    # Dots are quoted too: `..` would be taken for a step up.
    return "/v1/" + "/".join(quote(part, safe="").replace(".", "%2E") for part in parts)


def query(**values: Sendable) -> dict[str, str]:
    """Return query parameters as the wire writes them; what is None is left out, a trailing underscore taken off."""
    plain = {name.removesuffix("_"): encode(value) for name, value in values.items() if value is not None}
    return {name: str(value) for name, value in plain.items()}


class Resource:
    """Reads and writes through one pipeline.

    Attributes:
        OWN: Whether its calls are about whoever is signed in, also while they look at somebody else's account.
    """

    OWN: ClassVar[bool] = False

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    async def _read(self, shape: type[T], at: str, asked: Mapping[str, str] | None = None) -> T:
        answer = await self._pipeline.send(Call("GET", at, query=asked or {}, own=self.OWN))
        return decode(shape, answer.json())

    async def _write(
        self, shape: type[T], verb: str, at: str, intent: Intent, body: Mapping[str, Sendable], *, signed: bool = True
    ) -> T:
        with _settling(intent):
            call = Call(verb, at, body=encode(body), intent=intent, signed=signed, own=self.OWN)
            answer = await self._pipeline.send(call)
            return decode(shape, answer.json())

    async def _do(self, verb: str, at: str, intent: Intent, body: Mapping[str, Sendable] | None = None) -> None:
        sent = None if body is None else encode(body)
        with _settling(intent):
            await self._pipeline.send(Call(verb, at, body=sent, intent=intent, own=self.OWN))


@contextmanager
def _settling(intent: Intent) -> Iterator[None]:
    """Turn an answer that cannot be read into Unsettled: whoever gave it, the write may or may not have arrived."""
    try:
        yield
    except BadAnswer as unread:
        raise Unsettled("It is not known whether this went through.", intent) from unread
