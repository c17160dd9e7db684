"""Races replayed exactly: a seed decides who comes when, and virtual time takes no time."""
