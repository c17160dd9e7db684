"""Killed in the middle: what was answered is there afterwards, and nothing is half done."""

from __future__ import annotations

import pytest

from tests.torture import LONG
from tests.torture.killing import kill_again_and_again
from tests.torture.plants import PLANTS

ROUNDS = 30 if LONG else 2
SEED = 20261122


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_server_killed_again_and_again_keeps_all_that_it_answered_on_sqlite() -> None:
    assert kill_again_and_again(ROUNDS, SEED) == []


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_server_killed_again_and_again_keeps_all_that_it_answered_on_postgresql(postgres_url: str) -> None:
    assert kill_again_and_again(ROUNDS, SEED, url=postgres_url) == []


@pytest.mark.torture
@pytest.mark.timeout(900)
@pytest.mark.parametrize("fault", ["answer-first", "two-steps", "nobody-settles"])
def test_a_server_that_promises_too_early_or_leaves_things_half_done_is_found_out(fault: str) -> None:
    assert kill_again_and_again(20, SEED, plant=PLANTS[fault]) != []
