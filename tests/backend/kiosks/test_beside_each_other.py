"""What happens at a kiosk and to the same stay elsewhere, at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import select

from backend.accounts import profiles
from backend.accounts.models import SignInSession
from backend.accounts.profile import ProfileChanges
from backend.accounts.profiles import AccountView
from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database, Tx
from backend.kiosks import clocks
from backend.security import Actor
from tests.backend.conftest import SignedIn, parts


@pytest.fixture
def context(postgres_url: str, clock: SteppedClock) -> Iterator[Context]:
    database = Database(postgres_url, clock)
    yield parts(database)
    database.close()


async def test_whoever_acts_at_a_kiosk_does_not_hold_up_what_is_noted_of_the_stay_meanwhile(
    signed_in: SignedIn, context: Context, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk = signed_in(kind="kiosk")
    clock.step(timedelta(seconds=5))
    note_progress = partial(clocks.note_progress, account_id=kiosk.account.id)

    def change(tx: Tx, actor: Actor, wanted: ProfileChanges) -> AccountView:
        beside.submit(context.db.write_now, note_progress).result(10)
        return profiles_change(tx, actor, wanted)

    profiles_change = profiles.change
    monkeypatch.setattr(profiles, "change", change)
    with ThreadPoolExecutor(1) as beside:
        answer = await kiosk.patch("/v1/account", {"city": "Memphis"})
    assert answer.json()["city"] == "Memphis"


async def test_whatever_is_done_at_a_kiosk_is_a_sign_of_life(
    signed_in: SignedIn, context: Context, clock: SteppedClock
) -> None:
    kiosk = signed_in(kind="kiosk")
    clock.step(timedelta(seconds=5))
    await kiosk.patch("/v1/account", {"city": "Memphis"})
    seen = context.db.read_now(lambda tx: tx.session.exec(select(SignInSession)).one().last_seen_at)
    assert seen == clock.now()
