"""Faults to plant on purpose, to see that the machine finds them. The product knows nothing of this."""
