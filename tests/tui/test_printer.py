"""The receipt printer: what reaches it over a real socket or a real file, and what is said when it does not print."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.tui.screens.account_world import VISIT, world
from tests.tui.support import desk
from tui import printer
from tui.printer import print_slip
from tui.screens.visit_details import VisitDetails
from tui.settings import Settings, SettingsError, load
from tui.take_home import Slip, slip_of

SLIP = Slip("Visit VD-7K3M9Q", ("Tue Dec 1, 8:00 to 8:30 AM CST", "", "A" * 70), "https://visit.example.org/VD-7K3M9Q")
ASKS_PAPER, ASKS_ONLINE = b"\x10\x04\x04", b"\x10\x04\x01"
FINE, NO_PAPER, OFFLINE = b"\x12", b"\x72", b"\x1a"
CUT, ESC, QR_STORE = b"\x1dV", b"\x1b", b"\x1d(k"


@dataclass
class PaperPrinter:
    """A printer on the loopback: answers status requests as it is told to, and keeps what it got."""

    paper: bytes = FINE
    online: bytes = FINE
    mute: bool = False
    got: bytearray = field(default_factory=bytearray)
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def where(self) -> str:
        return f"127.0.0.1:{self.listener.getsockname()[1]}"

    def serve(self) -> None:
        try:
            line, _peer = self.listener.accept()
        except OSError:
            return
        with line:
            while part := line.recv(4096):
                self.got += part
                if not self.mute and part.endswith(ASKS_PAPER):
                    line.sendall(self.paper)
                elif not self.mute and part.endswith(ASKS_ONLINE):
                    line.sendall(self.online)
        self.done.set()


@contextmanager
def running(paper_printer: PaperPrinter) -> Iterator[PaperPrinter]:
    thread = threading.Thread(target=paper_printer.serve, daemon=True)
    thread.start()
    try:
        yield paper_printer
    finally:
        paper_printer.listener.close()
        thread.join(5)


async def test_a_slip_reaches_a_printer_on_the_network_whole_and_is_cut() -> None:
    with running(PaperPrinter()) as at:
        assert await print_slip(at.where, SLIP) == ""
        assert at.done.wait(5)
    for told in (b"Visit VD-7K3M9Q\n", b"Tue Dec 1, 8:00 to 8:30 AM CST\n", b"A" * 32 + b"\n" + b"A" * 32 + b"\n"):
        assert told in at.got
    assert QR_STORE in at.got
    assert SLIP.link.encode() in at.got
    assert at.got.rindex(CUT) > at.got.index(SLIP.link.encode())


@pytest.mark.parametrize(
    ("paper", "online", "said"),
    [
        pytest.param(NO_PAPER, FINE, "out of paper", id="no paper"),
        pytest.param(FINE, OFFLINE, "not ready", id="cover open"),
    ],
)
async def test_a_printer_that_cannot_print_is_said_and_gets_no_slip(paper: bytes, online: bytes, said: str) -> None:
    with running(PaperPrinter(paper, online)) as at:
        sentence = await print_slip(at.where, SLIP)
        assert at.done.wait(5)
    assert said in sentence
    assert "Your visit is safe" in sentence
    assert b"VD-7K3M9Q" not in at.got


# the library drops the socket that it could not connect without closing it
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
async def test_a_printer_that_is_off_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert "off or not connected" in await print_slip(f"127.0.0.1:{port}", SLIP)


async def test_a_printer_that_tells_nothing_of_itself_prints_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer, "ANSWERS_WITHIN", 0.2)
    with running(PaperPrinter(mute=True)) as at:
        assert await print_slip(at.where, SLIP) == ""
        assert at.done.wait(5)
    assert b"VD-7K3M9Q" in at.got


async def test_a_device_file_gets_the_slip(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    device.touch()
    assert await print_slip(str(device), SLIP) == ""
    assert b"Visit VD-7K3M9Q\n" in device.read_bytes()
    assert CUT in device.read_bytes()


async def test_a_full_device_is_a_sentence() -> None:
    assert "off or not connected" in await print_slip("/dev/full", SLIP)


async def test_a_device_that_takes_nothing_does_not_hold_up_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    monkeypatch.setattr(printer, "GIVEN_UP_AFTER", 0.2)
    fifo = tmp_path / "lp0"
    os.mkfifo(fifo)  # opening it to write waits for somebody who reads
    assert "does not answer" in await print_slip(str(fifo), SLIP)
    os.close(os.open(fifo, os.O_RDONLY | os.O_NONBLOCK))


def test_nothing_in_a_name_acts_on_the_printer() -> None:
    hostile = replace(VISIT, facility=replace(VISIT.facility, name="Jail\x1bp\x00\x32\x32\x1dV\x00 \u202eevil"))
    slip = slip_of(hostile, None)
    told = "\n".join((slip.heading, *slip.paragraphs, slip.link))
    assert [sign for sign in told if not sign.isprintable() and sign != "\n"] == []


def test_the_slip_tells_all_that_one_needs_on_the_day() -> None:
    slip = slip_of(VISIT, "America/New_York")
    assert slip.heading == "Visit VD-7K3M9Q"
    assert "Tue Dec 1, 8:00 to 8:30 AM CST" in slip.paragraphs
    assert "Shelby County Jail, TN" in slip.paragraphs
    assert "Paid: $5.70" in slip.paragraphs
    assert slip.link == "https://visit.example.org/shelby/VD-7K3M9Q"
    assert not any("Mateo" in line for line in slip.paragraphs)


async def test_a_visit_is_printed_from_its_page_and_a_dead_printer_loses_nothing(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    device.touch()
    settings = Settings(server="http://127.0.0.1:9", time_zone="America/New_York", printer=str(device))
    async with desk(world(), VisitDetails("V1"), settings=settings) as at:
        await at.sees("Confirmed", "P Print")
        await at.press("p")
        await at.sees("Printed.")
        device.unlink()
        device.mkdir()
        await at.press("p")
        await at.sees("The printer is off or not connected.", "Confirmed")
    assert VISIT.reference in slip_of(VISIT, None).heading


async def test_where_there_is_no_printer_nothing_offers_to_print() -> None:
    async with desk(world(), VisitDetails("V1")) as at:
        await at.sees("Confirmed")
        assert "Print" not in at.text()


@pytest.mark.parametrize("where", ["10.0.0.7", "printer.lan:9100", "/dev/usb/lp0"])
def test_a_printer_is_a_host_or_a_device(where: str) -> None:
    assert load({"VISITDESK_PRINTER": where}).printer == where


@pytest.mark.parametrize("where", [":9100", "printer:none", "printer:70000", "http://printer", "two words"])
def test_a_printer_that_cannot_be_one_is_refused_at_the_start(where: str) -> None:
    with pytest.raises(SettingsError, match="The printer is HOST"):
        load({"VISITDESK_PRINTER": where})
