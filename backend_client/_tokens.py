"""The token of the sign-in session: in memory for every call, in the vault for the next start."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Final

from backend_client.errors import BadAnswer
from backend_client.models.common import Secret

if TYPE_CHECKING:
    from backend_client.token_vault import TokenVault, VaultNotice


_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/=-]{1,1024}")
"""What a bearer token consists of (RFC 6750); anything else could not stand in a header."""


def looks_like_token(text: str) -> bool:
    """Say whether a text can stand in a header as a token."""
    return _TOKEN.fullmatch(text) is not None


class TokenKeeper:
    """Holds the token for one server. The vault is told of changes in the order in which they happen."""

    def __init__(self, vault: TokenVault, server: str) -> None:
        self._vault = vault
        self._server = server
        self._turn = asyncio.Lock()
        self.current: Secret | None = None

    @property
    def notice(self) -> VaultNotice | None:
        """Why the vault forgets when this process ends."""
        return self._vault.notice

    async def restore(self) -> bool:
        """Take the token out of the vault, if there is one; say whether there was."""
        async with self._turn:
            kept = await self._vault.load(self._server)
        if kept is not None and _TOKEN.fullmatch(kept) and self.current is None:
            self.current = Secret(kept)
        return self.current is not None

    async def keep(self, token: Secret, lasts_seconds: int) -> None:
        """Use `token` from now on, and put it into the vault for as long as the server says that it will take it.

        Raises BadAnswer for what cannot be a token.
        """
        if not _TOKEN.fullmatch(token.reveal()):
            raise BadAnswer("answer.token: not a token")
        self.current = token
        async with self._turn:
            await self._vault.save(self._server, token.reveal(), lasts_seconds=lasts_seconds)

    async def renew(self, lasts_seconds: int) -> None:
        """The server says anew how long it takes the token: keep it for so long."""
        async with self._turn:
            if self.current is not None:
                await self._vault.renew(self._server, self.current.reveal(), lasts_seconds=lasts_seconds)

    async def forget(self) -> None:
        """Use no token from now on, and take it out of the vault, unless a newer one has come meanwhile."""
        self.current = None
        async with self._turn:
            if self.current is None:
                await self._vault.forget(self._server)
