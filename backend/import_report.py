"""What loading a file of rows did, and what is to be told about some of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[int, int], None]
"""Takes how many rows are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something to tell about one row: its line in the file, what or whom it names, and a sentence."""

    line: int
    name: str
    sentence: str


@dataclass(slots=True)
class Report:
    """How many of what was loaded is new, and how many were there; the rows that were left out or need a look."""

    loaded: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: list[Line] = field(default_factory=list)
    attention: list[Line] = field(default_factory=list)

    @property
    def skipped_by_reason(self) -> dict[str, int]:
        """How many rows were skipped for each reason, the most frequent first."""
        return dict(Counter(line.sentence for line in self.skipped).most_common())
