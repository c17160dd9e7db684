"""The roster: who is held where, and how a person is found."""
