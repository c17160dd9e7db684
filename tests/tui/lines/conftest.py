"""Terminals for programs that will be treated badly."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.terminal import Terminal, every_terminal_closed
from tests.tui.lines.listener import Listener, listening

Open: TypeAlias = Callable[..., Terminal]
VISITDESK = [sys.executable, "-m", "tui"]


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Return a server that only listens."""
    with listening() as server:
        yield server


@pytest.fixture
def open_terminal(tmp_path: Path, listener: Listener) -> Iterator[Open]:
    """Return what opens a terminal: with Visit Desk and arguments for it, or with another ``command``."""
    with every_terminal_closed() as terminals:

        def open_terminal(
            *arguments: str, command: list[str] | None = None, controlling: bool = True, **env: str
        ) -> Terminal:
            told = command or [*VISITDESK, "--server", listener.url, "--data-dir", str(tmp_path / "data"), *arguments]
            env = {"HOME": str(tmp_path), "PYTHONWARNINGS": "default", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/", **env}
            terminals.append(Terminal(told, env=env, cwd=tmp_path, controlling=controlling))
            return terminals[-1]

        yield open_terminal
