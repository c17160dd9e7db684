"""A short text as a QR code (ISO/IEC 18004): byte mode, error correction L, versions 1 to 5 (at most 106 bytes)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, TypeAlias

Modules: TypeAlias = tuple[tuple[bool, ...], ...]
"""The code's squares, row by row, dark ones true, without the quiet zone of four around them."""

QUIET: Final = 4
"""Light modules that a reader needs around the code."""

_BYTES: Final = (17, 32, 53, 78, 106)
"""The most bytes of each version at level L, from the standard's table 7. Larger ones fit no terminal of 24 lines."""

LONGEST: Final = _BYTES[-1]
"""The most bytes that the largest version here takes."""


class TooLong(ValueError):
    """The text has more bytes than the largest version here takes."""


def side(text: str) -> int:
    """Return how many modules a side has, without the quiet zone.

    Raises:
        TooLong: More than 106 bytes.
    """
    length = len(text.encode())
    for version, most in enumerate(_BYTES, 1):
        if length <= most:
            return 17 + 4 * version
    raise TooLong(f"a text of {length} bytes")


@lru_cache(maxsize=4)
def encode(text: str) -> Modules:
    """Return the code of a text, in the smallest version that takes it.

    Raises:
        TooLong: More than 106 bytes.
    """
    version = (side(text) - 17) // 4
    import segno

    code = segno.make_qr(text, error="l", version=version, mode="byte", encoding="utf-8", boost_error=False)
    return tuple(tuple(bool(module) for module in row) for row in code.matrix)
