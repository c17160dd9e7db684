"""The truth: what may be scheduled, by whom, when, and at what price; served over HTTP."""
