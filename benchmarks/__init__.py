"""Every figure that the documents claim, one command each, as ratios against a stated limit."""
