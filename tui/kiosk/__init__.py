"""A kiosk: a machine that strangers use one after another. See ``docs/operations.md`` for how one is set up."""
