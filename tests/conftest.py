"""What every test may ask for. The fixtures themselves live beside what they are about."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

from tests.order import dealt

pytest_plugins = ["tests.postgres"]
OUR_OWN: Final = ("VISITDESK_PICTURES", "VISITDESK_STRIPE_TEST_KEY", "VISITDESK_TORTURE")
"""What tells the tests, and not a Visit Desk, what to do."""

# How long an example takes says something about how busy the machine is, not about what is tested.
settings.register_profile("visit-desk", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("visit-desk")

# A runner that was started in the background ignores these, and so would every program that a test starts.
for number in (signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL)

# What the developer has set for a Visit Desk of their own is not for tests.
for name in [name for name in os.environ if name.startswith("VISITDESK_") and name not in OUR_OWN]:
    del os.environ[name]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a fault be planted into what is tested, to see that its tests find it."""
    parser.addoption("--plant", metavar="FAULT", help="plant a fault of tests/torture/plants.py into what is tested")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, in every process that runs tests."""
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items[:] = dealt(items, processes, lambda item: item.get_closest_marker("slow") is not None, lambda item: item.path)


def pytest_configure(config: pytest.Config) -> None:
    """Plant the fault that was asked for, in each process that runs tests."""
    name = config.getoption("--plant")
    if name is not None:
        from tests.torture.plants import PLANTS

        faults = ExitStack()
        faults.enter_context(PLANTS[name].planted())
        config.add_cleanup(faults.close)
