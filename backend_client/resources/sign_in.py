"""Signing in and out. The client keeps the token by itself, in memory and in its vault."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from backend_client._decode import decode
from backend_client._encode import encode
from backend_client._pipeline import Call
from backend_client.errors import NotSignedIn
from backend_client.models.accounts import CurrentSignIn, DemoPerson, SignIn
from backend_client.models.common import Page
from backend_client.resources._resource import Resource, path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backend_client._encode import Sendable
    from backend_client._pipeline import Pipeline
    from backend_client._tokens import TokenKeeper
    from backend_client.intent import Intent
    from backend_client.models.accounts import SignInKind
    from backend_client.models.common import Secret


class SigningResource(Resource):
    """A resource whose answers may sign somebody in."""

    def __init__(self, pipeline: Pipeline, tokens: TokenKeeper) -> None:
        super().__init__(pipeline)
        self._tokens = tokens

    async def _sign_in(self, at: str, intent: Intent, body: Mapping[str, Sendable]) -> SignIn:
        answer = await self._pipeline.send(Call("POST", at, body=encode(body), intent=intent, signed=False, own=True))
        signed_in = decode(SignIn, answer.json())
        await self._tokens.keep(signed_in.token, signed_in.sign_in_session.remaining_seconds)
        return signed_in


class SignInResource(SigningResource):
    """Who is signed in at this terminal."""

    OWN: ClassVar[bool] = True

    _unheard: Secret | None = None
    """The token of a sign-out that the server has not confirmed."""

    async def with_password(
        self, email: str, password: Secret, *, kind: SignInKind, device: str, intent: Intent
    ) -> SignIn:
        """Sign in; `device` names this terminal for the person's own list.

        Raises NotSignedIn (`sign_in_failed`, the same for an unknown address) and TooMany (`sign_in_locked`).
        """
        body: dict[str, Sendable] = {"email": email, "password": password, "kind": kind, "device": device}
        return await self._sign_in(path("sign-in"), intent, body)

    async def current(self) -> CurrentSignIn:
        """Return who is signed in, as the server sees it. Raises NotSignedIn."""
        asked_with = self._tokens.current
        current = await self._read(CurrentSignIn, path("sign-in"))
        if self._tokens.current is asked_with:
            await self._tokens.renew(current.sign_in_session.remaining_seconds)
        return current

    async def sign_out(self, *, intent: Intent) -> None:
        """End the sign-in session, if there is one.

        This terminal forgets the token first; an error means that the server may not have heard of it, and signing out
        again tells it again.
        """
        token = self._unheard = self._tokens.current or self._unheard
        await self._tokens.forget()
        if token is not None:
            with suppress(NotSignedIn):
                await self._pipeline.send(Call("DELETE", path("sign-in"), intent=intent, token=token, own=True))
            self._unheard = None

    @property
    def open_at_server(self) -> bool:
        """Whether the server may still take a token of this terminal, one among them whose sign-out it did not hear."""
        return self._tokens.current is not None or self._unheard is not None

    async def demo_people(self) -> tuple[DemoPerson, ...]:
        """Return the people to be in the demonstration. Raises NotFound (`not_a_demonstration`)."""
        return (await self._read(Page[DemoPerson], path("demo", "people"))).items

    async def as_demo_person(self, key: str, *, kind: SignInKind, device: str, intent: Intent) -> SignIn:
        """Sign in as one of `demo_people`, without a password."""
        body: dict[str, Sendable] = {"key": key, "kind": kind, "device": device}
        return await self._sign_in(path("demo", "sign-in"), intent, body)
