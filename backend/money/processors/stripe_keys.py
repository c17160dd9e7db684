"""Stripe's keys: which mode one is of. Apart from what needs the SDK, so that settings can be read without it."""

from __future__ import annotations

import re
from typing import Final

from backend.secret import Secret

_KEY: Final = re.compile(r"(sk|rk)_(test|live)_\w+", re.ASCII)


def is_key(key: Secret) -> bool:
    """Say whether a text can be a secret or a restricted key (docs.stripe.com/keys); a publishable one is neither."""
    return _KEY.fullmatch(key.reveal()) is not None


def is_live(key: Secret) -> bool:
    """Say whether a key moves money: it names its mode."""
    return key.reveal().startswith(("sk_live_", "rk_live_"))
