"""Drawing single lines: from content to a strip of exactly one width."""

from __future__ import annotations

from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget


def styled_strip(widget: Widget, content: Content, width: int, component: str | None = None) -> Strip:
    """Draw one line of content over the whole width.

    Args:
        widget: Whose line it is; variables in spans are those of its app's theme.
        content: One line, inert already.
        width: Cells to fill; content is cut or padded to it.
        component: A component class that styles the whole line, for instance the cursor's.
    """
    base = widget.get_visual_style(component) if component else widget.visual_style
    if component and widget.get_component_styles(component).text_style.reverse:
        base += Style(reverse=True)  # Textual leaves it out, and without colour it is all that shows the cursor
    drawn = content.render(base, end="", parse_style=widget.app.stylesheet.parse_style)
    segments = [Segment(text, style.rich_style) for text, style in drawn]
    return Strip(segments, content.cell_length).adjust_cell_length(width, base.rich_style)


def pad_cells(count: int) -> Content:
    """Return this many spaces; none where there is no room."""
    return Content(" " * max(count, 0))


def right_aligned(content: Content, width: int) -> Content:
    """Return content at the right end of a column of this width."""
    return pad_cells(width - content.cell_length) + content


def left_aligned(content: Content, width: int) -> Content:
    """Return content at the left of a column of this width, cut with an ellipsis where it is too long."""
    return content.truncate(width, ellipsis=True).pad_right(max(width - content.cell_length, 0))
