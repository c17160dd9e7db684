"""Nothing personal is ever on a kiosk's disk: a visitor reads and types, and then every file is looked through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.kiosk import ANY_KEY, LONG, Kiosk, opened_kiosk, sign_in
from tests.terminal import Terminal

pytestmark = [pytest.mark.terminal, pytest.mark.slow, pytest.mark.timeout(300)]

PERSONAL = (
    b"Ana",
    b"Rivera",
    b"Mateo",
    b"20418",
    b"4242",
    b"example.org",
    b"Peabody",
    b"555-0148",
    b"VD-",
    b"Pettigrew",
)
"""What the visitor is called, sees or types; none of it is in any file that a program needs."""
WRITES_ONE = """
import pathlib, tempfile
from tui.session import Session
begin = Session.begin
def begin_and_keep(self, account, sign_in):
    pathlib.Path(tempfile.gettempdir(), "last").write_text(account.first_name)
    begin(self, account, sign_in)
Session.begin = begin_and_keep
"""


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    home = tmp_path / "home"
    home.mkdir()
    with opened_kiosk(home) as opened:
        yield opened


def elsewhere(home: Path) -> dict[str, str]:
    """Return an environment in which every folder that a program may write to is a fresh one beside ``home``."""
    places = {
        "TMPDIR": "tmp",
        "XDG_CACHE_HOME": "cache",
        "XDG_STATE_HOME": "state",
        "XDG_DATA_HOME": "share",
    }
    for name in places.values():
        (home.parent / name).mkdir(exist_ok=True)
    return {variable: str(home.parent / name) for variable, name in places.items()}


def personal_files(kiosk: Kiosk) -> list[str]:
    """Return the files of the kiosk, wherever they are, whose name or content has something personal."""
    folders = (kiosk.desk.home.parent, kiosk.desk.runtime)
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return [
        str(path)
        for path in files
        # what the server keeps is on the server's machine
        if kiosk.desk.data_dir not in path.parents
        and any(word in path.name.encode() or word in path.read_bytes() for word in PERSONAL)
    ]


def visit(terminal: Terminal) -> None:
    """Sign in, read everything of the account, type a name, and sign out."""
    sign_in(terminal)
    terminal.press("1")
    terminal.wait_for("MY FACILITIES")
    for tab in ("ADD A NEW FACILITY", "TRANSACTION DETAILS"):
        terminal.press("right")
        terminal.wait_for(tab)
    terminal.wait_for("Visa 4242")
    terminal.type("/")
    terminal.wait_for("for visits with")
    terminal.press("tab", "tab")
    terminal.type("Latoya Pettigrew")
    terminal.wait_for("Latoya Pettigrew")
    terminal.press("enter")
    terminal.wait_gone("Show only what was paid")
    for tab in ("VISITS", "PROFILE"):
        terminal.press("right")
        terminal.wait_for(tab)
    terminal.wait_for("ana.rivera@example.org")
    terminal.press("f10")
    terminal.wait_for(ANY_KEY, LONG)


def test_after_a_whole_visit_no_file_of_the_kiosk_has_anything_personal(kiosk: Kiosk) -> None:
    visit(kiosk.open(env=elsewhere(kiosk.desk.home)))
    assert personal_files(kiosk) == []


def test_a_kiosk_that_keeps_a_name_in_a_file_is_found_out(kiosk: Kiosk) -> None:
    terminal = kiosk.open(env=elsewhere(kiosk.desk.home), plant=WRITES_ONE)
    sign_in(terminal)
    assert personal_files(kiosk) == [str(kiosk.desk.home.parent / "tmp" / "last")]
