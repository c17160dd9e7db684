"""Holds and visits, and the rules that decide about both."""
