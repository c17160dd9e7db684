"""Disputes: a visitor says that a charge is wrong, and support decides by a date that is shown."""
