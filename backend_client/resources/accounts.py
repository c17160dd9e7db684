"""Accounts: create one, prove the address, change profile and password."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from backend_client.models.accounts import Account, CodeSent, SignIn
from backend_client.resources._resource import path
from backend_client.resources.sign_in import SigningResource

if TYPE_CHECKING:
    from backend_client._encode import Sendable
    from backend_client.intent import Intent
    from backend_client.models.accounts import NewAccount, ProfileChanges, SignInKind
    from backend_client.models.common import Secret


class AccountsResource(SigningResource):
    """The account of the person at the terminal.

    Passwords have 12 to 128 characters; codes 8 digits, 15 minutes, 5 tries.
    """

    async def create(self, account: NewAccount, *, intent: Intent) -> CodeSent:
        """Ask for an account; it exists once the code is confirmed. The same answer if the address has one already.

        Raises Invalid with a sentence per field.
        """
        return await self._write(CodeSent, "POST", path("accounts"), intent, _given(account), signed=False)

    async def confirm(self, email: str, code: str, *, kind: SignInKind, device: str, intent: Intent) -> SignIn:
        """Create the account with its one-time code and sign in. Raises Problem (`code_wrong`, `code_expired`)."""
        body: dict[str, Sendable] = {"email": email, "code": code, "kind": kind, "device": device}
        return await self._sign_in(path("accounts", "confirm"), intent, body)

    async def forgot_password(self, email: str, *, intent: Intent) -> CodeSent:
        """Have a one-time code sent. The same answer whether or not the address has an account."""
        return await self._write(CodeSent, "POST", path("password", "forgot"), intent, {"email": email}, signed=False)

    async def reset_password(
        self, email: str, code: str, new_password: Secret, *, kind: SignInKind, device: str, intent: Intent
    ) -> SignIn:
        """Set a new password with a one-time code and sign in; every other sign-in session ends.

        Raises Problem (`code_wrong`, `code_expired`) and Invalid.
        """
        body: dict[str, Sendable] = {
            "email": email,
            "code": code,
            "new_password": new_password,
            "kind": kind,
            "device": device,
        }
        return await self._sign_in(path("password", "reset"), intent, body)

    async def change_password(self, current_password: Secret, new_password: Secret, *, intent: Intent) -> None:
        """Change the password of whoever is signed in. Raises Invalid where the current one is wrong."""
        body: dict[str, Sendable] = {"current_password": current_password, "new_password": new_password}
        await self._do("POST", path("account", "password"), intent, body)

    async def read(self) -> Account:
        """Return the account that is signed in."""
        return await self._read(Account, path("account"))

    async def update(self, changes: ProfileChanges, *, intent: Intent) -> Account:
        """Change the profile where `changes` says something. Raises Invalid with a sentence per field."""
        return await self._write(Account, "PATCH", path("account"), intent, _given(changes))


def _given(form: NewAccount | ProfileChanges) -> dict[str, Sendable]:
    pairs = ((field.name, getattr(form, field.name)) for field in fields(form))
    return {name: value for name, value in pairs if value is not None}
