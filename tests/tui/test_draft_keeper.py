"""Answers reach the server also when the line was broken as they were given, and never after their person has left."""

from __future__ import annotations

from dataclasses import replace

from backend_client import Page
from tests.tui.screens.schedule_visit.world import FULL_DRAFT, to_terms, world
from tests.tui.support import ACCOUNT, SESSION, Desk, FakeServer, Json, desk
from tui.screens.home import Home

DRAFT = "/v1/draft"


def home() -> FakeServer:
    """Return a server at which one can schedule from the home page."""
    server = world()
    server.answer("GET", "/v1/visits", Page(()))
    server.answer("DELETE", "/v1/sign-in", None, status=204)
    return server


async def answer_and_leave_on_a_broken_line(at: Desk, server: FakeServer) -> None:
    """Open the wizard, let the line break, answer a question, and go back home."""
    await at.sees("Shelby County Jail")
    await at.press("2")
    await at.sees("Select the type of visit")
    await at.until(lambda: at.app.drafts.settled)
    server.lose("PUT", DRAFT)
    server.lose_changes()
    await to_terms(at)
    await at.press("escape")
    await at.sees("Select the type of visit")
    await at.press("escape")
    await at.sees("Video Connect", "Server not reachable")
    assert not at.app.drafts.settled


def last_draft(server: FakeServer) -> dict[str, Json]:
    """Return the draft that the server was told last."""
    body = server.asked("PUT", DRAFT)[-1].body
    assert isinstance(body, dict)
    return body


def mend(server: FakeServer) -> None:
    """Let the line be whole again."""
    server.answer("PUT", DRAFT, {"draft": FULL_DRAFT})
    server.mend_changes()


async def test_answers_given_on_a_broken_line_arrive_after_the_wizard_was_left() -> None:
    server = home()
    async with desk(server, Home()) as at:
        await answer_and_leave_on_a_broken_line(at, server)
        before = server.seen("PUT", DRAFT)
        mend(server)
        await at.until(lambda: at.app.drafts.settled)
        assert server.seen("PUT", DRAFT) == before + 1
        assert (last_draft(server)["visit_type"], last_draft(server)["step"]) == ("remote", "type")


async def test_the_wizard_opened_again_goes_on_with_answers_that_the_server_does_not_have_yet() -> None:
    server = home()
    async with desk(server, Home()) as at:
        await answer_and_leave_on_a_broken_line(at, server)
        await at.press("2")
        await at.sees("You were scheduling a visit.", "Remote")


async def test_answers_of_one_person_are_never_sent_for_the_next() -> None:
    server = home()
    async with desk(server, Home()) as at:
        await answer_and_leave_on_a_broken_line(at, server)
        at.app.sign_out()
        await at.sees("Forgot your password?")
        before = server.seen("PUT", DRAFT)
        mend(server)
        at.app.session.begin(replace(ACCOUNT, id="A2"), SESSION)
        at.app.follow_facility(None)
        at.app.go_home()
        await at.sees("Video Connect")
        await at.sees_not("Server not reachable")
        assert at.app.drafts.settled
        assert server.seen("PUT", DRAFT) == before


async def test_what_waits_behind_a_draft_on_its_way_is_not_sent_once_its_person_has_signed_out() -> None:
    server = home()
    async with desk(server, Home()) as at:
        gate = server.hold("PUT", DRAFT)
        at.app.drafts.keep(FULL_DRAFT)
        await at.until(lambda: server.seen("PUT", DRAFT) == 1)
        at.app.drafts.keep(replace(FULL_DRAFT, step="payment"))
        at.app.sign_out()
        await at.sees("Forgot your password?")
        gate.open()
        await at.until(lambda: not [worker for worker in at.app.workers if worker.name == "keep draft"])
        assert server.seen("PUT", DRAFT) == 1


async def test_a_draft_that_is_refused_for_good_is_not_sent_for_ever() -> None:
    server = home()
    server.refuse("PUT", DRAFT, 422, "invalid")
    async with desk(server, Home()) as at:
        at.app.drafts.keep(FULL_DRAFT)
        await at.until(lambda: not [worker for worker in at.app.workers if worker.name == "keep draft"])
        assert server.seen("PUT", DRAFT) == 1
        server.answer("PUT", DRAFT, {"draft": FULL_DRAFT})
        at.app.drafts.keep(FULL_DRAFT)
        await at.until(lambda: at.app.drafts.settled)
