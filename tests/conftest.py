"""What every test may ask for. The fixtures themselves live beside what they are about."""

from __future__ import annotations

pytest_plugins = ["tests.postgres"]
