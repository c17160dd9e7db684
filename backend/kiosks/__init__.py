"""Kiosks: devices enrolled to one facility, and the clocks of whoever stands at one."""
