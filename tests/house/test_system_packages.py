"""``make test-system`` says in one line what it leaves out, and fails only where it was told that it must not."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EVERYWHERE = ("sh", "sed", "dirname", "tr", "grep")
NO_DEBIAN: dict[str, str] = {}
NOT_ROOT = {"dpkg-query": "exit 1", "apt-get": "exit 1", "id": "echo 1000"}
NO_NETWORK = {"dpkg-query": "exit 1", "apt-get": "exit 100", "id": "echo 0"}


def run_it(programs: Path, extra: dict[str, str], **environ: str) -> subprocess.CompletedProcess[str]:
    """Run it where only these programs are to be had."""
    programs.mkdir()
    for name in EVERYWHERE:
        found = shutil.which(name)
        assert found is not None
        (programs / name).symlink_to(found)
    for name, does in extra.items():
        (programs / name).write_text(f"#!/bin/sh\n{does}\n")
        (programs / name).chmod(0o755)
    outside = {name: value for name, value in os.environ.items() if name != "VISITDESK_REQUIRE_SYSTEM"}
    return subprocess.run(
        ["/bin/sh", ROOT / "scripts" / "test_system"],
        env={**outside, **environ, "PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        (NO_DEBIAN, "this is not Debian"),
        (NOT_ROOT, "only root can install strace"),
        (NO_NETWORK, "these packages cannot be had: strace"),
    ],
)
def test_what_cannot_be_had_is_said_in_one_line_and_left_out(tmp_path: Path, extra: dict[str, str], says: str) -> None:
    done = run_it(tmp_path / "bin", extra)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    assert says in done.stdout


def test_where_it_must_not_be_left_out_it_fails(tmp_path: Path) -> None:
    done = run_it(tmp_path / "bin", NO_NETWORK, VISITDESK_REQUIRE_SYSTEM="1")

    assert done.returncode != 0
    assert "left out" in done.stdout
