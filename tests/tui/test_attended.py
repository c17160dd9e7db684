"""What a page does by itself keeps nobody signed in: only the first call after a key counts."""

from __future__ import annotations

from tests.tui.support import FakeServer, desk


async def test_the_first_call_after_a_key_counts_and_no_other() -> None:
    async with desk(FakeServer()) as at:
        attended = at.app._attended
        attended()
        assert not attended()
        await at.press("tab")
        assert attended()
        assert not attended()
        await at.paste("ana@example.org")
        assert attended()
