"""Starting a kiosk: a clean environment, its credential, then one visitor after another."""

from __future__ import annotations

import os
import sys
import traceback
from typing import TYPE_CHECKING, Final

from tui import __main__ as start_up
from tui.text import _

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from tui.kiosk.standing import Turns
    from tui.line import Line
    from tui.settings import Settings

KEPT: Final = frozenset(
    (
        *("HOME", "PATH", "TMPDIR", "TZ", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "CREDENTIALS_DIRECTORY"),
        *("TERM", "COLORTERM", "NO_COLOR", "ESCDELAY", "TEXTUAL_ANIMATIONS", "TEXTUAL_DISABLE_KITTY_KEY"),
        *("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"),
    )
)
"""All that a kiosk takes over from the environment, beside ``VISITDESK_*``: no proxy, no library path, no browser."""


def start(settings: Settings, line: Line) -> int:
    """Run a kiosk and return the exit code."""
    scrub(os.environ)
    start_up.speak(settings.language)
    if settings.server and (wrong := start_up.wrong_address(settings.server)):
        print(wrong, file=sys.stderr)
        return start_up.USAGE
    try:
        from tui.kiosk.standing import Standing

        return Standing(line, _show(settings, line)).run()
    except Exception as error:  # noqa: BLE001  nobody at a kiosk shall see a traceback, whatever it was
        _say_that_it_cannot(error)
        return start_up.BROKEN


def _say_that_it_cannot(error: Exception) -> None:
    """Say that there is no kiosk, without a value; where it broke goes to standard error, if that is no terminal."""
    print("\r\n" + _("This kiosk cannot start. Please ask at the desk.") + "\r\n")
    if not sys.stderr.isatty():
        places = traceback.extract_tb(error.__traceback__)
        lines = [type(error).__name__, *(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in places)]
        print("\n  ".join(lines), file=sys.stderr)


def set_up(settings: Settings, *, check: bool) -> int:
    """Check how this machine is set up as a kiosk, or else enrol it; return the exit code."""
    scrub(os.environ)
    start_up.speak(settings.language)
    if settings.server and (wrong := start_up.wrong_address(settings.server)):
        print(wrong, file=sys.stderr)
        return start_up.USAGE
    if check:
        from tui.kiosk.checking import report

        return report(settings)
    return _enrol(settings, _code())


def _code() -> str:
    """Ask for the code: as an argument, whoever lists the processes of this machine could read and use it first."""
    if sys.stdin.isatty():
        print(_("The kiosk's code: "), end="", flush=True)
    return sys.stdin.readline().strip()


def scrub(environ: MutableMapping[str, str]) -> None:
    """Drop everything from the environment that a kiosk has no use for."""
    for name in list(environ):
        if name not in KEPT and not name.startswith("VISITDESK_"):
            del environ[name]


def _enrol(settings: Settings, code: str) -> int:
    from backend_client import Target
    from tui.embedded import socket_path
    from tui.kiosk.enrolling import enrol
    from tui.settings import data_directory

    server = settings.server
    target = Target.at_url(server) if server else Target.at_socket(socket_path(data_directory(settings)))
    worked, sentence = enrol(settings, target, code)
    print(sentence, file=sys.stdout if worked else sys.stderr)
    return start_up.OK if worked else start_up.BROKEN


def _show(settings: Settings, line: Line) -> Turns:
    # loaded before the first fork, so that every visitor's process is there at once
    from tui.crash import note_places
    from tui.kiosk import credential
    from tui.kiosk.app import KioskApp, Turn
    from tui.settings import credential_file

    theme = start_up.looks(settings)

    def show(over: bool, reference: str, log: int | None) -> int:
        problem = proof = ""
        try:
            proof = credential.read(credential_file(settings, os.environ))
        except credential.CredentialError as wrong:
            problem = str(wrong)
        turn = Turn(proof, problem, over, lambda error: note_places(log, reference, error))
        app = KioskApp(settings, turn=turn, embedded=start_up.embedded_for(settings), theme=theme, line=line)
        app.run(mouse=False)
        return app.return_code or start_up.OK

    return show
