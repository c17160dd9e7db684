"""What the app keeps from happening: crashes that tell, clipboards that keep, ways out of a kiosk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.tui.support import FakeServer, desk
from tui import crash
from tui.app import VisitDeskApp
from tui.homes import HOMES
from tui.inert import InertFilter
from tui.settings import Settings

KIOSK = Settings(server="http://127.0.0.1:9", data_dir=os.devnull, kiosk=True, profile="kiosk")
WAYS_OUT = [
    "suspend_process",
    "command_palette",
    "screenshot",
    "change_theme",
    "toggle_dark",
    "open_url",
    "push_screen",
    "simulate_key",
    "notify",
    "show_help_panel",
    "help_quit",
    "bell",
]


@pytest.mark.parametrize("action", WAYS_OUT)
def test_only_what_is_on_the_list_can_be_done_by_a_key_or_a_link(action: str) -> None:
    assert not VisitDeskApp(Settings(server="x"), make_client=None).check_action(action, ())


def test_a_kiosk_cannot_be_quit_and_a_desktop_can() -> None:
    assert not VisitDeskApp(KIOSK).check_action("quit", ())
    assert VisitDeskApp(Settings(server="x")).check_action("quit", ())


async def test_the_keys_that_lead_out_of_textual_do_nothing_on_a_kiosk() -> None:
    async with desk(FakeServer(), settings=KIOSK) as at:
        await at.press("ctrl+q", "ctrl+c", "ctrl+p", "ctrl+z", "ctrl+backslash", "f10")
        await at.type("still here")
        text = await at.sees("still here")
        assert "Quit" not in text


async def test_a_link_in_data_does_nothing() -> None:
    async with desk(FakeServer()) as at:
        await at.app.run_action("app.suspend_process")
        await at.app.run_action("app.screenshot")
        await at.sees("E-mail")


async def test_a_password_never_reaches_the_terminals_clipboard(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    async with desk(FakeServer()) as at:
        driver = at.app._driver
        assert driver is not None
        monkeypatch.setattr(driver, "write", written.append)
        await at.press("tab")
        await at.type("battery")
        await at.press("shift+home", "ctrl+c", "ctrl+x")
        assert not any("\x1b]52" in part for part in written)
        assert at.app.clipboard == ""


async def test_what_a_widget_lets_through_is_caught_by_the_last_net() -> None:
    app = VisitDeskApp(Settings(server="x"))
    assert any(isinstance(line_filter, InertFilter) for line_filter in app.get_line_filters())


def test_a_crash_says_nothing_but_a_sentence_and_a_reference(tmp_path: Path) -> None:
    def breaks(card_number: str) -> None:
        raise ValueError(f"bad card {card_number}")

    with pytest.raises(ValueError) as broken:
        breaks("4242424242424242")
    said = crash.farewell(broken.value, Settings(data_dir=str(tmp_path))).plain
    log = (tmp_path / "terminal.log").read_text()
    assert "Something went wrong on our side" in said
    assert said.split("Reference ")[1][:6] in log
    assert "ValueError" in log
    assert "breaks" in log
    assert "4242" not in said + log
    assert (tmp_path / "terminal.log").stat().st_mode & 0o777 == 0o600


def test_a_kiosk_writes_nothing_down_when_it_breaks(tmp_path: Path) -> None:
    crash.farewell(ValueError("x"), Settings(data_dir=str(tmp_path), kiosk=True))
    assert not list(tmp_path.iterdir())


async def break_down(settings: Settings) -> None:
    """Run the app and let it break."""

    def broken() -> None:
        password = "correct horse battery"
        assert password
        raise ZeroDivisionError

    async with desk(FakeServer(), settings=settings) as at:
        at.app.call_later(broken)
        await at.pilot.pause()
        await at.pilot.pause()


async def test_a_crash_of_the_running_app_shows_no_local_variable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ZeroDivisionError):
        await break_down(Settings(server="http://127.0.0.1:9", data_dir=str(tmp_path)))
    captured = capsys.readouterr()
    assert "battery" not in captured.out + captured.err
    assert "Reference" in captured.err


def test_every_role_has_a_home() -> None:
    assert set(HOMES) == {"visitor", "officer", "support", "operator"}
