"""The steps of a way, in one line: done, here, still to come."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui.glyphs import glyphs
from tui.inert import inert


@dataclass(frozen=True, slots=True)
class TrailStep:
    """One step of the trail.

    Attributes:
        label: Its word, translated.
        done: Whether it has an answer.
        here: Whether it is the one on the page; it is written in capitals.
    """

    label: str
    done: bool = False
    here: bool = False


class StepTrail(Widget):
    """Shows where in the wizard a person is. It takes no keys.

    Where the line is too short for all steps, the first ones that are done are left off.
    """

    DEFAULT_CSS = """
    StepTrail { height: 1; width: 100%; }
    """

    steps: reactive[tuple[TrailStep, ...]] = reactive((), layout=False)

    def render(self) -> Content:
        return trail(self.steps, self.size.width)


def trail(steps: tuple[TrailStep, ...], width: int) -> Content:
    """Write steps into one line of at most ``width`` cells."""
    parts = [_step(step) for step in steps]
    for first in range(len(parts)):
        line = Content("  ").join(parts[first:])
        if line.cell_length <= width or steps[first].here:
            return line
    return Content("")


def _step(step: TrailStep) -> Content:
    if step.here:
        return inert(step.label.upper(), "bold $accent")
    if step.done:
        return inert(step.label) + Content(" ") + inert(glyphs().done, "$positive")
    return inert(step.label, "$muted")
