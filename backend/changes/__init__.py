"""The change cursor, by which a terminal learns what changed."""
