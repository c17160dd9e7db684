"""Many people at once, a processor in every mood, in every order that a seed can draw: nothing is ever wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.simulation.run import Theatre, build, simulate
from tests.simulation.virtual import VirtualLoop
from tests.torture import LONG
from tests.torture.plants import PLANTS

SEEDS = 300 if LONG else 6
SHARES = 4
"""Tests among which the seeds are divided, so that they can run side by side."""
FOUND_IN = {
    "check-then-insert": 2,
    "move-loses-first": 20,
    "two-holds": 30,
    "late-money-kept": 60,
    "hold-ends-never": 30,
}
"""Faults, and within how many seeds each is found."""


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Theatre:
    return build(tmp_path_factory.mktemp("theatre"))


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.timeout(600)
def test_no_seed_breaks_a_promise(theatre: Theatre, tmp_path: Path, share: int) -> None:
    wrong = {seed: simulate(theatre, tmp_path, seed).wrong for seed in range(share, SEEDS, SHARES)}

    assert {seed: found for seed, found in wrong.items() if found} == {}


def test_a_seed_always_tells_the_same_story(theatre: Theatre, tmp_path: Path) -> None:
    first, again, other = (simulate(theatre, tmp_path, seed).story for seed in (7, 7, 8))

    assert first == again != other
    assert {"visit confirmed", "visit cancelled", "payment begun"} <= {action for _, action, _ in first}


@pytest.mark.parametrize("fault", list(FOUND_IN) if LONG else ["check-then-insert"])
def test_a_planted_fault_is_found(tmp_path: Path, fault: str) -> None:
    plant = PLANTS[fault]
    theatre = build(tmp_path, plant)

    with plant.planted():
        assert any(simulate(theatre, tmp_path, seed).wrong for seed in range(FOUND_IN[fault]))


def test_virtual_time_passes_at_once_and_in_order() -> None:
    loop = VirtualLoop(1)
    heard: list[tuple[float, str]] = []

    async def wait(seconds: float, name: str) -> None:
        await asyncio.sleep(seconds)
        heard.append((loop.time(), name))

    async def all_of_them() -> None:
        await asyncio.gather(wait(86400, "a day"), wait(1, "a second"), wait(60, "a minute"))

    loop.run_until_complete(all_of_them())
    loop.close()

    assert heard == [(1, "a second"), (60, "a minute"), (86400, "a day")]


def test_who_waits_for_nobody_is_found_out() -> None:
    loop = VirtualLoop(1)
    nobody: asyncio.Future[None] = loop.create_future()

    with pytest.raises(RuntimeError, match="everybody waits"):
        loop.run_until_complete(nobody)
    loop.close()
