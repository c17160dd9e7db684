"""The lock files hold what pyproject.toml asks for, by hash, and nothing of the machine on which they were made."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
SERVED = ("requirements.lock", "requirements-postgres.lock", "requirements-printer.lock", "requirements-stripe.lock")
LOCKS = (*SERVED, "requirements-dev.lock")


def pins(lock: str) -> dict[str, str]:
    """Return the locked version of each package."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.M)}


def asked_for(lock: str) -> list[Requirement]:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = table["dependency-groups"]
    extras = table["project"]["optional-dependencies"]
    more = {
        "requirements.lock": groups["setup"],
        "requirements-postgres.lock": extras["postgres"],
        "requirements-printer.lock": extras["printer"],
        "requirements-stripe.lock": extras["stripe"],
        "requirements-dev.lock": [*groups["setup"], *extras["postgres"], *groups["dev"]],
    }[lock]
    return [Requirement(line) for line in [*table["project"]["dependencies"], *more] if isinstance(line, str)]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_dependency_is_locked_at_a_version_that_is_allowed(lock: str) -> None:
    locked = pins(lock)
    wrong = [
        str(requirement)
        for requirement in asked_for(lock)
        if not requirement.specifier.contains(locked.get(canonicalize_name(requirement.name), "0"), prereleases=True)
    ]
    assert wrong == [], "run make lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    packages = re.split(r"\n(?=\w)", text.strip())
    assert [package for package in packages if "--hash=sha256:" not in package] == []
    assert re.findall(r"https?:|file:|--(?!hash=)[\w-]+| @ ", text) == []


def test_what_runs_and_what_is_tested_are_the_same_versions() -> None:
    tested = pins("requirements-dev.lock")
    for lock in SERVED:
        assert {name: tested.get(name) for name in pins(lock)} == pins(lock)
