"""Somebody who calls the API: sends the token, and a fresh idempotency key with every call that changes something."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

import httpx

from backend.accounts.models import Account

Params = dict[str, str | int]


@dataclass(slots=True)
class Caller:
    """One terminal. ``account`` and ``token`` are empty where nobody is signed in."""

    client: httpx.AsyncClient
    token: str = ""
    _account: Account | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def account(self) -> Account:
        assert self._account is not None, "nobody is signed in"
        return self._account

    async def get(self, path: str, **params: str | int) -> httpx.Response:
        return await self.send("GET", path, params=params)

    async def post(self, path: str, body: object = None, *, key: str | None = None) -> httpx.Response:
        return await self.send("POST", path, {} if body is None else body, key=key)

    async def put(self, path: str, body: object, *, key: str | None = None) -> httpx.Response:
        return await self.send("PUT", path, body, key=key)

    async def patch(self, path: str, body: object, *, key: str | None = None) -> httpx.Response:
        return await self.send("PATCH", path, body, key=key)

    async def delete(self, path: str, *, key: str | None = None) -> httpx.Response:
        return await self.send("DELETE", path, key=key)

    async def send(
        self, method: str, path: str, body: object = None, *, params: Params | None = None, key: str | None = None
    ) -> httpx.Response:
        """Send one request; ``key`` is the idempotency key where the test is about it."""
        headers = dict(self.headers)
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if method != "GET":
            headers["Idempotency-Key"] = key or secrets.token_hex(16)
        return await self.client.request(method, path, json=body, params=params, headers=headers)
