"""Where a page says that something did not work."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui.glyphs import glyphs
from tui.inert import inert
from tui.problems import Sentence

APART = "   "
"""Between two choices on one line."""


class ProblemLine(Widget):
    """Says what happened, what it means and what to do, in as many lines as it takes; no room while there is nothing.

    The sign before it says the same as its colour.
    """

    DEFAULT_CSS = """
    ProblemLine { height: auto; max-height: 8; padding: 0 2; display: none; }
    ProblemLine.-shown { display: block; }
    """

    problem: reactive[Sentence | None] = reactive(None, layout=True)

    def watch_problem(self, problem: Sentence | None) -> None:
        self.set_class(problem is not None, "-shown")

    def render(self) -> Content:
        if self.problem is None:
            return Content("")
        rest = " ".join(part for part in (self.problem.meaning, self.problem.next_step) if part)
        said = inert(f"{glyphs().notice} {self.problem.what}", "bold $critical")
        said = said + Content(" ") + inert(rest) if rest else said
        choices = self.problem.choices
        one_line = APART.join(choices)
        fits = cell_len(one_line) <= (self.size.width or self.container_size.width)
        below = [one_line] if choices and fits else list(choices)
        return Content("\n").join([said, *(inert(f"  {line}") for line in below)])
