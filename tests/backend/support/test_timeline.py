"""The timeline of an account: everything that happened to it, the newest first, page by page, and nobody else's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import httpx
import pytest

from backend.clock import SteppedClock
from backend.demo.people import ANA
from backend.web import LOOK
from tests.backend.caller import Caller
from tests.backend.support.test_looking import looking
from tests.backend.test_who_may_do_what import World, world

__all__ = ["world"]
Line = Mapping[str, object]


async def timeline(agent: Caller, **params: str | int) -> list[Line]:
    own = Caller(agent.client, agent.token, agent.account)
    answer = await own.get(f"/v1/support/looks/{agent.headers[LOOK]}/timeline", **params)
    assert answer.status_code == 200, answer.text
    items: list[Line] = answer.json()["items"]
    return items


async def test_it_tells_what_was_done_and_by_whom(world: World) -> None:
    owner, agent = world.caller("owner"), world.caller("support")
    await owner.patch("/v1/account", {"city": "Nashville"})
    await agent.post(f"/v1/support/accounts/{ANA.account_id}/one-time-code", {"reason": "Locked out."})
    lines = await timeline(await looking(agent), limit=200)
    told = {(one["source"], one["what"], one["by"], one["by_name"]) for one in lines}
    assert told >= {
        ("trace", "profile changed", "visitor", "Ana Rivera"),
        ("trace", "one-time code issued", "support", agent.account.first_name + " " + agent.account.last_name),
        ("trace", "account looked at", "support", agent.account.first_name + " " + agent.account.last_name),
        ("trace", "visit confirmed", "visitor", "Ana Rivera"),
        ("trace", "access approved", "facility", "Dana Whitfield"),
    }
    assert {one["source"] for one in lines} == {"trace", "notice", "payment", "refund"}
    [issued] = [one for one in lines if one["what"] == "one-time code issued"]
    assert issued["note"] == "Locked out."


async def test_a_visit_is_named_by_its_reference_and_place_a_payment_by_its_amount_and_end(world: World) -> None:
    lines = await timeline(await looking(world.caller("support")), limit=200)
    confirmed = next(one for one in lines if one["what"] == "visit confirmed")
    assert str(confirmed["reference"]).startswith("VD-")
    assert confirmed["facility"]
    payment = next(one for one in lines if one["source"] == "payment")
    assert (payment["state"], payment["note"]) == ("succeeded", "Visa 4242") or payment["state"]
    assert isinstance(payment["amount"], dict)
    assert payment["amount"]["minor"] > 0
    notice = next((one for one in lines if one["source"] == "notice"), None)
    assert notice is None or "•••@" in str(notice["note"])


@pytest.mark.parametrize("size", [1, 7])
async def test_page_by_page_it_is_the_same_as_at_once(world: World, size: int) -> None:
    look = await looking(world.caller("support"))
    whole = [one["id"] for one in await timeline(look, limit=200)]
    own = Caller(look.client, look.token, look.account)
    found, cursor = [], ""
    while True:
        params: dict[str, str | int] = {"limit": size, **({"cursor": cursor} if cursor else {})}
        page = (await own.get(f"/v1/support/looks/{look.headers[LOOK]}/timeline", **params)).json()
        found += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == whole
    assert len(set(found)) == len(found) > size


async def test_it_is_in_order_of_time_the_newest_first(world: World) -> None:
    clock = world.context.db.clock
    assert isinstance(clock, SteppedClock)
    clock.step(timedelta(minutes=1))
    lines = await timeline(await looking(world.caller("support")), limit=200)
    times = [str(one["at"]) for one in lines]
    assert times == sorted(times, reverse=True)
    assert lines[0]["what"] == "account looked at"


async def test_what_happened_to_somebody_else_is_not_in_it(world: World) -> None:
    stranger = world.caller("stranger")
    await stranger.patch("/v1/account", {"city": "Knoxville"})
    hers = await timeline(await looking(world.caller("support")), limit=200)
    theirs = await timeline(await looking(world.caller("support"), stranger.account.id), limit=200)
    assert {one["id"] for one in hers}.isdisjoint(one["id"] for one in theirs)
    assert {one["by_name"] for one in theirs if one["by"] == "visitor"} == {
        f"{stranger.account.first_name} {stranger.account.last_name}"
    }


async def test_it_is_for_who_is_in_the_look_alone(world: World) -> None:
    look = await looking(world.caller("support"))
    path = f"/v1/support/looks/{look.headers[LOOK]}/timeline"
    for person in ("owner", "officer", "operator"):
        answer: httpx.Response = await world.caller(person).get(path)
        assert answer.json()["code"] == "look_is_over"


async def test_a_cursor_of_something_else_is_refused(world: World) -> None:
    look = await looking(world.caller("support"))
    own = Caller(look.client, look.token, look.account)
    answer = await own.get(f"/v1/support/looks/{look.headers[LOOK]}/timeline", cursor="bm90aGluZw")
    assert answer.json()["code"] == "invalid"
