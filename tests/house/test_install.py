"""A newcomer's three ways in, each from a clean clone at a path with a space in it: make, a wheel, and pipx."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.desk import opened_desk
from tests.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("tui", "backend_client", "backend")
COMMANDS = ("visitdesk", "visitdesk-server")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]


def environment(**extra: str) -> dict[str, str]:
    """Return what a login shell would have: nothing of this test run, of make, or of an environment."""
    kept = ("PATH", "HOME", "TMPDIR", "LANG", "SSL_CERT_FILE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "PYENV_VERSION")
    mine = {
        name: value for name, value in os.environ.items() if name.upper() in kept or name.startswith(("PIP_", "UV_"))
    }
    return {**mine, "UV_LINK_MODE": "copy", **extra}


def run(*command: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Run a command; return what it printed. A failure shows all of it."""
    words = [str(word) for word in command]
    answer = subprocess.run(
        words,
        cwd=cwd,
        env=env or environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, f"{words} ended with {answer.returncode}:\n{answer.stdout}"
    return answer.stdout


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clean clone; where the project was handed over without git, a copy without what was built in it."""
    place = tmp_path_factory.mktemp("newcomer") / "a clone of mine, höre"
    if (ROOT / ".git").exists() and shutil.which("git"):
        run("git", "-c", "safe.directory=*", "clone", "--quiet", "--no-hardlinks", ROOT, place, cwd=place.parent)
    else:
        shutil.copytree(ROOT, place, ignore=shutil.ignore_patterns(".venv", "__pycache__", ".*_cache", ".hypothesis"))
    return place


@pytest.fixture(scope="module")
def wheel(clone: Path) -> Path:
    """Return the wheel that the clone builds."""
    out = clone.parent / "wheels"
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, cwd=clone)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def pins(clone: Path) -> Path:
    """Return a constraints file with the locked versions (a lock with hashes cannot constrain a folder)."""
    lines = (clone / "requirements.lock").read_text(encoding="utf-8").splitlines()
    path = clone.parent / "pins.txt"
    path.write_text("\n".join(line.rstrip("\\ ") for line in lines if "==" in line), encoding="utf-8")
    return path


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(clone: Path, wheel: Path) -> None:
    kept = {
        path.relative_to(clone).as_posix()
        for package in PACKAGES
        for path in (clone / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == kept


def test_the_wheel_gives_working_commands_in_a_bare_environment(wheel: Path, pins: Path, tmp_path: Path) -> None:
    uv = (sys.executable, "-m", "uv", "--quiet", "--no-config")
    bare = tmp_path / "bare environment"
    run(*uv, "venv", "--python", sys.executable, bare, cwd=tmp_path)
    run(*uv, "pip", "install", "--python", bare, "--constraint", pins, wheel, cwd=tmp_path)
    for command in COMMANDS:
        assert re.match(rf"usage: {command}\b", run(bare / "bin" / command, "--help", cwd=tmp_path))
    create = (
        "from backend.db import Database; from backend.migrations import migrate; print(migrate(Database('sqlite://')))"
    )
    assert run(bare / "bin" / "python", "-c", create, cwd=tmp_path) == "True\n"


def test_pipx_installs_the_clone_as_working_commands(clone: Path, pins: Path, tmp_path: Path) -> None:
    home = {
        "PIPX_HOME": str(tmp_path / "pipx"),
        "PIPX_BIN_DIR": str(tmp_path / "bin"),
        "PIPX_DEFAULT_PYTHON": sys.executable,
        "UV_CONSTRAINT": str(pins).replace(" ", "\\ "),
    }
    run(sys.executable, "-m", "pipx", "install", ".", cwd=clone, env=environment(**home))
    for command in COMMANDS:
        assert re.match(rf"usage: {command}\b", run(tmp_path / "bin" / command, "--help", cwd=tmp_path))


def test_make_sets_the_clone_up_once_and_then_only_starts_it(clone: Path, tmp_path: Path) -> None:
    unreachable = environment(PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="1", PIP_CONFIG_FILE=os.devnull)
    cut_off = subprocess.run(["make", "setup"], cwd=clone, env=unreachable, capture_output=True, text=True, check=False)
    assert cut_off.returncode != 0
    assert cut_off.stderr.startswith("The packages could not be fetched: ")
    assert cut_off.stderr.splitlines()[1].startswith("make: ")

    said = run("make", "setup", cwd=clone)
    assert said.splitlines()[0] == "Setting up .venv to run Visit Desk (once, about a minute)."
    assert len(said.splitlines()) <= 4
    assert run("make", "setup", cwd=clone) == ""
    started = run(clone / ".venv" / "bin" / "python", "-m", "tui", "--help", cwd=clone)
    assert started.startswith("usage: visitdesk")
    where = run(
        clone / ".venv" / "bin" / "python", "-P", "-c", "import backend; print(backend.__file__)", cwd=clone.parent
    )
    assert Path(where.strip()).is_relative_to(clone)

    with opened_desk(tmp_path) as desk:
        desk.data_dir = tmp_path / ".local" / "share" / "visitdesk-demo"
        terminal = Terminal(["make", "run"], cwd=clone, env=desk.env)
        desk.terminals.append(terminal)
        terminal.wait_for(re.compile("demonstration", re.IGNORECASE), timeout=60)
        terminal.press("ctrl+q")
        assert terminal.wait_exit() == 0


def test_a_newcomer_who_is_not_root_sets_up_a_clone_of_their_own(clone: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("these tests are not run by root: every other one here is such a newcomer")
    nobody = pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory(prefix="vd-newcomer-") as folder:
        home = Path(folder)
        mine = home / clone.name
        shutil.copytree(clone, mine, ignore=shutil.ignore_patterns(".venv", "build", "__pycache__", "*.egg-info"))
        for place in (home, mine, *mine.rglob("*")):
            os.chown(place, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)

        def as_nobody(*command: str | Path) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                command,
                cwd=mine,
                env=environment(HOME=str(home), TMPDIR=str(home)),
                user=nobody.pw_uid,
                group=nobody.pw_gid,
                extra_groups=[],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )

        said = as_nobody("make", "setup")
        if "this machine has no Python" in said.stdout:
            pytest.skip("only root can start this machine's Python")
        assert said.returncode == 0, said.stdout
        assert as_nobody("make", "setup").stdout == ""
        assert as_nobody(mine / ".venv" / "bin" / "python", "-m", "tui", "--help").stdout.startswith("usage: visitdesk")
