"""Saying what of a kiosk's set-up is not in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.settings import Settings


def report(settings: Settings) -> int:
    """Print one line a finding; return 0 if everything is in force, 1 if not."""
    return 0 if settings.kiosk else 1
