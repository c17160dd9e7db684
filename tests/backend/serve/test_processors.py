"""Which processors a server opens: those that its settings name, and those that older payments are with."""

from __future__ import annotations

import subprocess
import sys

import pytest

from backend.clock import SteppedClock
from backend.money.processors.registry import Processors
from backend.secret import Secret
from backend.serve.processors import open_processors
from backend.settings import PaymentSettings, SettingsError

KEY = Secret("sk_test_1")


def names(processors: Processors) -> tuple[str, str | None, set[str]]:
    """Return who takes new payments, who takes those at readers, and who is asked about older ones."""
    reader = processors.reader
    return processors.default.name, None if reader is None else reader.name, {one.name for one in processors.every}


@pytest.mark.parametrize(
    ("payments", "expected"),
    [
        (PaymentSettings(), ("test", None, {"test"})),
        (PaymentSettings("stripe", KEY), ("stripe", None, {"stripe", "test", "reader"})),
        (PaymentSettings("stripe", KEY, card_reader=True), ("stripe", "reader", {"stripe", "test", "reader"})),
        (PaymentSettings("test", KEY), ("test", None, {"stripe", "test", "reader"})),
    ],
)
def test_a_server_has_the_processors_of_its_settings_and_of_its_older_payments(
    clock: SteppedClock, payments: PaymentSettings, expected: tuple[str, str | None, set[str]]
) -> None:
    assert names(open_processors(payments, clock, "")) == expected


def test_without_stripes_library_it_is_said_how_to_install_it(
    clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in [one for one in sys.modules if one.startswith("backend.money.processors.stripe")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.delitem(sys.modules, "backend.money.processors.reader")
    monkeypatch.setitem(sys.modules, "stripe", None)

    with pytest.raises(SettingsError, match="requirements-stripe"):
        open_processors(PaymentSettings("stripe", KEY), clock, "")


def test_a_server_without_a_key_does_not_load_stripes_library() -> None:
    program = (
        "import sys; from backend.serve.processors import open_processors; from backend.clock import SystemClock;"
        " from backend.settings import PaymentSettings; open_processors(PaymentSettings(), SystemClock(), '');"
        " import backend.app; sys.exit('stripe' in sys.modules or 'httpx' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
