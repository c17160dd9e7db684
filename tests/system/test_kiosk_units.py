"""The kiosk's units, as Debian's own systemd reads them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.system

ROOT = Path(__file__).resolve().parents[2]
LEAST_EXPOSED = 2.0
"""Of 10: what `systemd-analyze security` may find at most; a plain service has 9.6."""


def unit(name: str, folder: Path) -> Path:
    """Return a copy of a unit that finds its programs here, for `systemd-analyze` looks whether they are there."""
    copy = folder / name
    copy.write_text((ROOT / "deploy" / "kiosk" / name).read_text().replace("/opt/visit-desk", str(ROOT)))
    return copy


def analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["visitdesk-kiosk.service", "visitdesk-kiosk-keys.service"])
def test_systemd_finds_nothing_wrong_with_the_unit(name: str, tmp_path: Path) -> None:
    found = analyze("verify", "--man=no", unit(name, tmp_path))
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_a_mistake_in_the_unit_would_be_found(tmp_path: Path) -> None:
    wrong = unit("visitdesk-kiosk.service", tmp_path)
    wrong.write_text(wrong.read_text().replace("ProtectSystem=strict", "ProtectSystm=strict"))
    assert "ProtectSystm" in analyze("verify", "--man=no", wrong).stderr


def test_the_kiosk_is_exposed_to_next_to_nothing(tmp_path: Path) -> None:
    found = analyze(
        "security",
        "--offline=true",
        "--no-pager",
        f"--threshold={LEAST_EXPOSED * 10:.0f}",
        unit("visitdesk-kiosk.service", tmp_path),
    )
    said = re.search(r"Overall exposure level for visitdesk-kiosk.service: ([\d.]+)", found.stdout)
    assert said is not None, found.stderr
    assert float(said[1]) <= LEAST_EXPOSED
    assert found.returncode == 0


def test_the_kiosk_stands_where_the_login_was() -> None:
    text = (ROOT / "deploy" / "kiosk" / "visitdesk-kiosk.service").read_text()
    for line in (
        "Conflicts=getty@tty1.service",
        "TTYPath=/dev/tty1",
        "TTYVTDisallocate=yes",
        "User=visitdesk-kiosk",
        "NoNewPrivileges=yes",
        "Restart=always",
    ):
        assert f"\n{line}\n" in text
