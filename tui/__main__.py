"""Visit Desk, started: arguments, the terminal, then the app.

The order matters. The terminal takes keys without echo before anything is imported, so that nothing typed is lost or
shown; then Textual is loaded and the first page painted. Only after that the local server is started: it wants the
processors for itself, and a page on the glass is what people wait for.
"""

from __future__ import annotations

import gc
import os
import sys
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping, Sequence

    from tui.embedded import Embedded
    from tui.line import Line
    from tui.settings import Settings

ORDERS = ("enrol", "check")
"""What the command line may ask of a kiosk instead of running it. They need no terminal."""
OK, BROKEN, USAGE, NO_TERMINAL = 0, 1, 2, 3
SLOW_LINE = "500"
"""Milliseconds within which the bytes of one key may come over a slow line; an Esc on its own takes as long."""
_SCRUBBED = ("ESCDELAY", "BROWSER", "PYTHON_KEYRING_BACKEND")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run Visit Desk in this terminal and return its exit code."""
    scrub_environment(os.environ)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # for who builds this; whoever uses it has a terminal full of them
    given = sys.argv[1:] if arguments is None else list(arguments)
    if any(word in ("-h", "--help") for word in given):
        from tui.arguments import parser

        speak()
        parser().print_help()
        return OK
    if any(f"--{order}" in given for order in ORDERS):
        return set_up_kiosk(given)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        from tui.text import _

        speak()
        print(_("Visit Desk needs a terminal: start it in a terminal window, not through a pipe."), file=sys.stderr)
        return NO_TERMINAL
    from tui.line import Line

    with Line(sys.stdin.fileno()) as line:
        named = read_arguments(given)
        settings = None if named is None else read_settings(named)
        if named is None or settings is None:
            return USAGE
        line.kiosk = settings.kiosk
        if settings.kiosk:
            from tui.kiosk.starting import start

            return start(settings, line)
        return run(settings, line)


def set_up_kiosk(given: Sequence[str]) -> int:
    """Enrol this machine as a kiosk, or check how it is set up; return the exit code."""
    named = read_arguments(given)
    settings = None if named is None else read_settings(named)
    if named is None or settings is None:
        return USAGE
    from tui.kiosk.starting import set_up

    return set_up(settings, check=bool(named["check"]))


def scrub_environment(environ: MutableMapping[str, str]) -> None:
    """Drop what would make Textual or the keyring load or log things, and set what we want of them."""
    for name in [name for name in environ if name.startswith("TEXTUAL")] + list(_SCRUBBED):
        environ.pop(name, None)
    remote = any(name in environ for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))
    environ["ESCDELAY"] = SLOW_LINE if remote else "100"
    environ["TEXTUAL_DISABLE_KITTY_KEY"] = "1"
    environ["TEXTUAL_ANIMATIONS"] = "none"


def read_arguments(given: Sequence[str]) -> dict[str, str | bool | None] | None:
    """Return what the command line says by name, or nothing after having said what is wrong with it."""
    speak()
    if not given:
        return {}
    from tui.arguments import parser

    try:
        return vars(parser().parse_args(given))
    except SystemExit:
        return None


def read_settings(named: Mapping[str, str | bool | None]) -> Settings | None:
    """Return the settings in force, or nothing after having said what is wrong with them."""
    from tui import settings

    try:
        said = {name: value for name, value in named.items() if name not in ORDERS}
        return settings.load(os.environ, **said)
    except settings.SettingsError as wrong:
        print(wrong, file=sys.stderr)
        return None


def run(settings: Settings, line: Line) -> int:
    """Run the app on its line; it starts the local server if there is one to be."""
    speak(settings.language)
    if settings.vault_profile == "ssh":
        os.environ["ESCDELAY"] = SLOW_LINE
    gc.disable()  # nothing made until the first page is garbage; the app turns the collector on again
    if settings.server and (wrong := wrong_address(settings.server)):
        print(wrong, file=sys.stderr)
        return USAGE
    embedded = embedded_for(settings)
    from tui.app import VisitDeskApp

    app = VisitDeskApp(settings, embedded=embedded, theme=looks(settings), line=line)
    app.run(mouse=False)
    return app.return_code or OK


def embedded_for(settings: Settings) -> Embedded | None:
    """Return the local server of these settings, not started yet; none where a remote one is named."""
    if settings.server:
        return None
    from tui.embedded import Embedded
    from tui.settings import data_directory

    return Embedded(data_directory(settings), demo=settings.demo)


def looks(settings: Settings) -> str:
    """Use the signs that this terminal can show, and return the theme for it."""
    from tui.glyphs import charset_of, glyphs_for, use_charset, use_glyphs
    from tui.themes import theme_for

    environ = os.environ
    term = environ.get("TERM", "")
    charset = charset_of(environ, sys.stdout.encoding)
    use_glyphs(glyphs_for(term, charset) if settings.glyphs == "auto" else settings.glyphs)
    use_charset(charset)
    if settings.theme != "auto":
        return settings.theme
    return theme_for(no_color="NO_COLOR" in environ, term=term, colorterm=environ.get("COLORTERM", ""))


def speak(language: str = "") -> None:
    """Speak the language that is named, or the one of the environment."""
    from tui.text import use_language

    of_all = os.environ.get("LANGUAGE", "").partition(":")[0] or os.environ.get("LANG", "")
    use_language(language or os.environ.get("VISITDESK_LANGUAGE") or of_all)


def wrong_address(server: str) -> str:
    """Return why this cannot be the address of a server, or an empty string."""
    from backend_client import BadTarget, Target

    try:
        Target.at_url(server)
    except BadTarget as wrong:
        return str(wrong)
    return ""


if __name__ == "__main__":
    sys.exit(main())
