"""The clocks of a stay at a kiosk, each at its edge: idle, forms, the question, what is never cut into."""

from __future__ import annotations

from datetime import timedelta
from typing import TypedDict

import pytest

from backend.clock import SteppedClock
from backend.db import Tx
from backend.kiosks import clocks
from backend.kiosks.models import Kiosk
from backend.money import top_ups
from backend.money.processors.base import ChargeResult
from backend.money.processors.test import ON_A_PAGE
from backend.money.service import Way
from backend.security import SERVER
from backend.visits import booking, settling
from tests import factories
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn
from tests.backend.visits.world import World

UNATTENDED = {"Visit-Desk-Unattended": "1"}


class Shown(TypedDict):
    notice: str | None
    notice_in_seconds: int
    more_time_left: int
    kept_for: str | None


def step(clock: SteppedClock, seconds: float) -> None:
    clock.step(timedelta(seconds=seconds))


async def is_in(who: Caller) -> bool:
    """Say whether somebody is still signed in, without that being a sign of life."""
    return (await who.get("/v1/sign-in")).status_code == 200


async def shown(who: Caller) -> tuple[int, Shown]:
    """Return how many seconds a stay has left, and its clocks."""
    session = (await who.get("/v1/sign-in")).json()["sign_in_session"]
    return session["remaining_seconds"], session["kiosk"]


async def press(who: Caller, at: str = "page") -> int:
    return (await who.post("/v1/sign-in/presence", {"at": at})).status_code


async def more(who: Caller) -> tuple[int, str]:
    answer = await who.post("/v1/sign-in/more-time")
    return answer.status_code, answer.json().get("code", "")


@pytest.mark.parametrize(("at", "seconds"), [("page", 120), ("form", 300)])
async def test_a_stay_ends_when_no_key_was_pressed_for_so_long(
    visitor: Caller, clock: SteppedClock, at: str, seconds: int
) -> None:
    assert await press(visitor, at) == 200
    step(clock, seconds - 1)
    assert await is_in(visitor)
    step(clock, 1)
    assert not await is_in(visitor)
    assert await press(visitor, at) == 401
    step(clock, 1)
    assert not await is_in(visitor)


async def test_a_key_counts_from_when_it_was_pressed(visitor: Caller, clock: SteppedClock) -> None:
    for _ in range(5):
        step(clock, 119)
        assert await press(visitor) == 200
    step(clock, 120)
    assert not await is_in(visitor)


async def test_leaving_a_form_brings_the_shorter_time_back(visitor: Caller, clock: SteppedClock) -> None:
    await press(visitor, "form")
    await press(visitor, "page")
    step(clock, 120)
    assert not await is_in(visitor)


async def test_a_call_that_no_key_was_pressed_for_keeps_nobody_signed_in(visitor: Caller, clock: SteppedClock) -> None:
    visitor.headers.update(UNATTENDED)
    for _ in range(2):
        step(clock, 40)
        assert (await visitor.get("/v1/account")).status_code == 200
        assert (await visitor.patch("/v1/account", {"city": "Memphis"})).status_code == 200
    step(clock, 40)
    assert (await visitor.get("/v1/account")).status_code == 401


async def test_waiting_for_news_keeps_nobody_signed_in(visitor: Caller, clock: SteppedClock) -> None:
    step(clock, 119)
    assert (await visitor.get("/v1/changes")).status_code == 200
    step(clock, 1)
    assert (await visitor.get("/v1/changes")).status_code == 401


async def test_a_mark_keeps_nobody_signed_in_on_other_devices_either(signed_in: SignedIn, clock: SteppedClock) -> None:
    there = signed_in(kind="ssh")
    there.headers.update(UNATTENDED)
    step(clock, 3599)
    assert (await there.get("/v1/account")).status_code == 200
    step(clock, 1)
    assert (await there.get("/v1/account")).status_code == 401


@pytest.mark.parametrize(("seconds", "notice", "due"), [(89, None, 1), (90, "idle", 0), (119, "idle", 0)])
async def test_a_warning_comes_half_a_minute_before_the_end(
    visitor: Caller, clock: SteppedClock, seconds: int, notice: str | None, due: int
) -> None:
    step(clock, seconds)
    left, now = await shown(visitor)
    assert (left, now["notice"], now["notice_in_seconds"]) == (120 - seconds, notice, due)


async def stay_until(visitor: Caller, clock: SteppedClock, seconds: int) -> None:
    """Press a key every minute for so many seconds."""
    minutes, rest = divmod(seconds, 60)
    for _ in range(minutes):
        step(clock, 60)
        assert await press(visitor) == 200
    step(clock, rest)
    assert await press(visitor) == 200


async def test_the_question_comes_after_a_quarter_of_an_hour_and_waits_a_minute(
    visitor: Caller, clock: SteppedClock
) -> None:
    await stay_until(visitor, clock, 899)
    assert (await shown(visitor))[1]["notice"] is None
    assert await more(visitor) == (409, "more_time_not_asked")
    step(clock, 1)
    assert await shown(visitor) == (
        60,
        {"notice": "question", "notice_in_seconds": 0, "more_time_left": 10, "kept_for": None},
    )
    step(clock, 59)
    assert await press(visitor) == 200  # any key but the answer
    assert await is_in(visitor)
    step(clock, 1)
    assert not await is_in(visitor)
    assert (await more(visitor))[0] == 401


async def test_the_question_is_answered_ten_times_and_then_the_time_is_over(
    visitor: Caller, clock: SteppedClock
) -> None:
    for _ in range(10):
        await stay_until(visitor, clock, 900)
        assert await more(visitor) == (200, "")
        assert await more(visitor) == (409, "more_time_not_asked")
    await stay_until(visitor, clock, 900)
    assert (await shown(visitor))[1]["notice"] == "ending"
    assert await more(visitor) == (409, "no_more_time")
    step(clock, 59)
    assert await is_in(visitor)
    step(clock, 1)
    assert not await is_in(visitor)


