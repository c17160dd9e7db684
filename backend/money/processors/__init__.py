"""Payment processors: the interface, and the embedded test processor."""
