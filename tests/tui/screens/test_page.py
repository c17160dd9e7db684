"""What every page has: frame, keys, waits, remarks, help, room."""

from __future__ import annotations

from typing import ClassVar

import pytest
from textual.app import ComposeResult

from backend_client import Intent
from tests.tui.support import FakeServer, desk
from tui.commands import BACK, ENTER, HELP, SIGN_OUT, Command
from tui.inert import inert
from tui.screens.dialogs import Popup, Question
from tui.screens.page import Page
from tui.widgets.choice_list import Choice, ChoiceList
from tui.widgets.dialog import Paragraphs
from tui.widgets.field import Field

SEND = Command("send", "s", "Send", "Send it.")
NEVER = Command("never", "n", "Never", "It never works.")


class Sample(Page[None]):
    PLACE = "Sample"
    KEYS: ClassVar = (SEND, NEVER, ENTER, BACK, HELP, SIGN_OUT)

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0
        self.read_anew = 0
        self.chosen = False

    def body(self) -> ComposeResult:
        yield Paragraphs("A page to try things on.", inert("[b]not markup[/b] \x1b[2J"))
        yield ChoiceList([Choice("a", "Alpha"), Choice("b", "Beta")], jump=False)

    def why_not(self, command: Command) -> str:
        never = command.name == NEVER.name and not self.chosen
        return "Choose a facility first." if never else super().why_not(command)

    def action_send(self) -> None:
        self.write(SEND.name, self._send, self._done, about=1)

    async def _send(self, intent: Intent) -> object:
        return await self.host.client.access.withdraw("X1", intent=intent)

    def _done(self, _answer: object) -> None:
        self.sent += 1

    def action_enter(self) -> None:
        self.read(lambda: self.host.client.visits.listed("upcoming"), lambda _page: None)

    def changed(self, kind: str, subject_id: str) -> None:
        self.place = f"{kind} {subject_id}"


async def test_the_header_says_place_person_and_time() -> None:
    async with desk(FakeServer(), Sample()) as at:
        lines = (await at.sees("Sample · Ana Rivera")).splitlines()
        assert lines[0].startswith(" Sample · Ana Rivera")
        assert lines[0].rstrip().endswith("Sun Nov 22  9:41 PM EST")
        assert set(lines[1]) == {"─"}
        assert set(lines[22]) == {"─"}
        assert lines[2].strip() == ""
        assert lines[3].startswith("  A page")


async def test_the_header_shows_the_time_there_where_zones_differ() -> None:
    page = Sample()
    async with desk(FakeServer(), page) as at:
        page.there = "America/Chicago"
        await at.sees("9:41 PM EST, there 8:41 PM")
        page.there = "America/Detroit"
        await at.sees("Sun Nov 22  9:41 PM EST")


async def test_the_clock_in_the_header_goes_on() -> None:
    page = Sample()
    async with desk(FakeServer(), page) as at:
        at.clock.step(60)
        page.tick()
        await at.sees("9:42 PM EST")


async def test_the_footer_has_the_keys_of_the_page_and_dims_what_cannot_work() -> None:
    async with desk(FakeServer(), Sample()) as at:
        last = (await at.sees("F10 Sign out")).splitlines()[23]
        assert last.split() == [
            "S",
            "Send",
            "N",
            "Never",
            "Enter",
            "Continue",
            "Esc",
            "Back",
            "?",
            "Help",
            "F10",
            "Sign",
            "out",
        ]
        await at.press("n")
        await at.sees("── Choose a facility first. ──")


async def test_a_remark_goes_with_the_next_key_that_does_something() -> None:
    async with desk(FakeServer(), Sample()) as at:
        await at.press("n")
        await at.sees("Choose a facility first.")
        await at.press("enter")
        await at.sees_not("Choose a facility first.")


async def test_a_remark_goes_when_the_command_it_explained_works_again() -> None:
    page = Sample()
    async with desk(FakeServer(), page) as at:
        await at.press("n")
        await at.sees("Choose a facility first.")
        page.chosen = True
        page.refresh_keys()
        await at.sees_not("Choose a facility first.")


async def test_data_in_a_page_stays_data() -> None:
    async with desk(FakeServer(), Sample()) as at:
        await at.sees("[b]not markup[/b] ?[2J")


async def test_a_wait_shows_itself_and_a_second_press_sends_nothing() -> None:
    server = FakeServer()
    server.refuse("POST", "/v1/access/X1/withdrawal", 409, "already_decided", "Officer Whitfield approved it.")
    gate = server.hold("POST", "/v1/access/X1/withdrawal")
    page = Sample()
    async with desk(server, page) as at:
        await at.press("s", "s", "s")
        await at.sees("One moment…", "One moment: this is being sent.")
        gate.open()
        await at.sees("Officer Whitfield approved it.", "Nothing more is needed from you.")
        await at.sees_not("One moment…")
        assert server.seen("POST", "/v1/access/X1/withdrawal") == 1


