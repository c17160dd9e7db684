"""The wizard that schedules a visit: one file a step. ``ScheduleVisit`` is the page to push."""

from tui.screens.schedule_visit.wizard import ScheduleVisit

__all__ = ["ScheduleVisit"]
