"""Changes are followed for as long as somebody looks, through lost connections, without a tight loop."""

from __future__ import annotations

import httpx
import pytest

from backend_client import Change, NotAllowed, NotSignedIn, ServerTrouble, Unreachable, VisitDeskError
from tests.backend_client.conftest import Bench, problem

NO_CONNECTION = httpx.ConnectError("refused")


def changes(cursor: int, *seqs: int) -> httpx.Response:
    return httpx.Response(
        200, json={"cursor": cursor, "items": [{"seq": seq, "kind": "access", "id": f"A{seq}"} for seq in seqs]}
    )


async def followed(bench: Bench, count: int, after: int | None = 0, **more: object) -> list[int]:
    """Follow from `after` until `count` changes have come; say which."""
    troubles = more.pop("troubles", None)
    assert not more
    heard = troubles.append if isinstance(troubles, list) else None
    seen: list[int] = []
    stream = bench.client.changes.follow(after, on_trouble=heard)
    async for change in stream:
        seen.append(change.seq)
        if len(seen) == count:
            break
    return seen


async def test_changes_come_in_order_and_the_cursor_moves_on(bench: Bench) -> None:
    bench.far_end.replies = [changes(2, 1, 2), changes(2), changes(3, 3)]
    bench.far_end.seconds_each = 25.0
    assert await followed(bench, 3) == [1, 2, 3]
    assert [dict(request.url.params) for request in bench.far_end.asked] == [
        {"after": "0", "wait": "25"},
        {"after": "2", "wait": "25"},
        {"after": "2", "wait": "25"},
    ]
    assert bench.time.pauses == []


async def test_following_from_now_asks_for_the_head_first(bench: Bench) -> None:
    bench.far_end.replies = [changes(7), changes(8, 8)]
    assert await followed(bench, 1, after=None) == [8]
    assert [request.url.query for request in bench.far_end.asked] == [b"", b"after=7&wait=25"]


async def test_a_lost_connection_is_told_once_and_taken_up_again(bench: Bench) -> None:
    bench.far_end.replies = [NO_CONNECTION, NO_CONNECTION, problem(503, "busy_try_again"), changes(1, 1)]
    troubles: list[VisitDeskError | None] = []
    assert await followed(bench, 1, troubles=troubles) == [1]
    assert [type(trouble) for trouble in troubles] == [Unreachable, type(None)]
    assert bench.time.pauses == [1.0, 2.0, 4.0]


async def test_the_first_answer_is_told_before_there_is_any_change(bench: Bench) -> None:
    bench.far_end.replies = [*[NO_CONNECTION] * 5, changes(7), NO_CONNECTION, changes(8, 8)]
    troubles: list[VisitDeskError | None] = []
    assert await followed(bench, 1, after=None, troubles=troubles) == [8]
    assert [type(trouble) for trouble in troubles] == [Unreachable, type(None), Unreachable, type(None)]


async def test_after_a_failure_the_server_is_asked_not_to_wait(bench: Bench) -> None:
    bench.far_end.replies = [NO_CONNECTION, changes(0), changes(1, 1)]
    await followed(bench, 1)
    assert [request.url.params["wait"] for request in bench.far_end.asked] == ["25", "0", "25"]
    assert bench.time.pauses == [1.0]


async def test_pauses_between_attempts_grow_to_half_a_minute_and_no_further(bench: Bench) -> None:
    bench.far_end.replies = [*[NO_CONNECTION] * 9, changes(1, 1)]
    await followed(bench, 1)
    assert bench.time.pauses == [1, 2, 4, 8, 16, 30, 30, 30, 30]


async def test_a_server_that_asks_for_time_gets_it(bench: Bench) -> None:
    bench.far_end.replies = [problem(429, "too_many_requests", retry_after_seconds=60), changes(1, 1)]
    await followed(bench, 1)
    assert bench.time.pauses == [60]


async def test_a_server_that_does_not_wait_is_not_asked_in_a_tight_loop(bench: Bench) -> None:
    bench.far_end.replies = [*[changes(0)] * 3, changes(1, 1)]
    await followed(bench, 1)
    assert bench.time.pauses == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(("status", "error"), [(401, NotSignedIn), (403, NotAllowed)])
async def test_where_waiting_is_no_help_following_ends(bench: Bench, status: int, error: type[VisitDeskError]) -> None:
    bench.far_end.always = problem(status, "no")
    with pytest.raises(error):
        await followed(bench, 1)


async def test_a_long_poll_by_itself_is_never_sent_twice(bench: Bench) -> None:
    bench.far_end.always = problem(503, "busy_try_again")
    with pytest.raises(ServerTrouble):
        await bench.client.changes.since(3, wait=25)
    assert len(bench.far_end.asked) == 1


async def test_the_client_waits_longer_than_the_server_does(bench: Bench) -> None:
    bench.far_end.always = changes(4, 4)
    answer = await bench.client.changes.since(3, wait=25, facility_id="F1")
    assert answer.items[0] == Change(4, answer.items[0].kind, "A4")
    (asked,) = bench.far_end.asked
    assert asked.extensions["timeout"]["read"] > 25
    assert dict(asked.url.params) == {"after": "3", "wait": "25", "facility_id": "F1"}
