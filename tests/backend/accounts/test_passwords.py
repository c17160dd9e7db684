"""Passwords: hashed with argon2id, never on the event loop, at the same cost whether or not there is an account."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from typing import Literal

import httpx
import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from pydantic import SecretStr

from backend.accounts.passwords import Passwords
from backend.app import create_app
from backend.context import Context
from tests.backend.caller import Caller
from tests.factories import PASSWORD, QUICK_HASHER, account


class CountingHasher(PasswordHasher):
    """Notes each hash that it checks against, and the thread that it does so on."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.checked: list[str] = []
        self.threads: set[threading.Thread] = set()

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  # the library's own name
        self.checked.append(str(hash))
        self.threads.add(threading.current_thread())
        return super().verify(hash, password)


async def test_a_password_matches_its_own_hash_and_no_other() -> None:
    passwords = Passwords(QUICK_HASHER)
    kept = await passwords.hash(SecretStr(PASSWORD))
    assert PASSWORD not in kept
    assert await passwords.check(kept, SecretStr(PASSWORD))
    assert not await passwords.check(kept, SecretStr(PASSWORD + " "))
    assert not await passwords.check(None, SecretStr(PASSWORD))
    assert not await passwords.check("not a hash", SecretStr(PASSWORD))


async def test_letters_may_be_composed_by_one_keyboard_and_not_by_another() -> None:
    passwords = Passwords(QUICK_HASHER)
    assert await passwords.check(
        await passwords.hash(SecretStr("na\u00efve caf\u00e9")), SecretStr("nai\u0308ve cafe\u0301")
    )


def test_a_hash_is_made_as_rfc_9106_recommends() -> None:
    parameters = extract_parameters(Passwords().hash_now(SecretStr(PASSWORD)))
    assert parameters.type is Type.ID
    assert (parameters.memory_cost, parameters.time_cost) == (64 * 1024, 3)


@pytest.mark.parametrize("email", ["known@example.org", "unknown@example.org", "disabled@example.org"])
async def test_each_sign_in_checks_one_hash_of_the_same_cost_whoever_it_is(
    context: Context, anyone: Caller, email: str
) -> None:
    context.db.write_now(lambda tx: account(tx, email="known@example.org", password=PASSWORD))
    context.db.write_now(lambda tx: account(tx, email="disabled@example.org", password=PASSWORD, disabled=True))
    hasher = CountingHasher()
    watched = dataclasses.replace(context, passwords=Passwords(hasher))
    body = {"email": email, "password": "wrong", "kind": "desktop", "device": "here"}
    wire = httpx.ASGITransport(create_app(watched))
    async with httpx.AsyncClient(transport=wire, base_url="http://visitdesk") as client:
        anyone.client = client
        assert (await anyone.post("/v1/sign-in", body)).status_code == 401
    (checked,) = hasher.checked
    assert extract_parameters(checked) == extract_parameters(hasher.hash("whatever"))
    assert threading.main_thread() not in hasher.threads


async def test_the_event_loop_goes_on_while_a_password_is_checked() -> None:
    checking, may_end = threading.Event(), threading.Event()

    class Slow(CountingHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  # the library's own name
            checking.set()
            assert may_end.wait(10)
            return super().verify(hash, password)

    check = asyncio.create_task(Passwords(Slow()).check(None, SecretStr(PASSWORD)))
    await asyncio.to_thread(checking.wait, 10)
    may_end.set()
    assert await check is False