async def test_the_same_answer_sent_again_is_one_answer(visitor: Caller, clock: SteppedClock) -> None:
    await stay_until(visitor, clock, 900)
    for _ in range(2):
        answer = await visitor.post("/v1/sign-in/more-time", key="one press of Enter, sent twice")
        assert answer.json()["kiosk"]["more_time_left"] == 9


async def test_settings_of_the_facility_set_the_clocks(
    world: World, visitor: Caller, signed_in: SignedIn, clock: SteppedClock
) -> None:
    said = {
        "kiosk_idle_seconds": 60,
        "kiosk_form_idle_seconds": 90,
        "kiosk_warning_seconds": 20,
        "kiosk_stretch_minutes": 2,
        "kiosk_question_seconds": 30,
        "kiosk_more_times": 1,
    }

    def set_up(tx: Tx) -> Kiosk:
        for name, value in said.items():
            factories.setting(tx, world.facility_id, name, value)
        return factories.kiosk(tx, world.facility_id)

    guest = signed_in(kiosk=world.db.write_now(set_up))
    assert (await shown(guest))[1] == {
        "notice": None,
        "notice_in_seconds": 40,
        "more_time_left": 1,
        "kept_for": None,
    }
    step(clock, 59)
    assert await press(guest, "form") == 200
    step(clock, 61)
    assert (await shown(guest))[1]["notice"] == "question"
    assert await press(guest) == 200
    step(clock, 29)
    assert await is_in(guest)
    step(clock, 1)
    assert not await is_in(guest)
    assert not await is_in(visitor)  # on a stay that had begun before, they change nothing


async def test_a_stay_does_not_end_while_a_time_is_held(world: World, visitor: Caller, clock: SteppedClock) -> None:
    step(clock, 60)
    await press(visitor)
    world.hold()  # for ten minutes
    step(clock, 130)
    assert await shown(visitor) == (
        470,
        {"notice": "idle", "notice_in_seconds": 0, "more_time_left": 10, "kept_for": "hold"},
    )
    step(clock, 469)
    assert await is_in(visitor)
    step(clock, 1)
    assert not await is_in(visitor)


async def test_a_time_that_is_held_elsewhere_later_brings_nobody_back(
    world: World, visitor: Caller, clock: SteppedClock
) -> None:
    step(clock, 120)
    world.hold()
    assert not await is_in(visitor)
    assert await press(visitor) == 401


async def test_a_stay_does_not_end_while_a_payment_is_checked(
    world: World, visitor: Caller, clock: SteppedClock
) -> None:
    hold = world.hold()
    step(clock, 100)
    await press(visitor)
    step(clock, 490)
    asked = world.confirming(hold.id)
    payment = world.db.write_now(lambda tx: booking.begin(tx, world.visitor, asked)).payment_id
    assert payment is not None
    step(clock, 30)  # the hold is over, the payment is not
    left, now = await shown(visitor)
    assert (left, now["kept_for"]) == (15 * 60 - 30, "payment")
    world.db.write_now(lambda tx: settling.settle(tx, SERVER, payment, ChargeResult("succeeded", "r")))
    assert (await shown(visitor))[0] == 120  # time to read what came of it
    step(clock, 120)
    assert not await is_in(visitor)


async def test_a_stay_does_not_end_while_somebody_tops_up_on_a_phone(
    world: World, visitor: Caller, clock: SteppedClock
) -> None:
    way = Way("test", ON_A_PAGE, None, clock.now() + timedelta(minutes=20))
    payment = world.db.write_now(lambda tx: top_ups.begin(tx, world.visitor, 2000, way))
    step(clock, 16 * 60)
    left, now = await shown(visitor)
    assert (left, now["kept_for"]) == (4 * 60, "payment")
    world.db.write_now(lambda tx: settling.settle(tx, SERVER, payment, ChargeResult("declined")))
    step(clock, 120)
    assert not await is_in(visitor)


async def test_progress_on_a_phone_counts_as_being_there(world: World, visitor: Caller, clock: SteppedClock) -> None:
    account = visitor.account.id
    step(clock, 119)
    world.db.write_now(lambda tx: clocks.note_progress(tx, account))
    step(clock, 119)
    assert await is_in(visitor)
    step(clock, 1)
    assert not await is_in(visitor)
    world.db.write_now(lambda tx: clocks.note_progress(tx, account))
    assert not await is_in(visitor)


async def test_one_declined_payment_after_another_keeps_nobody_signed_in_for_ever(
    world: World, visitor: Caller, clock: SteppedClock
) -> None:
    for _key in range(9):
        step(clock, 100)
        await press(visitor)
    step(clock, 50)
    await decline_at_the_last_moment(world, visitor, clock)
    assert (await shown(visitor))[0] == 25  # what was begun in time may be read to its end
    await decline_at_the_last_moment(world, visitor, clock)
    assert not await is_in(visitor)


async def decline_at_the_last_moment(world: World, visitor: Caller, clock: SteppedClock) -> None:
    """Hold a time for all of its ten minutes, with a payment five seconds before their end that is declined."""
    await press(visitor)
    hold = world.hold()
    step(clock, 595)
    assert await press(visitor) == 200
    asked = world.confirming(hold.id)
    payment = world.db.write_now(lambda tx: booking.begin(tx, world.visitor, asked)).payment_id
    assert payment is not None
    world.db.write_now(lambda tx: settling.settle(tx, SERVER, payment, ChargeResult("declined", "r")))
    step(clock, 5)
