"""Work in the background: what is ended before it began, as by Ctrl+C at the start, leaves no word on the terminal."""

from __future__ import annotations

import ast
import gc
import warnings
from pathlib import Path

import pytest

import tui
from tests.tui.support import FakeServer, desk
from tui.__main__ import main

SOURCES = sorted(Path(tui.__file__).parent.rglob("*.py"))


async def test_work_that_is_ended_before_it_began_says_nothing() -> None:
    async with desk(FakeServer()) as at:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            at.app._begin()
            at.app.connecting.meet()
            at.app.sign_out()
            at.app.workers.cancel_all()
            await at.pilot.pause()
            gc.collect()
    assert [str(warning.message) for warning in said] == []


def test_work_is_given_as_a_function_everywhere() -> None:
    """A coroutine that is made before it is awaited is one that perhaps nobody awaits."""
    made = [
        f"{path.name}:{call.lineno}"
        for path in SOURCES
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "run_worker"
        if isinstance(call.args[0], ast.Call)
    ]
    assert made == []


@pytest.mark.parametrize(("asked_for", "first"), [([], "ignore"), (["default"], "always")])
def test_warnings_are_shown_to_who_asks_for_them_only(
    asked_for: list[str], first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.warnoptions", asked_for)
    monkeypatch.setattr("tui.__main__.scrub_environment", lambda _environ: None)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert main(["--help"]) == 0
        assert warnings.filters[0][0] == first
