"""An installation for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.backend.running import Installation


@pytest.fixture
def installation() -> Iterator[Installation]:
    with Installation() as made:
        yield made
