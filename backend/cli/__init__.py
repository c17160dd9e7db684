"""The shell commands of ``visitdesk-server``: parsed in the shell, carried out by whoever owns the data."""
