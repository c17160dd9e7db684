"""What this terminal tells the server about itself when somebody signs in."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend_client import SignInKind
    from tui.settings import Settings


def kind(settings: Settings) -> SignInKind:
    """Return the kind of place this terminal is: how long a sign-in lasts hangs on it."""
    from backend_client import SignInKind

    return SignInKind(settings.vault_profile)


def device() -> str:
    """Return what this terminal is called in a person's own list of sign-ins."""
    return platform.node()[:60] or "terminal"
