"""The sign-in page, by keys alone."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from backend_client import About, Client, DemoPerson, Installation, MessagesBy, VaultNotice
from tests.tui.support import NOW, FakeServer, desk
from tui.app import VisitDeskApp
from tui.messages import Connection
from tui.problems import Sentence
from tui.settings import Settings

DEMO = Settings(server="http://127.0.0.1:9", data_dir=os.devnull, demo=True, time_zone="America/New_York")
PEOPLE = (
    DemoPerson("returning_visitor", "Ana Rivera", "Visits her son at Shelby County Jail."),
    DemoPerson("new_visitor", "Grace Okafor", "Has no facility yet."),
    DemoPerson("officer", "Dana Whitfield", "Works at Shelby County Jail."),
    DemoPerson("support", "Sam Harper", "Helps customers."),
)


async def test_enter_goes_from_e_mail_to_password_and_then_signs_in() -> None:
    server = FakeServer()
    server.refuse("POST", "/v1/sign-in", 401, "sign_in_failed", "No.")
    async with desk(server) as at:
        await at.type("ana@example.org")
        await at.press("enter")
        await at.type("correct horse battery")
        await at.press("enter")
        text = await at.sees("do not belong together", "Forgot your password?")
        assert "ana@example.org" in text
        body = server.asked("POST", "/v1/sign-in")[0].body
        assert isinstance(body, dict)
        assert (body["email"], body["password"], body["kind"]) == (
            "ana@example.org",
            "correct horse battery",
            "desktop",
        )


async def test_a_second_enter_while_signing_in_sends_nothing() -> None:
    server = FakeServer()
    server.refuse("POST", "/v1/sign-in", 401, "sign_in_failed")
    gate = server.hold("POST", "/v1/sign-in")
    async with desk(server) as at:
        await at.type("ana@example.org")
        await at.press("enter")
        await at.type("secret")
        await at.press("enter", "enter", "enter")
        await at.sees("One moment")
        gate.open()
        await at.sees("do not belong together")
        assert server.seen("POST", "/v1/sign-in") == 1


async def test_somebody_locked_out_is_told_for_how_long() -> None:
    server = FakeServer()
    server.refuse("POST", "/v1/sign-in", 429, "sign_in_locked", "Too many tries.", retry_after_seconds=900)
    async with desk(server) as at:
        await at.type("ana@example.org")
        await at.press("enter", "x", "enter")
        await at.sees("Too many tries. Please try again in 15 minutes.")


async def test_the_people_of_the_demonstration_are_on_number_keys() -> None:
    server = FakeServer()
    server.answer("GET", "/v1/demo/people", {"items": PEOPLE, "next_cursor": None})
    server.refuse("POST", "/v1/demo/sign-in", 503, "busy_try_again", "The server is busy.")
    async with desk(server, settings=DEMO) as at:
        await at.sees("DEMONSTRATION", "1  Ana Rivera", "4  Sam Harper", "Visits her son")
        await at.press("down")
        await at.sees("Has no facility yet.")
        await at.press("3")
        await at.until(lambda: server.seen("POST", "/v1/demo/sign-in") > 0)
        body = server.asked("POST", "/v1/demo/sign-in")[0].body
        assert isinstance(body, dict)
        assert body["key"] == "officer"


async def test_a_number_pressed_before_the_people_are_known_is_not_lost() -> None:
    server = FakeServer()
    server.answer("GET", "/v1/demo/people", {"items": PEOPLE, "next_cursor": None})
    server.refuse("POST", "/v1/demo/sign-in", 503, "busy_try_again", "The server is busy.")
    gate = server.hold("GET", "/v1/demo/people")
    async with desk(server, settings=DEMO) as at:
        await at.press("2")
        gate.open()
        await at.until(lambda: server.seen("POST", "/v1/demo/sign-in") > 0)
        body = server.asked("POST", "/v1/demo/sign-in")[0].body
        assert isinstance(body, dict)
        assert body["key"] == "new_visitor"


async def test_an_empty_installation_says_what_to_do_next() -> None:
    empty = About("1", demonstration=False, installation=Installation.EMPTY, server_time=NOW, messages=MessagesBy.LOCAL)
    async with desk(FakeServer(empty)) as at:
        await at.sees("There is no facility here yet.", "visitdesk-server import facilities", "visitdesk --demo")
        await at.type("ana@example.org")
        await at.sees("ana@example.org")


@pytest.mark.parametrize("notice", list(VaultNotice))
async def test_why_the_next_start_asks_again_is_said_in_one_line(
    notice: VaultNotice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Client, "vault_notice", notice)
    async with desk(FakeServer()) as at:
        text = await at.sees("keyring")
        assert [line for line in text.split("\n") if line.endswith("next time you will be asked to sign in again.")]
        await at.type("ana@example.org")
        await at.sees("ana@example.org")


async def test_it_is_said_too_where_the_server_refuses_the_sign_in_of_an_earlier_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Client, "vault_notice", VaultNotice.KEYRING_SILENT)
    monkeypatch.setattr(VisitDeskApp, "restorable", True)

    async def restore(_client: Client) -> bool:
        return True

    monkeypatch.setattr(Client, "restore", restore)
    server = FakeServer()
    server.refuse("GET", "/v1/sign-in", 503, "not_now")
    async with desk(server) as at:
        await at.sees("keyring")


async def test_where_the_sign_in_is_kept_nothing_is_said_of_it() -> None:
    async with desk(FakeServer()) as at:
        await at.until(lambda: at.app.connection is Connection.READY)
        await at.sees_not("keyring")


async def test_a_server_that_cannot_start_is_told_and_enter_tries_again() -> None:
    async with desk(FakeServer()) as at:
        at.app.connection_is(Connection.FAILED, Sentence("It could not start.", "Its log is /tmp/server.log."))
        await at.sees("It could not start. Its log is /tmp/server.log.")
        at.app.connection_is(Connection.STARTING)
        await at.sees("Starting…")
        at.app.connection_is(Connection.READY)
        await at.sees_not("It could not start.", "Starting…")


async def test_a_server_that_is_lost_is_told_in_the_frame() -> None:
    async with desk(FakeServer()) as at:
        at.app.connection_is(Connection.LOST)
        await at.sees("Server not reachable, trying again…")
        at.app.connection_is(Connection.READY)
        await at.sees_not("Server not reachable")


async def test_an_empty_installation_that_got_a_facility_says_so_no_more_when_the_page_is_shown_again() -> None:
    empty = About("1", demonstration=False, installation=Installation.EMPTY, server_time=NOW, messages=MessagesBy.LOCAL)
    server = FakeServer(empty)
    async with desk(server) as at:
        await at.sees("There is no facility here yet.")
        await at.press("down", "down", "enter")
        await at.sees("Where shall we send a code?")
        server.answer("GET", "/v1/about", replace(empty, installation=Installation.READY))
        await at.press("escape")
        await at.sees("Create account")
        await at.sees_not("There is no facility here yet.")


async def test_tab_goes_through_both_links_and_the_footer_says_what_enter_does() -> None:
    server = FakeServer()
    server.answer("GET", "/v1/demo/people", {"items": PEOPLE, "next_cursor": None})
    async with desk(server, settings=DEMO) as at:
        await at.sees("1  Ana Rivera", "Enter 1-4 Be this person", "a visitor with past visits and a refund\n")
        await at.press("tab")
        await at.sees_not("Be this person")
        await at.sees("Enter Sign in")
        await at.press("tab", "tab")
        await at.sees(">Forgot your password?", "Enter Open")
        await at.press("tab")
        await at.sees(">Create account")
        await at.press("tab")
        await at.sees("Be this person")
        await at.press("tab", "tab", "tab")
        await at.sees(">Forgot your password?")
        await at.press("tab", "enter")
        await at.sees("1 of 5")


async def test_a_refusal_in_the_demonstration_is_seen_whole_on_the_smallest_glass() -> None:
    server = FakeServer()
    server.answer("GET", "/v1/demo/people", {"items": PEOPLE, "next_cursor": None})
    server.refuse("POST", "/v1/sign-in", 401, "sign_in_failed")
    async with desk(server, settings=DEMO) as at:
        await at.press("tab")
        await at.type("ana@example.org")
        await at.press("enter", "x", "enter")
        text = await at.sees("do not belong together", "1  Ana Rivera")
        said = " ".join(text.split("do not belong together")[1].split())
        assert said.startswith(". Check both and try again, or use Forgot your password?"), text
