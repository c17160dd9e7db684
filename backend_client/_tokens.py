"""The token of the sign-in session: in memory for every call, in the vault for the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_client.models.common import Secret

if TYPE_CHECKING:
    from backend_client.token_vault import TokenVault


class TokenKeeper:
    """Holds the token for one server."""

    def __init__(self, vault: TokenVault, server: str) -> None:
        self._vault = vault
        self._server = server
        self.current: Secret | None = None

    async def restore(self) -> bool:
        """Take the token out of the vault, if there is one; say whether there was."""
        kept = await self._vault.load(self._server)
        if kept is not None and self.current is None:
            self.current = Secret(kept)
        return self.current is not None

    async def keep(self, token: Secret) -> None:
        """Use `token` from now on, and put it into the vault."""
        self.current = token
        await self._vault.save(self._server, token.reveal())

    async def forget(self) -> None:
        """Use no token from now on, and take it out of the vault."""
        self.current = None
        await self._vault.forget(self._server)
