"""Files that are named on the command line."""

from __future__ import annotations

import sys
from pathlib import Path


def read_file(name: str) -> bytes | None:
    """Return the content of a file, ``-`` for standard input; None, once standard error says why, if there is none."""
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        print(f"visitdesk-server: {name} cannot be read: {error.strerror or error}.", file=sys.stderr)
        return None
