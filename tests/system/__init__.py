"""What needs root or programs of Debian: `make test-system`."""
