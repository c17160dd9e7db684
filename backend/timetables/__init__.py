"""Timetables and the openings derived from them."""
