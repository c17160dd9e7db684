"""What a kiosk tells the server of keys, and shows of its clocks."""

from __future__ import annotations

import pytest

from backend_client import KeptFor, Notice
from tests.tui.fake_server import FakeServer
from tests.tui.kiosk.kiosk import at_kiosk, session, told
from tui.kiosk.app import Turn
from tui.kiosk.standing import OVER

PRESENCE, MORE, NOW = "/v1/sign-in/presence", "/v1/sign-in/more-time", "/v1/sign-in"


def places(server: FakeServer) -> list[object]:
    return [one.body["at"] for one in server.requests if one.path == PRESENCE and isinstance(one.body, dict)]


async def test_keys_are_told_at_most_every_five_seconds() -> None:
    server = FakeServer()
    server.answer("POST", PRESENCE, session())
    async with at_kiosk(server, signed_in=session()) as at:
        await at.press("down", "down", "down")
        await at.pass_seconds(1)
        assert places(server) == ["page"]
        await at.press("down")
        await at.pass_seconds(4)
        assert places(server) == ["page"]
        await at.pass_seconds(1)
        assert places(server) == ["page", "page"]
        await at.pass_seconds(20)
        assert places(server) == ["page", "page"]


async def test_a_page_that_takes_longer_is_told_as_one() -> None:
    from tui.screens.change_password import ChangePassword

    server = FakeServer()
    server.answer("POST", PRESENCE, session(300, notice_in=270))
    async with at_kiosk(server, signed_in=session()) as at:
        at.app.push_screen(ChangePassword())
        await at.pilot.pause()
        await at.press("down")
        await at.pass_seconds(1)
        assert places(server) == ["form"]


async def test_the_warning_comes_when_the_server_says_so_and_any_key_answers_it() -> None:
    server = FakeServer()
    server.answer("POST", PRESENCE, session())
    async with at_kiosk(server, signed_in=session()) as at:
        await at.pass_seconds(89)
        assert "Are you still there?" not in at.text()
        server.answer("GET", NOW, told(session(30, notice=Notice.IDLE, notice_in=0)))
        await at.pass_seconds(2)
        await at.sees("Are you still there?", "You are signed out in 29 seconds")
        await at.pass_seconds(4)
        await at.sees("in 25 seconds")
        await at.press("x")
        await at.sees_not("Are you still there?")
        assert places(server) == ["page"]
        assert "x" not in at.app.session.typed.values()


async def test_progress_elsewhere_takes_the_warning_away() -> None:
    server = FakeServer()
    async with at_kiosk(server, signed_in=session(30, notice=Notice.IDLE, notice_in=0)) as at:
        await at.pass_seconds(1)
        await at.sees("Are you still there?")
        server.answer("GET", NOW, told(session()))
        await at.pass_seconds(6)
        await at.sees_not("Are you still there?")


async def test_the_question_is_answered_with_enter_and_with_nothing_else() -> None:
    server = FakeServer()
    server.answer("POST", MORE, session(more_time=9, notice_in=90))
    async with at_kiosk(server, signed_in=session(60, notice=Notice.QUESTION, notice_in=0)) as at:
        await at.pass_seconds(1)
        await at.sees("More time?", "You can have more time 10 times.")
        await at.press("space", "x", "escape")
        await at.sees("More time?")
        assert server.seen("POST", MORE) == 0
        await at.press("enter")
        await at.sees_not("More time?")
        assert server.seen("POST", MORE) == 1


async def test_who_is_somebody_else_signs_out_with_f10() -> None:
    async with at_kiosk(FakeServer(), signed_in=session(60, notice=Notice.QUESTION, notice_in=0)) as at:
        await at.pass_seconds(1)
        await at.sees("Not you? Press F10")
        at.app.kiosk_clock.key(_key("f10"))
        assert at.ended == 0


def _key(name: str):  # type: ignore[no-untyped-def]
    from textual.events import Key

    return Key(name, None)


@pytest.mark.parametrize(
    ("kept_for", "words"), [(KeptFor.HOLD, "The time that is kept for you"), (KeptFor.PAYMENT, "being checked")]
)
async def test_it_says_what_is_waited_for(kept_for: KeptFor, words: str) -> None:
    server, now = FakeServer(), session(400, notice=Notice.IDLE, notice_in=0, kept_for=kept_for)
    async with at_kiosk(server, signed_in=now) as at:
        await at.pass_seconds(1)
        await at.sees(words, "6:39")


async def test_when_the_server_has_ended_it_the_process_ends_with_it() -> None:
    server = FakeServer()
    server.refuse("GET", NOW, 401, "not_signed_in")
    async with at_kiosk(server) as at:
        await at.press("space")
        await at.sees("E-mail")
        at.app.session.begin(told(session()).account, session())
        at.app.signed_out_by_server()
        assert at.ended == OVER


async def test_before_anybody_signs_in_an_idle_page_goes_with_what_was_typed() -> None:
    async with at_kiosk(FakeServer()) as at:
        await at.press("space")
        await at.sees("E-mail")
        await at.type("ana@example.org")
        await at.pass_seconds(91)
        await at.sees("Are you still there?", "This page closes in")
        await at.pass_seconds(28)
        assert at.ended is None
        await at.pass_seconds(1)
        assert at.ended == 0


async def test_a_server_that_is_gone_keeps_nobody_on_the_screen_for_ever() -> None:
    server = FakeServer()
    async with at_kiosk(server, signed_in=session()) as at:
        server.refuse("GET", NOW, 503, "busy_try_again")
        await at.pass_seconds(119)
        assert at.ended is None
        await at.pass_seconds(2)
        assert at.ended == OVER


async def test_the_attract_screen_waits_for_ever_and_says_whose_time_was_over() -> None:
    async with at_kiosk(FakeServer(), turn=Turn("k.0", over=True)) as at:
        await at.sees("Shelby County Jail", "The time of whoever was here before was over")
        await at.pass_seconds(400)
        assert at.ended is None


async def test_before_signing_out_it_says_that_what_was_begun_goes() -> None:
    from tui.screens.sign_out import ask_to_sign_out

    async with at_kiosk(FakeServer(), signed_in=session()) as at:
        ask_to_sign_out(at.app)
        await at.sees("Sign out?", "What you have begun goes with it.")


async def test_a_stay_that_is_kept_for_a_hold_shows_nothing_of_its_person_until_a_key_is_pressed() -> None:
    server = FakeServer()
    server.answer("POST", PRESENCE, session())
    async with at_kiosk(server, signed_in=session()) as at:
        server.answer("GET", NOW, told(session(400, notice=Notice.IDLE, notice_in=0, kept_for=KeptFor.HOLD)))
        await at.pass_seconds(91)
        await at.sees("Are you still there?", "The time that is kept for you is waited for.")
        await at.sees_not("Tab Next field")  # of the page below
        await at.press("x")
        await at.sees("Tab Next field")
