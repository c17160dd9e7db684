"""Arguments, then the environment, then one file, then defaults."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.settings import Settings, SettingsError, data_directory, load


def test_without_anything_said_the_defaults_hold(tmp_path: Path) -> None:
    assert load({"XDG_CONFIG_HOME": str(tmp_path)}) == Settings()


def test_arguments_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "visitdesk" / "visitdesk.toml"
    file.parent.mkdir()
    file.write_text('server = "https://file"\ntheme = "light"\nglyphs = "ascii"\n')
    environ = {"XDG_CONFIG_HOME": str(tmp_path), "VISITDESK_SERVER": "https://env", "VISITDESK_THEME": "contrast"}
    settings = load(environ, server="https://argument", demo=False)
    assert (settings.server, settings.theme, settings.glyphs) == ("https://argument", "contrast", "ascii")


@pytest.mark.parametrize(
    ("written", "said"),
    [("sevrer = 'x'", "sevrer"), ("theme = 3", "theme"), ("demo = 'yes'", "demo"), ("= broken", "cannot be read")],
)
def test_a_setting_that_cannot_be_used_is_told_by_name(tmp_path: Path, written: str, said: str) -> None:
    file = tmp_path / "my.toml"
    file.write_text(written)
    with pytest.raises(SettingsError, match=said):
        load({"VISITDESK_TERMINAL_CONFIG": str(file)})


def test_a_file_that_was_named_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        load({"VISITDESK_TERMINAL_CONFIG": str(tmp_path / "missing.toml")})


def test_switches_of_the_environment_are_words() -> None:
    assert load({"VISITDESK_DEMO": "yes", "HOME": "/nonexistent"}).demo
    assert not load({"VISITDESK_DEMO": "0", "HOME": "/nonexistent"}).demo


def test_a_kiosk_keeps_tokens_as_a_kiosk_does() -> None:
    assert load({"HOME": "/nonexistent"}, kiosk=True, profile="desktop").vault_profile == "kiosk"
    with pytest.raises(SettingsError, match="desktop, ssh, kiosk"):
        load({"HOME": "/nonexistent"}, profile="cloud")


def test_the_profile_is_set_and_never_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
    over_ssh = {"HOME": "/nonexistent", "SSH_TTY": "/dev/pts/1", "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}
    assert load(over_ssh).vault_profile == "desktop"
    assert load({**over_ssh, "VISITDESK_PROFILE": "ssh"}).vault_profile == "ssh"
    assert load({"HOME": "/nonexistent", "VISITDESK_PROFILE": "kiosk"}).kiosk


def test_the_demonstration_has_a_data_directory_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/home/ana/.local/share")
    assert data_directory(Settings()) == Path("/home/ana/.local/share/visitdesk")
    assert data_directory(Settings(demo=True)).name == "visitdesk-demo"
    assert data_directory(Settings(data_dir="/srv/desk", demo=True)) == Path("/srv/desk")


@pytest.mark.parametrize("demo", [False, True])
def test_both_sides_know_the_same_data_directory(demo: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    from backend.settings import default_data_dir

    monkeypatch.setenv("XDG_DATA_HOME", "/home/ana/.local/share")
    assert data_directory(Settings(demo=demo)) == default_data_dir(demonstration=demo)
