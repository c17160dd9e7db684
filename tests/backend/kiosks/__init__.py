"""Kiosks: devices, and the clocks of whoever stands at one."""
