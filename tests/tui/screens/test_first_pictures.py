"""Pictures of the pages before somebody is signed in, small and wide, in every theme. Each was looked at and kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion

from tests.tui.screens.test_create_account import HERE, answer_all
from tests.tui.screens.test_sign_in import DEMO, PEOPLE
from tests.tui.support import Desk, FakeServer, desk
from tui.screens.create_account import CreateAccount
from tui.screens.dialogs import Popup
from tui.screens.forgot_password import ForgotPassword

SMALL, WIDE = (80, 24), (120, 40)


def server() -> FakeServer:
    made = FakeServer()
    made.answer("GET", "/v1/demo/people", {"items": PEOPLE, "next_cursor": None})
    made.answer("POST", "/v1/accounts", HERE, status=202)
    made.answer("POST", "/v1/password/forgot", HERE, status=202)
    made.refuse("POST", "/v1/sign-in", 401, "sign_in_failed")
    return made


async def sign_in(at: Desk) -> None:
    await at.type("ana@example.org")


async def wrong_password(at: Desk) -> None:
    await at.type("ana@example.org")
    await at.press("enter")
    await at.type("battery")
    await at.press("enter")
    await at.sees("do not belong together")


async def name_wrong(at: Desk) -> None:
    await at.app.push_screen(CreateAccount())
    await at.type("Ana")
    await at.press("enter", "enter")
    await at.sees("Type the name as on your ID.")


async def code(at: Desk) -> None:
    await at.app.push_screen(CreateAccount())
    await answer_all(at)
    await at.sees("filled in from the message")


async def kind_of_id(at: Desk) -> None:
    await at.app.push_screen(CreateAccount())
    await answer_all(at)
    await at.sees("5 of 5")
    await at.press("escape", "escape")
    await at.sees("3 of 5")


async def forgot(at: Desk) -> None:
    await at.app.push_screen(ForgotPassword("ana@example.org"))
    await at.sees("Where shall we send a code?", "F1 Help")


async def keys(at: Desk) -> None:
    await at.press("f1")
    await at.sees("Keys of the page")


async def popup(at: Desk) -> None:
    sentence = "Request sent to Shelby County Jail. It shows as Pending. Answer due Wed Nov 25."
    await at.app.push_screen(Popup("Request sent", sentence))
    await at.sees("Answer due")


PAGES: dict[str, Callable[[Desk], Awaitable[None]]] = {
    "sign_in": sign_in,
    "wrong_password": wrong_password,
    "name_wrong": name_wrong,
    "kind_of_id": kind_of_id,
    "code": code,
    "forgot": forgot,
    "keys": keys,
    "popup": popup,
}
PICTURES = [
    *(pytest.param(page, SMALL, id=f"{page}-80x24") for page in PAGES),
    *(pytest.param(page, WIDE, id=f"{page}-120x40") for page in ("sign_in", "name_wrong", "popup")),
]


@pytest.mark.parametrize(("page", "size"), PICTURES)
async def test_the_page_looks_as_it_did(page: str, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    async with desk(server(), size=size) as at:
        await PAGES[page](at)
        await at.sees_not("One moment")
        assert at.app.export_screenshot(title="Visit Desk") == snapshot(extension_class=SVGImageExtension)


@pytest.mark.parametrize(
    ("theme", "glyphs"),
    [("dark", "full"), ("light", "full"), ("contrast", "full"), ("ansi16", "cp437"), ("none", "ascii")],
)
async def test_the_demonstration_looks_as_it_did_in_every_theme(
    theme: str, glyphs: str, snapshot: SnapshotAssertion
) -> None:
    async with desk(server(), settings=DEMO, theme=theme, glyphs=glyphs) as at:
        await at.sees("Sam Harper", "Visits her son")
        await at.press("down")
        await at.sees_not("One moment", "Starting")
        assert at.app.export_screenshot(title="Visit Desk") == snapshot(extension_class=SVGImageExtension)
