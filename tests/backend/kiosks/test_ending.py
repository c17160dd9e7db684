"""What a stay at a kiosk leaves behind is put away when it ends, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from backend.accounts.models import SignInSession
from backend.audit.models import AuditEntry
from backend.changes import service as changes
from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Tx
from backend.drafts.models import Draft
from backend.kiosks import ending
from backend.kiosks.models import KioskStay
from backend.money import orders
from backend.money.processors.base import PAGE, Method
from backend.visits import booking, holds
from backend.visits.models import Hold
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn
from tests.backend.visits.world import World


def left(world: World) -> tuple[int, int]:
    """Return how many holds and drafts there are."""
    return world.db.read_now(lambda tx: (len(tx.session.exec(select(Hold)).all()), len(drafts(tx))))


def drafts(tx: Tx) -> list[Draft]:
    return list(tx.session.exec(select(Draft)).all())


async def write_draft(who: Caller, world: World) -> None:
    answer = await who.put("/v1/draft", {"facility_id": world.facility_id})
    assert answer.status_code == 200, answer.text


async def test_signing_out_at_a_kiosk_puts_hold_and_draft_away(
    world: World, visitor: Caller, clock: SteppedClock
) -> None:
    await write_draft(visitor, world)
    world.hold()
    clock.step(timedelta(seconds=1))
    assert (await visitor.delete("/v1/sign-in")).status_code == 204
    assert left(world) == (0, 0)
    world.hold(actor=world.another_visitor())  # the place is free again


@pytest.mark.parametrize("kind", ["desktop", "ssh"])
async def test_signing_out_or_losing_the_line_elsewhere_keeps_them(
    world: World, signed_in: SignedIn, visitor: Caller, kind: str
) -> None:
    """A terminal whose line is lost signs out, or says nothing any more: either way the hold has its own end."""
    at_home = signed_in(account=visitor.account, kind=kind)
    await write_draft(at_home, world)
    query = select(SignInSession.id).where(SignInSession.kind == kind)
    session = world.db.read_now(lambda tx: tx.session.exec(query).one())
    world.hold(actor=replace(world.visitor, sign_in_session_id=session))
    await at_home.delete("/v1/sign-in")
    assert left(world) == (1, 1)


async def test_a_stay_that_ran_out_is_put_away_within_one_round(
    world: World, visitor: Caller, context: Context, clock: SteppedClock
) -> None:
    await write_draft(visitor, world)
    world.hold()
    clock.step(timedelta(minutes=10, microseconds=-1))
    assert await ending.end_once(context) == 0
    clock.step(timedelta(microseconds=1))
    assert await ending.end_once(context) == 1
    assert left(world) == (0, 0)
    assert await ending.end_once(context) == 0
    entries = world.db.read_now(
        lambda tx: tx.session.exec(select(AuditEntry).where(AuditEntry.action == "time at kiosk over")).all()
    )
    assert [entry.device for entry in entries] == ["Front desk"]


async def test_what_was_written_while_a_hold_kept_the_stay_is_put_away_as_well(
    world: World, visitor: Caller, context: Context, clock: SteppedClock
) -> None:
    world.hold()
    clock.step(timedelta(seconds=130))
    visitor.headers["Visit-Desk-Unattended"] = "1"
    await write_draft(visitor, world)
    clock.step(timedelta(minutes=10))
    assert await ending.end_once(context) == 1
    assert left(world) == (0, 0)


async def test_what_was_written_before_a_hold_that_kept_the_stay_was_let_go_is_put_away_as_well(
    world: World, visitor: Caller, context: Context, clock: SteppedClock
) -> None:
    for _key in range(9):
        clock.step(timedelta(seconds=100))
        await visitor.post("/v1/sign-in/presence", {"at": "page"})
    hold = world.hold()
    clock.step(timedelta(seconds=100))  # by its clocks the stay is over
    await write_draft(visitor, world)
    assert (await visitor.post("/v1/sign-in/presence", {"at": "page"})).status_code == 200
    clock.step(timedelta(seconds=1))
    assert (await visitor.delete(f"/v1/holds/{hold.id}")).status_code == 204
    assert await ending.end_once(context) == 1
    assert left(world) == (0, 0)


async def test_whoever_waits_for_news_is_told_that_the_time_is_over(
    visitor: Caller, context: Context, clock: SteppedClock
) -> None:
    before = (await visitor.get("/v1/changes")).json()["cursor"]
    clock.step(timedelta(seconds=120))
    await ending.end_once(context)
    stream = f"account:{visitor.account.id}"
    assert context.db.read_now(lambda tx: changes.head_of(tx, stream)) > before


async def test_what_was_there_before_or_came_after_a_stay_is_not_touched(
    world: World, visitor: Caller, signed_in: SignedIn, context: Context, clock: SteppedClock
) -> None:
    clock.step(timedelta(seconds=120))
    at_home = signed_in(account=visitor.account)
    clock.step(timedelta(seconds=1))
    await write_draft(at_home, world)
    world.hold(actor=replace(world.visitor, sign_in_session_id="at home"))
    assert await ending.end_once(context) == 1
    assert left(world) == (1, 1)


@pytest.mark.parametrize("renewed", [False, True])
async def test_what_a_phone_holds_meanwhile_outlives_the_stay_of_the_same_person(
    world: World, visitor: Caller, clock: SteppedClock, *, renewed: bool
) -> None:
    phone = replace(world.visitor, sign_in_session_id="a phone")
    hold = world.hold(actor=world.visitor if renewed else phone)
    if renewed:
        world.db.write_now(lambda tx: holds.renew(tx, phone, hold.id))
    clock.step(timedelta(seconds=1))
    assert (await visitor.delete("/v1/sign-in")).status_code == 204
    assert left(world)[0] == 1


async def test_a_payment_under_way_keeps_its_place_when_its_person_signs_out(
    world: World, visitor: Caller, clock: SteppedClock
) -> None:
    hold = world.hold()
    asked = world.confirming(hold.id)
    world.db.write_now(lambda tx: booking.begin(tx, world.visitor, asked))
    clock.step(timedelta(seconds=1))
    await visitor.delete("/v1/sign-in")
    assert left(world)[0] == 1


async def test_the_page_on_a_phone_ends_when_its_person_signs_out_at_the_kiosk(
    world: World, visitor: Caller, clock: SteppedClock
) -> None:
    page = Method(PAGE, "Pay on your phone", "", "")
    asked = world.confirming(world.hold().id, method=page)
    begun = world.db.write_now(lambda tx: booking.begin(tx, world.visitor, asked))
    clock.step(timedelta(seconds=1))
    await visitor.delete("/v1/sign-in")
    open_one = world.db.read_now(lambda tx: orders.to_send(tx, begun.payment_id or ""))
    assert open_one is not None
    assert open_one.is_over


async def test_a_password_that_was_reset_elsewhere_ends_the_stay_and_puts_it_away(
    world: World, visitor: Caller, context: Context
) -> None:
    from backend.accounts.sign_in import revoke_all

    await write_draft(visitor, world)
    context.db.write_now(lambda tx: revoke_all(tx, visitor.account.id))
    assert await ending.end_once(context) == 1
    assert left(world) == (0, 0)


async def test_nothing_is_put_away_while_somebody_is_there(world: World, visitor: Caller, clock: SteppedClock) -> None:
    await write_draft(visitor, world)
    world.hold()
    clock.step(timedelta(seconds=1))
    [session_id] = world.db.read_now(
        lambda tx: [stay.sign_in_session_id for stay in tx.session.exec(select(KioskStay))]
    )
    world.db.write_now(lambda tx: ending.put_away(tx, session_id))
    assert left(world) == (1, 1)
    assert (await visitor.get("/v1/account")).status_code == 200
