"""Facility access: requests, decisions and what is missing."""
