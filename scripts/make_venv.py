"""Builds .venv: a Python environment with the locked packages and this project in it.

Run by ``scripts/setup`` with the Python to build from, and the word ``run`` or ``dev``. Speaks in a few calm lines;
what pip says goes to ``.venv/visitdesk/setup.log``. Everything that a machine may lack ends in one sentence and exit
code 1.

``.venv/visitdesk/`` keeps what ``scripts/setup`` looks at: ``home``, the folder for which the environment was made (a
copied or moved environment still points at its old place), and a copy of each lock file that is installed.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STATE = VENV / "visitdesk"
LOCKS = {"run": ("requirements.lock",), "dev": ("requirements.lock", "requirements-dev.lock")}
NO_NETWORK = re.compile(
    r"name resolution|NameResolutionError|Name or service not known|nodename nor servname|Network is unreachable"
    r"|NewConnectionError|Connection refused|ConnectTimeout|Max retries exceeded",
)


class Lacking(Exception):
    """The machine lacks something; the text is the one sentence that says what."""


def main(want: str) -> int:
    """Make the environment hold what ``want`` (``run`` or ``dev``) needs: 0 when it does, 1 having said what lacks."""
    try:
        with (ROOT / "pyproject.toml").open() as one_at_a_time:
            fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
            if not is_ready(want):
                build(want)
    except Lacking as lack:
        print(lack, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Setting up stopped: {error.strerror or error} ({error.filename or VENV}).", file=sys.stderr)
        return 1
    return 0


def is_ready(want: str) -> bool:
    """Whether another set-up that ran meanwhile has done the work."""
    return is_at_home() and all(is_installed(lock) for lock in LOCKS[want])


def is_at_home() -> bool:
    """Whether the environment was made for this very folder and its Python still starts."""
    home = STATE / "home"
    if not home.is_file() or home.read_text(encoding="utf-8").rstrip("\n") != str(ROOT):
        return False
    try:
        return subprocess.run([python_of_venv(), "-c", ""], capture_output=True, check=False).returncode == 0
    except OSError:  # the Python from which it was made has been removed
        return False


def is_installed(lock: str) -> bool:
    """Whether the lock file is the one that was installed last."""
    copy = STATE / lock
    return copy.is_file() and copy.read_bytes() == (ROOT / lock).read_bytes()


def python_of_venv() -> str:
    """The path of the environment's interpreter."""
    return str(VENV / "bin" / "python")


def build(want: str) -> None:
    """Environment, packages, project; the state is written only after each has succeeded."""
    lock = LOCKS[want][-1]
    count = sum(1 for line in (ROOT / lock).read_text().splitlines() if "==" in line)
    purpose = "to run Visit Desk" if want == "run" else "to work on Visit Desk"
    print(f"Setting up .venv {purpose} (once, about a minute).", flush=True)
    if not is_at_home():
        print(f"  1/3  a Python {sys.version_info.major}.{sys.version_info.minor} environment", flush=True)
        make_environment()
    print(f"  2/3  {count} packages, as locked in {lock}", flush=True)
    pip("install", "--require-hashes", "--only-binary=:all:", "-r", lock)
    print("  3/3  Visit Desk itself", flush=True)
    pip("install", "--no-deps", "--no-build-isolation", "--no-index", "-e", ".")
    run([python_of_venv(), "-m", "compileall", "-q", "tui", "backend_client", "backend"])
    for installed in LOCKS[want]:
        shutil.copyfile(ROOT / installed, STATE / installed)


def make_environment() -> None:
    """A fresh environment, and the note for which folder it was made."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise Lacking(
            f"The Python at {sys.executable} lacks its {' and '.join(missing)} module: install it "
            "(on Debian and Ubuntu the package is called python3-venv) and start again.",
        )
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        reason = (made.stderr or made.stdout).strip().splitlines()
        raise Lacking(
            f"The Python at {sys.executable} could not make an environment in {VENV}: {(reason or ['?'])[-1]}"
        )
    STATE.mkdir()
    (STATE / "home").write_text(f"{ROOT}\n", encoding="utf-8")


def pip(*arguments: str) -> None:
    """Run the environment's pip, without the caller's per-user settings that would send packages elsewhere."""
    run([python_of_venv(), "-m", "pip", "--no-input", "--disable-pip-version-check", *arguments])


def run(command: list[str]) -> None:
    """Run one step with its output in the log; a failure becomes one sentence."""
    log = STATE / "setup.log"
    environment = {**os.environ, "PIP_USER": "0", "PIP_REQUIRE_HASHES": "0", "PYTHONNOUSERSITE": "1"}
    with log.open("w", encoding="utf-8") as out:
        step = subprocess.run(command, cwd=ROOT, env=environment, stdout=out, stderr=out, check=False)
    if step.returncode == 0:
        return
    said = log.read_text(encoding="utf-8", errors="replace")
    if NO_NETWORK.search(said):
        raise Lacking(
            "The packages could not be fetched: this machine does not reach the Python package index (no network?)."
        )
    lines = said.strip().splitlines() or ["no reason given"]
    reason = next((line for line in lines if line.startswith("ERROR:")), lines[-1])
    raise Lacking(f"Setting up stopped ({reason.removeprefix('ERROR: ')}); the whole story is in {log}.")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except KeyboardInterrupt:
        print("Stopped; start again to go on.", file=sys.stderr)
        sys.exit(130)
