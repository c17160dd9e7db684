"""What the server says about itself."""

from __future__ import annotations

from backend_client.models.about import About
from backend_client.resources._resource import Resource, path


class AboutResource(Resource):
    """The server itself; needs no sign-in."""

    async def read(self) -> About:
        """Return version, kind and time of the server."""
        return await self._read(About, path("about"))
