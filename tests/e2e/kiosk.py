"""A kiosk in a real terminal: enrolled, with a server beside it, and what can be seen of it from outside."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.desk import Desk, opened_desk
from tests.terminal import Terminal

ROOT: Final = Path(__file__).resolve().parents[2]
SCRIPT: Final = ROOT / "deploy" / "kiosk" / "visitdesk-kiosk"
FACILITY: Final = "Davidson County Jail (quick answer)"
ANY_KEY: Final = "Press any key to begin."
WHO: Final = "Who would you like to be?"
HOME: Final = "Video Connect"
LONG: Final = 60.0
"""Seconds: a kiosk starts its program anew for every visitor, and machines may be busy."""
QUIET: Final = ("sh", "stty")
"""What the kiosk's own script runs before it becomes the program."""


class Kiosk:
    """An enrolled kiosk, its server, and the files that were there when it began."""

    def __init__(self, desk: Desk) -> None:
        """Start a server on demonstration data and enrol this machine at one of its facilities."""
        self.desk = desk
        self.server = subprocess.Popen(
            [sys.executable, "-m", "backend", "serve", "--demo", "--data-dir", str(desk.data_dir)],
            env={**os.environ, **desk.env},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        desk.wait_answering()
        self.credential = desk.home / ".config" / "visitdesk" / "kiosk.credential"
        self.enrol("Front desk 1")

    def operator(self, *arguments: str) -> str:
        """Run a command of the operator's and return what it prints."""
        return subprocess.run(
            [sys.executable, "-m", "backend", *arguments, "--demo", "--data-dir", str(self.desk.data_dir)],
            env={**os.environ, **self.desk.env},
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def enrol(self, name: str) -> None:
        """Make this machine the kiosk ``name``."""
        code = json.loads(self.operator("kiosk", "enrol", FACILITY, name, "--json"))["code"]
        terminal = self.desk.open("--demo", "--enrol")
        terminal.wait_for("The kiosk's code:")
        terminal.type(code)
        terminal.press("enter")
        assert terminal.wait_exit(LONG) == 0, terminal.screen_text()

    def open(
        self, *, plant: str = "", env: dict[str, str] | None = None, columns: int = 80, rows: int = 24
    ) -> Terminal:
        """Start the kiosk as its unit does; ``plant`` is Python that is run in it first, to open a door."""
        given = ["--demo", "--data-dir", str(self.desk.data_dir)]
        command: list[str | Path] = [SCRIPT, *given]
        if plant:
            run = f"{plant}\nimport sys\nfrom tui.__main__ import main\nsys.exit(main())"
            command = [sys.executable, "-c", run, "--kiosk", *given]
        surroundings = {**self.desk.env, "VISITDESK_PYTHON": sys.executable, **(env or {})}
        terminal = Terminal(command, columns=columns, rows=rows, env=surroundings, cwd=self.desk.home)
        self.desk.terminals.append(terminal)
        return terminal

    def files(self) -> dict[str, bytes]:
        """Return every file of the kiosk's user by name, but the server's: elsewhere that is another machine."""
        found = {}
        for path in sorted(self.desk.home.rglob("*")):
            if path.is_file() and self.desk.data_dir not in path.parents:
                found[str(path.relative_to(self.desk.home))] = path.read_bytes()
        return found

    def close(self) -> None:
        """End the server."""
        self.server.terminate()
        self.server.wait()


@contextmanager
def opened_kiosk(home: Path) -> Iterator[Kiosk]:
    """Give a kiosk; it is ended with the block."""
    with opened_desk(home) as desk:
        kiosk = Kiosk(desk)
        try:
            yield kiosk
        finally:
            kiosk.close()


def begin(terminal: Terminal) -> None:
    """Press a key on the attract screen; ends on the sign-in page."""
    terminal.wait_for(ANY_KEY, LONG)
    terminal.press("space")
    terminal.wait_for(WHO, LONG)
    terminal.wait_for("Sam Harper", LONG)


def sign_in(terminal: Terminal) -> None:
    """From the attract screen: be a visitor of the demonstration; ends on Home."""
    begin(terminal)
    terminal.press("1")
    terminal.wait_for(HOME, LONG)
    terminal.wait_for("upcoming", LONG)


def family(terminal: Terminal) -> dict[int, str]:
    """Return the processes of a kiosk's session by number, and what they are called, but the script's own."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            number, name, rest = re.fullmatch(r"(\d+) \((.*)\) (.*)\n", status.read_text()).groups()  # type: ignore[union-attr]
        except OSError:
            continue  # it has ended meanwhile
        state, _parent, _group, session = rest.split()[:4]
        if int(session) == terminal.process.pid and state != "Z" and name not in QUIET:
            found[int(number)] = f"{name} {state}"
    return found


def visitor(terminal: Terminal) -> int:
    """Return the number of the process that serves the present visitor."""
    others = set(family(terminal)) - {terminal.process.pid}
    assert len(others) == 1, family(terminal)
    return others.pop()


def open_door(kiosk: Kiosk, terminal: Terminal, before: dict[str, bytes]) -> str:
    """Return what shows that somebody has come out of the kiosk; nothing if nobody has."""
    if terminal.has_ended():
        return f"the kiosk has ended ({terminal.process.returncode})"
    strange = {name for name in family(terminal).values() if not name.startswith("python") or name.endswith(" T")}
    if strange:
        return f"another program runs, or ours stands still: {strange}"
    if (after := kiosk.files()) != before:
        changed = {name for name in {*after, *before} if after.get(name) != before.get(name)}
        return f"files were written: {changed}"
    if b"\x1b]52" in terminal.raw():
        return "something is on the terminal's clipboard"
    found = re.search(r"Traceback|Search for commands|>>> |\$ $|planted", terminal.screen_text())
    return f"the screen shows {found[0]!r}" if found else ""