async def test_an_unsettled_write_says_so_and_keeps_its_key() -> None:
    server = FakeServer()
    server.lose("POST", "/v1/access/X1/withdrawal", times=5, then={})
    page = Sample()
    async with desk(server, page) as at:
        await at.press("s")
        await at.sees("We do not know whether that went through.")
        await at.press("s")
        await at.until(lambda: server.seen("POST", "/v1/access/X1/withdrawal") == 6)
        keys = {seen.key for seen in server.asked("POST", "/v1/access/X1/withdrawal")}
        assert len(keys) == 1


async def test_a_read_that_fails_says_why_in_the_page() -> None:
    server = FakeServer()
    server.refuse("GET", "/v1/visits", 404, "not_found")
    page = Sample()
    async with desk(server, page) as at:
        page.action_enter()
        await at.sees("It is not there any more")


async def test_what_changes_on_the_server_reaches_the_page_without_a_key() -> None:
    server = FakeServer()
    async with desk(server, Sample()) as at:
        server.announce("access", "X9")
        await at.sees("access X9")


async def test_help_lists_every_key_with_its_sentence_and_closes() -> None:
    async with desk(FakeServer(), Sample()) as at:
        await at.press("question_mark")
        text = await at.sees("Keys of the page Sample")
        for words in ("Send it.", "It never works.", "Go back one page", "Sign out of this terminal."):
            assert words in text
        await at.press("escape")
        await at.sees("A page to try things on.")


@pytest.mark.parametrize("size", [(79, 24), (80, 23), (40, 10)])
async def test_too_small_a_window_asks_for_room_and_comes_back_with_everything(size: tuple[int, int]) -> None:
    async with desk(FakeServer()) as at:
        await at.type("ana@example.org")
        await at.pilot.resize_terminal(*size)
        text = await at.sees("80 by 24 is enough")
        assert "ana@" not in text
        await at.pilot.resize_terminal(80, 24)
        await at.sees("ana@example.org")
        await at.type("x")
        await at.sees("ana@example.orgx")


@pytest.mark.parametrize("size", [(80, 24), (81, 25), (100, 30), (120, 40), (200, 60)])
async def test_every_larger_size_has_the_whole_frame(size: tuple[int, int]) -> None:
    async with desk(FakeServer(), Sample(), size=size) as at:
        lines = (await at.sees("F10 Sign out")).splitlines()
        assert len(lines) == size[1]
        assert lines[1] == "─" * size[0]
        assert lines[-2] == "─" * size[0]


async def test_f10_signs_out_from_every_page() -> None:
    server = FakeServer()
    server.answer("DELETE", "/v1/sign-in", None, status=204)
    async with desk(server, Sample()) as at:
        await at.press("f10")
        await at.sees("E-mail", "Forgot your password?")
        assert at.app.session.account is None
        await at.until(lambda: server.seen("DELETE", "/v1/sign-in") == 1)


async def test_when_the_server_knows_the_sign_in_no_more_the_sign_in_page_says_so() -> None:
    server = FakeServer()
    server.refuse("GET", "/v1/visits", 401, "not_signed_in")
    page = Sample()
    async with desk(server, page) as at:
        page.action_enter()
        await at.sees("You have been signed out.", "is kept", "E-mail")


async def test_a_popup_tells_and_enter_closes_it() -> None:
    async with desk(FakeServer(), Sample()) as at:
        await at.app.push_screen(Popup("Request sent", "It shows as [b]Pending[/b]."))
        await at.sees("Request sent", "It shows as [b]Pending[/b].", "OK")
        await at.press("enter")
        await at.sees("A page to try things on.")


async def test_a_question_starts_on_the_answer_that_takes_nothing_away() -> None:
    answers: list[bool | None] = []
    async with desk(FakeServer(), Sample()) as at:
        for keys in (["enter"], ["right", "enter"], ["escape"], ["tab", "enter"]):
            at.app.push_screen(Question("Cancel it?", "It comes back.", yes="Cancel it", no="Keep it"), answers.append)
            await at.sees("Keep it")
            await at.press(*keys)
            await at.sees_not("Keep it")
    assert answers == [False, True, False, True]


class WithField(Page[None]):
    PLACE = "Form"
    KEYS: ClassVar = (ENTER, BACK, HELP)

    def body(self) -> ComposeResult:
        yield Field("Name", name="name", max_length=10)


async def test_in_a_field_help_is_on_f1_for_the_question_mark_is_typed() -> None:
    async with desk(FakeServer(), WithField()) as at:
        assert "F1 Help" in await at.sees("Esc Back")
        await at.type("who?")
        await at.sees("who?")
        await at.press("f1")
        await at.sees("Keys of the page Form")


@pytest.mark.parametrize("name", ["Doe [DOC#123]", "[/nope]", "[=? #2]", "[@click=app.quit]x[/]", "[bold]B", "a\\[b"])
async def test_a_name_in_the_title_of_a_question_is_only_text(name: str) -> None:
    async with desk(FakeServer(), Question(f"Check {name} in?", "Now.", yes="Yes", no="No")) as at:
        await at.sees(f"Check {name} in?")
