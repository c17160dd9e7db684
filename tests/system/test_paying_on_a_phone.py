"""The terminal shows a code, a real browser opens its address and pays, and the terminal goes on by itself."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.backend.running import Installation
from tests.e2e.walk import confirm, on_to_payment
from tests.system.phone import WIDTH, Phone, Seen, phone
from tests.system.ssh_host import free_port
from tests.terminal import Terminal

pytestmark = [pytest.mark.system, pytest.mark.terminal, pytest.mark.timeout(300)]

PATIENCE: Final = 60.0
ADDRESS: Final = re.compile(r"(http://127\.0\.0\.1:\d+/p/)\s.*?\b([2-9A-HJ-NP-TV-Z]{10})\b", re.DOTALL)
PICTURES: Final = os.environ.get("PHONE_PICTURES")
"""A folder in which to keep what the phone showed, for somebody to look at."""
ENOUGH: Final = 4.5
"""The contrast that WCAG 2.2 asks of text (AA)."""


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """A terminal at Ana's Home, of a server that phones reach."""
    port = free_port()
    with Installation() as installation:
        public = {"VISITDESK_PUBLIC_URL": f"http://127.0.0.1:{port}"}
        installation.serve("--demo", "--host", "127.0.0.1", "--port", str(port), listeners=2, environ=public)
        command = [sys.executable, "-m", "tui", "--demo", "--data-dir", str(installation.data_dir)]
        with Terminal(command, env={"HOME": str(installation.root), "XDG_RUNTIME_DIR": str(installation.root)}) as seat:
            seat.wait_for("Sam Harper", PATIENCE)
            seat.press("1")
            seat.wait_for("Schedule a Visit", PATIENCE)
            yield seat


def short_address(terminal: Terminal) -> str:
    """Choose to pay on a phone, and return the address as it stands on the screen in letters."""
    on_to_payment(terminal)
    terminal.wait_for("On your own phone", PATIENCE)
    terminal.press("1")
    confirm(terminal)
    terminal.wait_for("Pay until", PATIENCE)
    found = ADDRESS.search(terminal.screen_text())
    assert found is not None, terminal.screen_text()
    return "".join(found.groups())


def look_closely(here: Phone, name: str) -> list[Seen]:
    """Check what the page asks of eyes and fingers, and return what can be tapped."""
    if PICTURES:
        here.picture(Path(PICTURES) / f"{name}.png")
    for each in here.seen("h1, p, button strong, button span"):
        assert each.font_size >= 16, each
        assert each.contrast >= ENOUGH, each
        assert each.right <= WIDTH, each
    buttons = here.seen("button")
    assert all(button.height >= 44 and button.width >= 44 for button in buttons), buttons
    assert here.attribute("html", "lang") == "en"
    return buttons


def test_a_browser_pays_and_the_terminal_confirms_by_itself(terminal: Terminal) -> None:
    address = short_address(terminal)
    with phone() as here:
        here.open(address)
        assert re.search(r"Pay \$\d+\.\d\d", here.text())
        assert "Video visit" in here.text()
        assert len(look_closely(here, "open")) == 5
        here.dark()
        look_closely(here, "open-dark")

        here.tap("Visa 0002")
        here.wait_for("The card was declined. Nothing was charged. Choose another one.")
        look_closely(here, "declined-dark")

        here.tap("Visa 4242")
        here.wait_for("You can put your phone away; the terminal goes on by itself.")
        look_closely(here, "paid-dark")
        terminal.wait_for("Your visit is confirmed.", PATIENCE)
        terminal.wait_for("with Visa 4242", PATIENCE)

        here.open(address[:-1] + "2")
        assert "This address leads to no payment." in here.text()
        elsewhere = {url for url in here.asked_for() if not url.startswith(address.partition("/p/")[0])}
        assert not {url for url in elsewhere if url.startswith("http")}, elsewhere


def test_a_page_that_was_left_at_the_terminal_takes_no_money(terminal: Terminal) -> None:
    address = short_address(terminal)
    with phone() as here:
        here.open(address)
        terminal.press("escape")
        terminal.wait_for("Payment information", PATIENCE)
        here.tap("Visa 4242")
        here.wait_for("This payment has ended")
        assert "Nothing was charged." in here.text()
        look_closely(here, "ended")


def test_a_script_would_not_run_on_this_phone() -> None:
    with phone() as here:
        here.open("data:text/html,<p>silent</p><script>document.querySelector('p').textContent='ran'</script>")

        assert here.text() == "silent"
