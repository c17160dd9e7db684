"""Facilities, their settings, prices and terms."""
