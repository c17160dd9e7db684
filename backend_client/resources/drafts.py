"""The draft: the visit being scheduled, kept on the server so that any terminal can go on with it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from backend_client.errors import Unsettled
from backend_client.models.visits import Draft
from backend_client.resources._resource import Resource, path

if TYPE_CHECKING:
    from backend_client._encode import Sendable
    from backend_client.intent import Intent


@dataclass(frozen=True, slots=True)
class _DraftAnswer:
    """How the wire wraps a draft."""

    draft: Draft | None


class DraftsResource(Resource):
    """The one draft of the account. It holds no payment data."""

    async def read(self) -> Draft | None:
        """Return the draft, or None if there is none."""
        return (await self._read(_DraftAnswer, path("draft"))).draft

    async def save(self, draft: Draft, *, intent: Intent) -> Draft:
        """Put `draft` in the place of whatever was there, and return it as the server keeps it."""
        body: dict[str, Sendable] = {field.name: getattr(draft, field.name) for field in fields(draft)}
        del body["updated_at"]
        kept = (await self._write(_DraftAnswer, "PUT", path("draft"), intent, body)).draft
        if kept is None:
            raise Unsettled("The server kept no draft.", intent)
        return kept

    async def discard(self, *, intent: Intent) -> None:
        """Throw the draft away."""
        await self._do("DELETE", path("draft"), intent)
