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

    Where the line is too short for all steps, the first ones that are done are left off, then the last ones, with a
    mark where something is left out.
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
    here = next((number for number, step in enumerate(steps) if step.here), 0)
    # What is behind matters less than what is ahead, and the present step more than both.
    cuts = [(first, len(parts)) for first in range(here + 1)]
    cuts += [(here, end) for end in range(len(parts) - 1, here, -1)]
    lines = (_cut(parts, first, end) for first, end in cuts)
    return next((line for line in lines if line.cell_length <= width), Content("  ").join(parts[here : here + 1]))


def _cut(parts: list[Content], first: int, end: int) -> Content:
    """Join the parts from ``first`` to before ``end``, with a mark at each end where something is left out."""
    mark = [inert("…", "$muted")]
    before, behind = mark if first else [], mark if end < len(parts) else []
    return Content("  ").join([*before, *parts[first:end], *behind])


def _step(step: TrailStep) -> Content:
    if step.here:
        return inert(step.label.upper(), "bold $accent")
    if step.done:
        return inert(step.label) + Content(" ") + inert(glyphs().done, "$positive")
    return inert(step.label, "$muted")
