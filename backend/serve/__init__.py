"""The server as a process: who owns the data directory, where it listens, how long it lives."""
