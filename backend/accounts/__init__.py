"""Accounts, sign-in and one-time codes."""
