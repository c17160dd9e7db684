"""A write is sent once, kept over retries, and answered by message."""

from __future__ import annotations

import asyncio

from textual.app import App
from textual.screen import Screen

from backend_client import Conflict, Intent, Unsettled, VisitDeskError
from tui.messages import Settled
from tui.writes import Writes


class Asking(Screen[None]):
    """A page that asks for things and notes what it hears."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def on_settled(self, message: Settled) -> None:
        message.deliver()

    def done(self, answer: str) -> None:
        self.heard.append(answer)

    def refused(self, error: VisitDeskError) -> None:
        self.heard.append(type(error).__name__)


class Line:
    """Where writes go: answers when told to, and notes the key of each intent."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.outcomes: list[str | VisitDeskError] = []
        self.open = asyncio.Event()
        self.open.set()

    async def send(self, intent: Intent) -> str:
        self.keys.append(intent.key)
        await self.open.wait()
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, str):
            return outcome
        raise outcome


def unsettled() -> Unsettled:
    return Unsettled("no answer", Intent.new())


class Fixture:
    """An app with one page, its writes and its line."""

    def __init__(self) -> None:
        self.page = Asking()
        self.orphans: list[tuple[str, VisitDeskError | None]] = []
        self.writes = Writes(lambda name, error: self.orphans.append((name, error)))
        self.line = Line()

    def begin(self, about: str = "this") -> bool:
        page = self.page
        return self.writes.begin(page, "add", self.line.send, about=about, then=page.done, refused=page.refused)


async def test_asking_again_while_it_runs_sends_nothing() -> None:
    at = Fixture()
    at.line.outcomes = ["yes"]
    at.line.open.clear()
    async with App[None]().run_test() as pilot:
        await pilot.app.push_screen(at.page)
        assert at.begin()
        assert not at.begin()
        await pilot.pause()
        assert at.writes.running("add")
        at.line.open.set()
        await at.writes.finish()
        await pilot.pause()
        assert at.page.heard == ["yes"]
        assert len(at.line.keys) == 1
        assert not at.writes.running("add")


async def test_every_new_thing_asked_for_has_a_key_of_its_own() -> None:
    at = Fixture()
    at.line.outcomes = ["one", "two"]
    async with App[None]().run_test() as pilot:
        await pilot.app.push_screen(at.page)
        for _turn in range(2):
            at.begin()
            await at.writes.finish()
        await pilot.pause()
        assert at.page.heard == ["one", "two"]
        assert len(set(at.line.keys)) == 2


async def test_what_is_unsettled_is_asked_again_with_the_same_key_until_it_is_settled() -> None:
    at = Fixture()
    at.line.outcomes = [unsettled(), unsettled(), "it had gone through", "new"]
    async with App[None]().run_test() as pilot:
        await pilot.app.push_screen(at.page)
        for _turn in range(4):
            at.begin()
            await at.writes.finish()
        await pilot.pause()
        assert at.page.heard == ["Unsettled", "Unsettled", "it had gone through", "new"]
        assert len(set(at.line.keys[:3])) == 1
        assert at.line.keys[3] != at.line.keys[2]


async def test_something_else_asked_for_meanwhile_has_another_key() -> None:
    at = Fixture()
    at.line.outcomes = [unsettled(), "other"]
    async with App[None]().run_test() as pilot:
        await pilot.app.push_screen(at.page)
        at.begin("this")
        await at.writes.finish()
        assert at.writes.unsettled("add")
        at.begin("that")
        await at.writes.finish()
        assert at.line.keys[0] != at.line.keys[1]
        assert not at.writes.unsettled("add")


async def test_a_refusal_reaches_the_page_and_is_not_kept() -> None:
    at = Fixture()
    at.line.outcomes = [Conflict(status=409, code="no_capacity"), "yes"]
    async with App[None]().run_test() as pilot:
        await pilot.app.push_screen(at.page)
        for _turn in range(2):
            at.begin()
            await at.writes.finish()
        await pilot.pause()
        assert at.page.heard == ["Conflict", "yes"]
        assert at.line.keys[0] != at.line.keys[1]


async def test_a_page_that_goes_away_does_not_take_its_write_with_it() -> None:
    at = Fixture()
    at.line.outcomes = ["yes"]
    at.line.open.clear()
    async with App[None]().run_test() as pilot:
        await pilot.app.push_screen(at.page)
        at.begin()
        await pilot.app.pop_screen()
        at.line.open.set()
        await at.writes.finish()
        assert at.orphans == [("add", None)]
        assert at.page.heard == []


async def test_a_late_answer_is_dropped_once_its_person_has_signed_out() -> None:
    at = Fixture()
    at.line.outcomes = [Conflict(status=409, code="no_capacity")]
    at.line.open.clear()
    async with App[None]().run_test() as pilot:
        await pilot.app.push_screen(at.page)
        at.begin()
        await pilot.pause()
        at.writes.forget()
        at.line.open.set()
        await at.writes.finish()
        await pilot.pause()
        assert at.page.heard == []
        assert at.orphans == []


async def test_a_late_unsettled_answer_gives_the_next_person_no_old_key() -> None:
    at = Fixture()
    at.line.outcomes = [unsettled(), "yes"]
    at.line.open.clear()
    async with App[None]().run_test() as pilot:
        await pilot.app.push_screen(at.page)
        at.begin()
        await pilot.pause()
        at.writes.forget()
        at.line.open.set()
        await at.writes.finish()
        assert not at.writes.unsettled("add")
        at.begin()
        await at.writes.finish()
        assert at.line.keys[0] != at.line.keys[1]


async def test_what_still_runs_for_one_person_keeps_no_key_of_the_next_dead() -> None:
    at = Fixture()
    at.line.outcomes = ["of the one before", "of the next"]
    at.line.open.clear()
    async with App[None]().run_test() as pilot:
        await pilot.app.push_screen(at.page)
        at.begin()
        await pilot.pause()
        at.writes.forget()
        assert not at.writes.running("add")
        assert at.begin()
        await pilot.pause()
        at.line.open.set()
        await at.writes.finish()
        await pilot.pause()
        assert at.page.heard == ["of the next"]
        assert not at.writes.running("add")
