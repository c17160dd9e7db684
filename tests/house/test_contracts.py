"""The import contracts bite: each is broken on purpose in a copy of the packages, and the copy is refused."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("tui", "backend_client", "backend")

# contract id -> (the module that breaks it, the import that does)
BREACHES = {
    "terminal-knows-the-public-door": ("tui/presentation.py", "import backend_client.errors"),
    "terminal-knows-no-server": ("tui/presentation.py", "import backend.clock"),
    "client-is-headless": ("backend_client/errors.py", "import textual.app"),
    "server-knows-no-client": ("backend/clock.py", "import backend_client"),
    "layers-of-the-terminal": ("tui/messages.py", "import tui.widgets"),
    "layers-of-a-noun": ("backend/access/models.py", "import backend.access.repository"),
    "own-repository": ("backend/access/service.py", "import backend.accounts.repository"),
    "services-know-no-web": ("backend/access/service.py", "from starlette.requests import Request"),
    "web-at-the-edge": ("backend/clock.py", "import fastapi"),
    "routes-at-the-top": ("backend/access/service.py", "import backend.facilities.routes"),
    "layers-of-the-server": ("backend/app.py", "import backend.serve.process"),
    "zones-from-coordinates": ("backend/facilities/service.py", "import tzfpy"),
    "rich-where-it-shows": ("backend/clock.py", "from rich.text import Text"),
    "nothing-needs-the-tests": ("backend/clock.py", "import tests.postgres"),
}


def contract_ids() -> list[str]:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [str(contract["id"]) for contract in table["tool"]["importlinter"]["contracts"]]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a folder with the project's packages and its contracts."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as c; c()",
        "--no-cache",
        *options,
    ]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_an_untouched_copy_keeps_every_contract(copy: Path) -> None:
    answer = lint(copy)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_contract_has_a_breach_to_be_tried() -> None:
    assert sorted(contract_ids()) == sorted(BREACHES)


@pytest.mark.parametrize("contract", BREACHES)
def test_one_added_import_breaks_the_contract(copy: Path, contract: str) -> None:
    module, breach = BREACHES[contract]
    target = copy / module
    assert target.is_file(), f"{module} has moved: choose another module to break this contract with"
    target.write_text(
        f"{target.read_text(encoding='utf-8')}\n\ndef breach() -> None:\n    {breach}\n", encoding="utf-8"
    )
    answer = lint(copy, "--contract", contract)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "0 kept, 1 broken" in answer.stdout
