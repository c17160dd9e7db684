"""Keys by name, as the bytes that a terminal sends for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KEYS: Final[Mapping[str, bytes]] = {
    "enter": b"\r",
    "tab": b"\t",
    "shift+tab": b"\x1b[Z",
    "backtab": b"\x1b[Z",
    "esc": b"\x1b",
    "escape": b"\x1b",
    "space": b" ",
    "backspace": b"\x7f",
    "delete": b"\x1b[3~",
    "insert": b"\x1b[2~",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "right": b"\x1b[C",
    "left": b"\x1b[D",
    "home": b"\x1b[H",
    "end": b"\x1b[F",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "f1": b"\x1bOP",
    "f2": b"\x1bOQ",
    "f3": b"\x1bOR",
    "f4": b"\x1bOS",
    "f5": b"\x1b[15~",
    "f6": b"\x1b[17~",
    "f7": b"\x1b[18~",
    "f8": b"\x1b[19~",
    "f9": b"\x1b[20~",
    "f10": b"\x1b[21~",
    "f11": b"\x1b[23~",
    "f12": b"\x1b[24~",
}
"""What a terminal of the xterm family sends for each named key."""


def key(name: str) -> bytes:
    """Return what a terminal sends for a key: a name of :data:`KEYS`, ``ctrl+x``, ``alt+x`` or a character."""
    if name in KEYS:
        return KEYS[name]
    if name.startswith("alt+"):
        return b"\x1b" + key(name.removeprefix("alt+"))
    if name.startswith("ctrl+") and len(name) == len("ctrl+") + 1:
        return bytes([ord(name[-1].upper()) & 0x1F])
    if len(name) == 1:
        return name.encode()
    raise ValueError(f"no key is called {name!r}")
