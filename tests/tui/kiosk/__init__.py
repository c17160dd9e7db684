"""The kiosk's own parts."""
