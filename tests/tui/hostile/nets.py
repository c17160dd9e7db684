"""The three nets that keep data from acting on a terminal, and tearing one down to see whether the others hold."""

from __future__ import annotations

import pytest

from backend_client import _decode
from tui import inert


def _as_it_is(text: str) -> str:
    return text


def without_clients_net(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the client's models take any string as it comes."""
    monkeypatch.setattr(_decode, "clean_line", _as_it_is)
    monkeypatch.setattr(_decode, "clean_lines", _as_it_is)


def without_screens_net(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let text reach the widgets as it comes, wherever ``clean`` was imported to."""
    monkeypatch.setattr(inert.clean, "__code__", _as_it_is.__code__)


def without_last_net(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every line leave as a widget drew it."""
    monkeypatch.setattr(inert.InertFilter, "apply", lambda _self, segments, _background: segments)
