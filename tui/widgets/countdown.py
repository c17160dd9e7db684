"""How long something is still kept: the clock time of its end, and what is left."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.widget import Widget

from tui.clock import Clock
from tui.inert import inert
from tui.presentation import countdown, time_in
from tui.text import _

LOW_SECONDS = 120
"""From here on the page offers to keep the time for longer."""


class Countdown(Widget):
    """Says until when the time is kept and counts down beside it.

    It counts on the clock's monotonic seconds from the number of seconds that the server sent, so a terminal whose
    clock is wrong counts right. It takes no keys; it posts :class:`Low` once less than two minutes are left and
    :class:`RanOut` at the end.
    """

    DEFAULT_CSS = """
    Countdown { height: 1; width: 1fr; text-align: right; }
    """

    class Low(Message):
        """Less than two minutes are left."""

    class RanOut(Message):
        """Nothing is left."""

    def __init__(self, clock: Clock, zone: str | None, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        """Make a countdown that shows nothing yet.

        Args:
            clock: Tells how much time has passed.
            zone: IANA name of the zone in which the end is written; ``None`` is this machine's.
            id: The widget's id.
        """
        super().__init__(id=id)
        self._clock = clock
        self._zone = zone
        self._ends_at: datetime | None = None
        self._deadline = 0.0
        self._shown = -1
        self._low_told = False

    def keep(self, ends_at: datetime, deadline: float) -> None:
        """Count down to a moment.

        Args:
            ends_at: The end on the server's clock, in UTC: only written, never counted with.
            deadline: The end on the clock's monotonic seconds.
        """
        if (ends_at, deadline) != (self._ends_at, self._deadline):
            self._ends_at, self._deadline = ends_at, deadline
            self._low_told = False
            self._shown = -1
            self.refresh()
        self.tick()

    def stop(self) -> None:
        """Show nothing: nothing is kept."""
        self._ends_at = None
        self.refresh()

    @property
    def seconds_left(self) -> int:
        """Whole seconds that are left; 0 where nothing is kept."""
        return 0 if self._ends_at is None else max(0, int(self._deadline - self._clock.monotonic()))

    def on_mount(self) -> None:
        self.set_interval(1.0, self.tick)

    def tick(self) -> None:
        """A second has passed: draw what has changed, and tell when it gets short."""
        if self._ends_at is None or not self.is_mounted:
            return
        left = self.seconds_left
        if left == self._shown:
            return
        before, self._shown = self._shown, left
        # Only the digits move: over a slow line a whole row every second would be felt.
        digits = len(countdown(left)) + 1
        if left and before > 0 and len(countdown(before)) == len(countdown(left)):
            self.refresh(Region(self.size.width - digits, 0, digits, 1))
        else:
            self.refresh(layout=True)
        if left == 0 and before != 0:
            self.post_message(self.RanOut())
        elif left < LOW_SECONDS and not self._low_told:
            self._low_told = True
            self.refresh()
            self.post_message(self.Low())

    def render(self) -> Content:
        if self._ends_at is None:
            return Content("")
        left = self.seconds_left
        return self.words(time_in(self._ends_at, self._zone), left) if left else self.over()

    def words(self, until: str, left: int) -> Content:
        """Return what stands there while ``left`` seconds are left; the digits come last, before one sign."""
        style = "bold $caution" if left < LOW_SECONDS else ""
        return inert(_("We keep this time until {time} ({left})").format(time=until, left=countdown(left)), style)

    def over(self) -> Content:
        """Return what stands there once nothing is left."""
        return inert(_("The time we kept for you has run out."), "bold $caution")
