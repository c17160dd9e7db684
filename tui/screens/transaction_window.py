"""The stretch of a very long list that a terminal keeps: what lies far above or below is let go, and read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backend_client import Page, Transaction

MOST: Final = 600
"""Lines that are kept at the most: a terminal's memory stays the same however far somebody scrolls."""


class Window:
    """Neighbouring pages of a list, and the cursors of those before and behind them.

    Attributes:
        pages: What is kept, page by page.
    """

    def __init__(self) -> None:
        self.pages: list[tuple[Transaction, ...]] = []
        self._cursors: list[str | None] = [None]
        self._first = 0

    @property
    def lines(self) -> list[Transaction]:
        """Every line that is kept."""
        return [line for page in self.pages for line in page]

    @property
    def more(self) -> bool:
        """Whether the server has lines below."""
        return self._first + len(self.pages) < len(self._cursors)

    @property
    def before(self) -> bool:
        """Whether lines above were let go."""
        return self._first > 0

    @property
    def cursor_below(self) -> str | None:
        """What the next page below is asked for with."""
        return self._cursors[self._first + len(self.pages)]

    @property
    def cursor_above(self) -> str | None:
        """What the page above is asked for with; None for the first one."""
        return self._cursors[self._first - 1]

    @property
    def cursor_here(self) -> str | None:
        """What the first page that is kept is asked for with; None for the first one."""
        return self._cursors[self._first]

    def begin(self, page: Page[Transaction]) -> None:
        """Keep the first page, and nothing else."""
        self.pages, self._cursors, self._first = [], [None], 0
        self.add_below(page)

    def renew(self, pages: Sequence[Page[Transaction]]) -> None:
        """Keep these instead of the pages that are kept; they were asked for one with the other's cursor."""
        self.pages = []
        del self._cursors[self._first + 1 :]
        for page in pages:
            self.add_below(page)

    def add_below(self, page: Page[Transaction]) -> None:
        """Keep the page below, and let go of what is too far above."""
        self.pages.append(page.items)
        del self._cursors[self._first + len(self.pages) :]
        if page.next_cursor is not None:
            self._cursors.append(page.next_cursor)
        while len(self.pages) > 1 and self._count > MOST:
            self.pages.pop(0)
            self._first += 1

    def add_above(self, page: Page[Transaction]) -> None:
        """Keep the page above, and let go of what is too far below.

        New lines at the top move others down: what is here already is not taken twice.
        """
        here = {line.id for line in self.pages[0]} if self.pages else set()
        self.pages.insert(0, tuple(line for line in page.items if line.id not in here))
        self._first -= 1
        while len(self.pages) > 1 and self._count > MOST:
            self.pages.pop()

    @property
    def _count(self) -> int:
        return sum(map(len, self.pages))
