"""The self-check of a kiosk says what is not in force, one thing at a time, and nothing of what is."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tui.kiosk.checking import findings, report
from tui.settings import Settings

DEPLOY = Path(__file__).resolve().parents[3] / "deploy" / "kiosk"
THIS_USER = ("a user of its own", "a user that cannot log in", "no core dumps of its own")
"""What hangs on who runs the test, and how."""
Break = Callable[[Path], object]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A machine that is set up as docs/operations.md says."""
    units = tmp_path / "etc/systemd/system"
    wanted = units / "multi-user.target.wants"
    wanted.mkdir(parents=True)
    for unit in ("visitdesk-kiosk.service", "visitdesk-kiosk-keys.service"):
        (wanted / unit).symlink_to(f"../{unit}")
    for unit in ("getty@tty1.service", "ctrl-alt-del.target"):
        (units / unit).symlink_to("/dev/null")
    for name in ("logind", "system"):
        folder = tmp_path / f"etc/systemd/{name}.conf.d"
        folder.mkdir()
        (folder / "visitdesk-kiosk.conf").write_text((DEPLOY / f"{name}.conf").read_text())
    kernel = tmp_path / "proc/sys/kernel"
    kernel.mkdir(parents=True)
    for name, value in re.findall(r"^kernel\.(\w+) = (.*)$", (DEPLOY / "sysctl.conf").read_text(), re.MULTILINE):
        (kernel / name).write_text(f"{value}\n")
    (tmp_path / "proc/swaps").write_text("Filename Type Size Used Priority\n")
    credential = tmp_path / "kiosk.credential"
    credential.write_text("k.0\n")
    credential.chmod(0o600)
    return tmp_path


def settings(root: Path, server: str = "https://visits.example.org") -> Settings:
    return Settings(kiosk=True, server=server, kiosk_credential=str(root / "kiosk.credential"))


def missing(root: Path, asked: Settings | None = None) -> list[str]:
    found = findings(asked or settings(root), root)
    return [one.what for one in found if not one.in_force and not one.what.startswith(THIS_USER)]


def test_a_machine_that_is_set_up_as_written_lacks_nothing(root: Path) -> None:
    assert missing(root) == []


BROKEN: list[tuple[str, Break]] = [
    ("enrolled", lambda root: (root / "kiosk.credential").unlink()),
    ("enrolled", lambda root: (root / "kiosk.credential").chmod(0o604)),
    (
        "unit is enabled",
        lambda root: (root / "etc/systemd/system/multi-user.target.wants/visitdesk-kiosk.service").unlink(),
    ),
    (
        "keys are quiet",
        lambda root: (root / "etc/systemd/system/multi-user.target.wants/visitdesk-kiosk-keys.service").unlink(),
    ),
    ("kiosk's console", lambda root: (root / "etc/systemd/system/getty@tty1.service").unlink()),
    ("Ctrl+Alt+Del does", lambda root: (root / "etc/systemd/system/ctrl-alt-del.target").unlink()),
    (
        "other console",
        lambda root: (root / "etc/systemd/logind.conf.d/visitdesk-kiosk.conf").write_text("NAutoVTs=6\n"),
    ),
    ("seven times", lambda root: (root / "etc/systemd/system.conf.d/visitdesk-kiosk.conf").unlink()),
    ("SysRq", lambda root: (root / "proc/sys/kernel/sysrq").write_text("1\n")),
    ("dumps of anything", lambda root: (root / "proc/sys/kernel/core_pattern").write_text("core\n")),
    ("swap", lambda root: (root / "proc/swaps").write_text("Filename Type\n/dev/sda2 partition\n")),
]


@pytest.mark.parametrize(("what", "breaks"), BROKEN, ids=[what for what, _ in BROKEN])
def test_whatever_is_not_in_force_is_named_and_nothing_else(root: Path, what: str, breaks: Break) -> None:
    breaks(root)
    [found] = missing(root)
    assert what in found


@pytest.mark.parametrize(("server", "fine"), [("http://visits.example.org", False), ("http://127.0.0.1:8470", True)])
def test_a_server_elsewhere_is_reached_by_https(root: Path, server: str, fine: bool) -> None:
    assert (missing(root, settings(root, server)) == []) is fine


def test_the_report_says_what_to_do_and_its_exit_code_says_whether_there_is_anything(root: Path) -> None:
    (root / "etc/systemd/system/getty@tty1.service").unlink()
    said: list[str] = []
    assert report(settings(root), root, said.append) == 1
    assert "  NOT  no login on the kiosk's console\n       systemctl mask getty@tty1.service" in said


def test_no_key_of_the_console_leads_to_another_one_holds_the_picture_or_restarts_the_machine() -> None:
    keymap = """keymaps 0-127
    alt keycode  59 = Console_1
        keycode 105 = Decr_Console
    control alt keycode 111 = Boot
    shift keycode 104 = Scroll_Backward
    altgr control keycode 70 = Show_Memory
        keycode  70 = Scroll_Lock
    shift keycode  70 = Hold
        keycode  30 = +a
        keycode  28 = Return
    """
    made = subprocess.run([DEPLOY / "quiet-keys"], input=keymap, capture_output=True, text=True, check=True).stdout
    assert made.count("VoidSymbol") == 7
    assert re.findall(r"= (\S+)", made)[-2:] == ["+a", "Return"]
