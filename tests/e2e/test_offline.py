"""The server is killed in a real visit's last moment; it comes back, and the visit is booked once."""

from __future__ import annotations

import pytest

from tests.desk import Desk
from tests.e2e.walk import TIME_TO_READ, be, on_to_payment

pytestmark = pytest.mark.terminal


@pytest.mark.parametrize("killed", ["before", "while"])
def test_a_visit_whose_server_is_killed_as_it_is_confirmed_is_booked_once(desk: Desk, killed: str) -> None:
    terminal = be(desk, 1, sees="2 upcoming")
    on_to_payment(terminal)
    terminal.wait_for("Visa 4242")
    terminal.press("1")
    terminal.wait_for("Check your answers")
    terminal.listen(TIME_TO_READ)
    if killed == "before":
        desk.kill_server()
        terminal.press("enter")
    else:
        terminal.press("enter")
        desk.kill_server()
    terminal.wait_until(
        lambda screen: "Your visit is confirmed." in screen or "Nothing was changed." in screen, "any outcome", 60
    )
    if "Nothing was changed." in terminal.screen_text():
        terminal.wait_gone("not reachable", 60)
        terminal.wait_for("Mateo Rivera, #20418")
        terminal.press("enter")
        terminal.wait_for("Your visit is confirmed.", 60)
    terminal.press("enter")
    terminal.wait_for("3 upcoming")
