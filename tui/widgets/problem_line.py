"""Where a page says that something did not work."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui.glyphs import glyphs
from tui.inert import inert
from tui.problems import Sentence


class ProblemLine(Widget):
    """Says what happened, what it means and what to do, in one to four lines; takes no room while there is nothing.

    The sign before it says the same as its colour.
    """

    DEFAULT_CSS = """
    ProblemLine { height: auto; max-height: 4; padding: 0 2; display: none; }
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
        return said + Content(" ") + inert(rest) if rest else said
