"""The desktop's keyring, the real one, on a bus of its own: unlocked, locked, and stopped so that it never answers."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
import secretstorage
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from tests.terminal import Terminal, every_terminal_closed
from tests.tui.lines.listener import TOKEN, Listener, listening
from tests.tui.lines.test_signals import sign_in
from tests.tui.lines.test_tokens import AGAIN, files_with

pytestmark = [pytest.mark.system, pytest.mark.terminal]

BUS = """
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
"""A bus that starts no service by itself: a second, locked keyring would answer before the one that was unlocked does,
and would be left behind."""
LONGEST = 3.0
"""Seconds that nobody ever waits for longer before the first key is taken."""


class Desktop:
    """A desktop's session: a bus, a keyring that was unlocked at the login, and terminals."""

    def __init__(self, home: Path, address: str, keyring: int, listener: Listener, terminals: list[Terminal]) -> None:
        self.home = home
        self.keyring = keyring
        self._address = address
        self._listener = listener
        self._terminals = terminals

    def open(self) -> Terminal:
        """Start Visit Desk in a new terminal."""
        command = [sys.executable, "-m", "tui", "--server", self._listener.url]
        env = {"HOME": str(self.home), "DBUS_SESSION_BUS_ADDRESS": self._address}
        self._terminals.append(Terminal(command, env=env, cwd=self.home))
        return self._terminals[-1]

    def connect(self) -> DBusConnection:
        """Return a connection to the bus."""
        return open_dbus_connection(bus=self._address)

    def lock(self) -> None:
        """Lock the keyring, as a desktop does when its person leaves."""
        with self.connect() as bus:
            secretstorage.get_default_collection(bus).lock()

    def stop(self) -> None:
        """Let the keyring never answer again."""
        os.kill(self.keyring, signal.SIGSTOP)


def is_unlocked(bus: DBusConnection) -> bool:
    """Tell whether the keyring is there and open, as it is a moment after the login."""
    if not secretstorage.check_service_availability(bus):
        return False
    try:
        return not secretstorage.Collection(bus).is_locked()
    except secretstorage.ItemNotFoundException:
        return False


def line_of(stream: IO[bytes] | None) -> str:
    assert stream is not None
    return stream.readline().decode().strip()


@contextmanager
def running(*command: str, env: dict[str, str], stdin: bytes = b"") -> Iterator[subprocess.Popen[bytes]]:
    """Run a service for as long as the block."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=env, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        process.stdin.write(stdin)
        process.stdin.close()
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(runtime)}
    (runtime / "bus.conf").write_text(BUS.format(socket=runtime / "bus"))
    with running("dbus-daemon", f"--config-file={runtime / 'bus.conf'}", "--nofork", "--print-address", env=env) as bus:
        env["DBUS_SESSION_BUS_ADDRESS"] = line_of(bus.stdout)
        daemon = ("gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground")
        with (
            running(*daemon, env=env, stdin=b"the login's password") as keyring,
            listening() as listener,
            every_terminal_closed() as terminals,
        ):
            made = Desktop(tmp_path, env["DBUS_SESSION_BUS_ADDRESS"], keyring.pid, listener, terminals)
            with made.connect() as connection:
                deadline = time.monotonic() + 30
                while not is_unlocked(connection):
                    assert keyring.poll() is None, "the keyring has ended"
                    assert time.monotonic() < deadline, "the keyring did not open"
                    select.select([], [], [], 0.05)
            yield made


def seconds_to_the_first_letter(terminal: Terminal) -> float:
    """Type a letter at the very start; return after how many seconds it stood in the field."""
    terminal.type("Z")
    terminal.wait_for("Create account")
    terminal.wait_for("Z")
    shown = time.monotonic() - terminal.started_at
    terminal.press("backspace")
    return shown


def end(terminal: Terminal) -> float:
    """Quit; return how many seconds that took."""
    began = time.monotonic()
    terminal.press("ctrl+q")
    assert terminal.wait_exit() == 0
    return time.monotonic() - began


def test_an_unlocked_keyring_keeps_the_sign_in_for_the_next_start_and_no_file_does(desktop: Desktop) -> None:
    first = desktop.open()
    sign_in(first)
    assert AGAIN not in first.screen_text()
    end(first)
    second = desktop.open()
    second.wait_for("Ana")
    assert files_with(TOKEN, desktop.home) == []


def test_a_locked_keyring_is_told_in_a_line_and_the_sign_in_stays_in_memory(desktop: Desktop) -> None:
    desktop.lock()
    first = desktop.open()
    assert seconds_to_the_first_letter(first) < LONGEST
    first.wait_for(f"The keyring is locked: {AGAIN}")
    sign_in(first)
    end(first)
    desktop.open().wait_for(AGAIN)


def test_a_keyring_that_never_answers_holds_up_neither_the_first_key_nor_signing_in_nor_the_end(
    desktop: Desktop,
) -> None:
    desktop.stop()
    terminal = desktop.open()
    assert seconds_to_the_first_letter(terminal) < LONGEST
    sign_in(terminal)
    assert end(terminal) < LONGEST
    again = desktop.open()
    again.wait_for(f"The keyring does not answer: {AGAIN}")
    assert end(again) < LONGEST


def test_a_keyring_that_stops_answering_later_holds_up_no_end(desktop: Desktop) -> None:
    terminal = desktop.open()
    sign_in(terminal)
    desktop.stop()
    assert end(terminal) < LONGEST
