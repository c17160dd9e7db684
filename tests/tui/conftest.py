"""What all tests of the terminal's program stand on: whoever drives it knows exactly when it has nothing left to do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.tui.idle import idle


@pytest.fixture(scope="session", autouse=True)
def _exact_waits() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module in ("app", "pilot"):
            patch.setattr(f"textual.{module}.wait_for_idle", idle)
        yield
