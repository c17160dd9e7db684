"""Wrong codes are counted for each client, for a minute, and in a memory that does not grow."""

from __future__ import annotations

from datetime import timedelta

from backend.money.pages import guesses
from backend.money.pages.guesses import Guesses
from tests.backend.conftest import NOW


def wrong(counted: Guesses, host: str, times: int) -> None:
    for _ in range(times):
        counted.note(host, NOW)


def test_who_has_tried_too_many_waits_until_the_first_is_a_minute_old() -> None:
    counted = Guesses()
    wrong(counted, "192.0.2.1", guesses.AT_MOST - 1)
    assert counted.wait("192.0.2.1", NOW) == 0

    wrong(counted, "192.0.2.1", 1)
    assert counted.wait("192.0.2.1", NOW + timedelta(seconds=59)) == 1
    assert counted.wait("192.0.2.1", NOW + timedelta(seconds=60)) == 0
    assert counted.wait("192.0.2.2", NOW) == 0


def test_all_addresses_of_one_subscriber_are_one_client() -> None:
    counted = Guesses()
    wrong(counted, "2001:db8::1", guesses.AT_MOST)

    assert counted.wait("2001:db8::ffff", NOW) == 60
    assert counted.wait("2001:db8:0:1::1", NOW) == 0


def test_a_flood_of_clients_fills_no_memory() -> None:
    counted = Guesses()
    for number in range(guesses.CLIENTS + 5):
        counted.note(f"client {number}", NOW)

    assert len(counted._wrong) == guesses.CLIENTS
