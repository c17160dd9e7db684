"""The commands of visitdesk-server."""
