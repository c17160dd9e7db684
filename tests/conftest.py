"""What every test may ask for. The fixtures themselves live beside what they are about."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.postgres"]

# How long an example takes says something about how busy the machine is, not about what is tested.
settings.register_profile("visit-desk", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("visit-desk")

# What the developer has set for a Visit Desk of their own is not for tests.
for name in [name for name in os.environ if name.startswith("VISITDESK_") and name != "VISITDESK_PICTURES"]:
    del os.environ[name]
