"""The change cursor: what changed is told at once, without gaps, and to nobody else."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from backend.changes.service import account_stream, announce, facility_stream
from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database
from tests import factories
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn
from tests.transport import AppWire

AT_ONCE = 5
"""Seconds: far less than the 25 that a poll may wait, far more than a busy machine needs."""


def change(db: Database, who: Caller, subject: str = "something") -> None:
    db.write_now(lambda tx: announce(tx, account_stream(who.account.id), "visit", subject))


async def waiting(context: Context, stream: str) -> None:
    """Return once somebody waits for ``stream``."""
    while not context.db.hub.is_awaited(stream):  # noqa: ASYNC110  # nothing tells that somebody began to wait
        await asyncio.sleep(0)


async def test_without_a_cursor_only_the_cursor_of_now_is_told(signed_in: SignedIn, db: Database) -> None:
    visitor = signed_in()
    change(db, visitor)
    assert (await visitor.get("/v1/changes")).json() == {"cursor": 1, "items": []}


async def test_changes_behind_the_cursor_come_in_their_order(signed_in: SignedIn, db: Database) -> None:
    visitor = signed_in()
    for subject in ("first", "second", "third"):
        change(db, visitor, subject)
    answer = (await visitor.get("/v1/changes", after=1)).json()
    assert answer == {
        "cursor": 3,
        "items": [{"seq": 2, "kind": "visit", "id": "second"}, {"seq": 3, "kind": "visit", "id": "third"}],
    }


async def test_a_waiting_terminal_is_woken_by_a_change(signed_in: SignedIn, context: Context) -> None:
    visitor = signed_in()
    poll = asyncio.create_task(visitor.get("/v1/changes", after=0, wait=25))
    await waiting(context, account_stream(visitor.account.id))
    change(context.db, visitor)
    async with asyncio.timeout(AT_ONCE):
        assert (await poll).json()["cursor"] == 1


async def test_what_is_committed_between_looking_and_waiting_is_not_missed(context: Context) -> None:
    with context.db.hub.listen("account:a") as moved:
        context.db.write_now(lambda tx: announce(tx, "account:a", "hold", "h"))
        async with asyncio.timeout(AT_ONCE):
            await moved.wait()


async def test_changes_of_another_account_wake_nobody(signed_in: SignedIn, context: Context) -> None:
    visitor, other = signed_in(), signed_in()
    change(context.db, other)
    assert (await visitor.get("/v1/changes", after=0, wait=0)).json() == {"cursor": 0, "items": []}


async def test_a_cursor_from_beyond_the_end_is_put_right(signed_in: SignedIn, db: Database) -> None:
    visitor = signed_in()
    change(db, visitor)
    assert (await visitor.get("/v1/changes", after=99, wait=25)).json() == {"cursor": 1, "items": []}


async def test_an_officer_follows_the_own_facility_and_no_other(signed_in: SignedIn, db: Database) -> None:
    own = db.write_now(factories.facility)
    other = db.write_now(factories.facility)
    officer = signed_in("officer", facilities=[own.id])
    db.write_now(lambda tx: announce(tx, facility_stream(own.id), "access", "request"))
    assert (await officer.get("/v1/changes", after=0, facility_id=own.id)).json()["cursor"] == 1
    assert (await officer.get("/v1/changes", after=0, facility_id=other.id)).status_code == 403
    assert (await signed_in().get("/v1/changes", facility_id=own.id)).status_code == 403


async def test_following_does_not_keep_anybody_signed_in(signed_in: SignedIn, clock: SteppedClock) -> None:
    kiosk = signed_in(kind="kiosk")
    clock.step(timedelta(seconds=119))
    assert (await kiosk.get("/v1/changes")).status_code == 200
    clock.step(timedelta(seconds=1))
    assert (await kiosk.get("/v1/changes")).status_code == 401


async def test_whoever_waits_is_told_when_the_sign_in_session_is_revoked(signed_in: SignedIn, context: Context) -> None:
    kiosk = signed_in()
    desktop = signed_in(account=kiosk.account)
    poll = asyncio.create_task(kiosk.get("/v1/changes", after=0, wait=25))
    await waiting(context, account_stream(kiosk.account.id))
    assert (await kiosk.delete("/v1/sign-in")).status_code == 204
    async with asyncio.timeout(AT_ONCE):
        assert (await poll).status_code == 401
    assert (await desktop.get("/v1/account")).status_code == 200


async def test_a_server_that_stops_lets_nobody_wait(signed_in: SignedIn, context: Context) -> None:
    visitor = signed_in()
    poll = asyncio.create_task(visitor.get("/v1/changes", after=0, wait=25))
    await waiting(context, account_stream(visitor.account.id))
    context.db.hub.close()
    async with asyncio.timeout(AT_ONCE):
        assert (await poll).json() == {"cursor": 0, "items": []}
        assert (await visitor.get("/v1/changes", after=0, wait=25)).json() == {"cursor": 0, "items": []}


async def test_the_wait_ends_when_the_terminal_hangs_up(app: FastAPI, signed_in: SignedIn, context: Context) -> None:
    visitor = signed_in()
    wire = AppWire(app)
    async with httpx.AsyncClient(transport=wire, base_url="http://visitdesk") as client:
        visitor.client = client
        poll = asyncio.create_task(visitor.get("/v1/changes", after=0, wait=25))
        await waiting(context, account_stream(visitor.account.id))
        poll.cancel()
        async with asyncio.timeout(AT_ONCE):
            await wire.settled()
    assert not context.db.hub.is_awaited(account_stream(visitor.account.id))


@pytest.mark.parametrize("asked", [{"after": -1}, {"wait": 26}, {"after": "later"}])
async def test_a_cursor_or_wait_out_of_bounds_is_refused(signed_in: SignedIn, asked: dict[str, int | str]) -> None:
    assert (await signed_in().get("/v1/changes", **asked)).status_code == 422
