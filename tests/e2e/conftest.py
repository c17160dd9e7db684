"""The real program in a real terminal, with its real embedded server, in a home of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk import Desk, opened_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return a machine on which Visit Desk has never run; its terminals and its server are ended with the test."""
    with opened_desk(tmp_path) as machine:
        yield machine
