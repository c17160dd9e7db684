"""The trace: one sealed row for every change."""
