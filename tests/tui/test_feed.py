"""Changes are followed for as long as somebody is signed in, and say by the way whether the server is there."""

from __future__ import annotations

import os

from backend_client import DemoPerson, Page
from tests.tui.screens.schedule_visit.world import PIMA, SHELBY, access, world
from tests.tui.support import ACCOUNT, SESSION, FakeServer, desk
from tui.messages import Connection
from tui.screens.home import Home
from tui.settings import Settings

DEMO = Settings(server="http://127.0.0.1:9", data_dir=os.devnull, demo=True, time_zone="America/New_York")
PEOPLE = (DemoPerson("returning_visitor", "Ana Rivera", "Has visited before."),)
GONE = "Server not reachable"


def home() -> FakeServer:
    """Return a server at which the home page reads."""
    server = world()
    server.answer("GET", "/v1/visits", Page(()))
    server.answer("GET", "/v1/demo/people", Page(PEOPLE))
    return server


async def test_a_sign_in_that_the_feed_learns_to_be_over_brings_the_sign_in_page_and_no_lost_connection() -> None:
    server = home()
    async with desk(server, Home()) as at:
        await at.sees("Ana")
        server.refuse_changes(401, "not_signed_in")
        await at.sees("You have been signed out.", "Sign in again to go on.", "E-mail")
        assert GONE not in at.text()
        assert at.app.connection is Connection.READY
        assert not at.app.client.has_token


async def test_the_people_of_the_demonstration_are_listed_again_after_the_feed_learned_the_end() -> None:
    server = home()
    async with desk(server, Home(), settings=DEMO) as at:
        await at.sees("Video Connect")
        before = server.seen("GET", "/v1/demo/people")
        server.refuse_changes(401, "not_signed_in")
        await at.sees("You have been signed out.", "1  Ana Rivera")
        assert server.seen("GET", "/v1/demo/people") == before + 1


async def test_the_next_one_to_sign_in_is_followed_again() -> None:
    server = home()
    async with desk(server, Home()) as at:
        await at.sees("Ana")
        server.refuse_changes(401, "not_signed_in")
        await at.sees("You have been signed out.")
        server.mend_changes()
        at.app.session.begin(ACCOUNT, SESSION)
        at.app.follow_facility(None)
        at.app.go_home()
        await at.sees("Video Connect")
        await at.sees(SHELBY.name)
        server.answer("GET", "/v1/access", Page((access(PIMA),)))
        server.announce("access", "X1")
        await at.sees(PIMA.name)


async def test_pages_read_only_once_changes_are_followed_so_that_none_in_between_is_missed() -> None:
    server = home()
    gate = server.hold("GET", "/v1/changes")
    async with desk(server, Home()) as at:
        await at.sees("Video Connect")
        assert server.seen("GET", "/v1/access") == 0
        gate.open()
        await at.sees(SHELBY.name)


async def test_a_feed_that_fails_and_recovers_says_so_both_times_and_misses_nothing() -> None:
    server = home()
    async with desk(server, Home()) as at:
        await at.sees("Ana")
        server.lose_changes()
        await at.sees(GONE)
        server.announce("access", "X1")
        reads = server.seen("GET", "/v1/access")
        server.mend_changes()
        await at.sees_not(GONE)
        await at.until(lambda: server.seen("GET", "/v1/access") > reads)
        assert at.app.connection is Connection.READY


async def test_a_feed_that_fails_from_the_start_makes_pages_read_again_once_it_is_there() -> None:
    server = home()
    server.lose_changes()
    async with desk(server, Home()) as at:
        await at.sees(GONE)
        await at.until(lambda: server.seen("GET", "/v1/access") > 0)
        reads = server.seen("GET", "/v1/access")
        server.mend_changes()
        await at.sees_not(GONE)
        await at.until(lambda: server.seen("GET", "/v1/access") > reads)


async def test_a_new_feed_that_works_ends_what_the_one_before_said_of_the_connection() -> None:
    server = home()
    async with desk(server, Home()) as at:
        server.lose_changes()
        await at.sees(GONE)
        server.mend_changes()
        at.app.follow_facility("F1")
        await at.sees_not(GONE)


async def test_a_stream_that_may_not_be_seen_is_no_lost_connection() -> None:
    server = home()
    async with desk(server, Home()) as at:
        await at.sees("Ana")
        server.refuse_changes(403, "not_allowed")
        await at.until(lambda: not at.app.feed.follows)
        assert at.app.connection is Connection.READY
        assert GONE not in at.text()


async def test_signing_out_while_the_server_is_away_finds_it_again_and_lists_the_people() -> None:
    server = home()
    server.answer("DELETE", "/v1/sign-in", None, status=204)
    async with desk(server, Home(), settings=DEMO) as at:
        await at.sees("Video Connect")
        server.lose_changes()
        await at.sees(GONE)
        at.app.sign_out()
        await at.sees_not(GONE)
        await at.sees("1  Ana Rivera")
