"""``python -m tests.torture.planted FAULT serve …``: ``visitdesk-server`` with a fault planted in it."""

from __future__ import annotations

import sys

from backend.cli.main import main
from tests.torture.plants import PLANTS

if __name__ == "__main__":
    with PLANTS[sys.argv[1]].planted():
        sys.exit(main(sys.argv[2:]))
