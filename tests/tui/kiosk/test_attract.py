"""The attract screen of a machine that is no kiosk yet."""

from __future__ import annotations

from tests.tui.fake_server import FakeServer
from tests.tui.kiosk.kiosk import at_kiosk
from tui.kiosk.app import Turn
from tui.screens.attract import AttractPage

NOT_ENROLLED = Turn("", "This machine is not enrolled as a kiosk.")
OUT = "This kiosk is not in service. Please ask at the desk."


def refusing() -> FakeServer:
    server = FakeServer()
    server.refuse("GET", "/v1/kiosk", 403, "not_a_kiosk")
    return server


async def test_it_offers_no_key_where_nobody_can_begin() -> None:
    async with at_kiosk(refusing(), turn=NOT_ENROLLED, sees=OUT) as at:
        assert "Any key" not in at.text()
        await at.press("enter")
        await at.sees(OUT)


async def test_a_machine_that_is_enrolled_meanwhile_is_in_service_by_the_next_minute() -> None:
    async with at_kiosk(refusing(), turn=NOT_ENROLLED, sees=OUT) as at:
        page = at.screen
        assert isinstance(page, AttractPage)
        page.tick()
        await at.pilot.pause()
        assert at.app._exit is False
        at.clock.step(60)
        page.tick()
        await at.until(lambda: at.app._exit)
