"""Visit Desk, started: arguments, the terminal, then the app.

The order matters. The terminal takes keys without echo before anything is imported, so that nothing typed is lost or
shown; then Textual is loaded and the first page painted. Only after that the local server is started: it wants the
processors for itself, and a page on the glass is what people wait for.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import MutableMapping, Sequence

    from tui.settings import Settings

OK, BROKEN, USAGE, NO_TERMINAL = 0, 1, 2, 3
_SCRUBBED = ("ESCDELAY", "BROWSER", "PYTHON_KEYRING_BACKEND")
_EXAMPLES = """\
examples:
  visitdesk                                  use the data of this machine
  visitdesk --demo                           look around in invented data
  visitdesk --server https://visits.example  use a server of somebody else
  visitdesk --kiosk --server https://…       a desk for strangers, one after another

exit codes:
  0  left as usual
  1  this program broke; it says with which reference
  2  an argument or a setting cannot be used
  3  there is no terminal to show anything on

Every option is a setting too: VISITDESK_SERVER, VISITDESK_DATA_DIR and so on, or a line of visitdesk.toml in your
configuration directory. VISITDESK_THEME is dark, light, contrast, ansi16 or none; NO_COLOR is respected.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run Visit Desk in this terminal and return its exit code."""
    scrub_environment(os.environ)
    given = sys.argv[1:] if arguments is None else list(arguments)
    if any(word in ("-h", "--help") for word in given):
        parser().print_help()
        return OK
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print("Visit Desk needs a terminal: start it in a terminal window, not through a pipe.", file=sys.stderr)
        return NO_TERMINAL
    from tui.tty import QuietTerminal

    with QuietTerminal(sys.stdin.fileno()):
        settings = read_settings(given)
        if settings is None:
            return USAGE
        return run(settings)


def scrub_environment(environ: MutableMapping[str, str]) -> None:
    """Drop what would make Textual or the keyring load or log things, and set what we want of them."""
    for name in [name for name in environ if name.startswith("TEXTUAL")] + list(_SCRUBBED):
        environ.pop(name, None)
    remote = any(name in environ for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))
    environ["ESCDELAY"] = "500" if remote else "100"
    environ["TEXTUAL_DISABLE_KITTY_KEY"] = "1"
    environ["TEXTUAL_ANIMATIONS"] = "none"


def read_settings(given: Sequence[str]) -> Settings | None:
    """Return the settings in force, or nothing after having said what is wrong with them."""
    from tui import settings

    named: dict[str, str | bool | None] = {}
    if given:
        try:
            named = vars(parser().parse_args(given))
        except SystemExit:
            return None
    try:
        return settings.load(os.environ, **named)
    except settings.SettingsError as wrong:
        print(wrong, file=sys.stderr)
        return None


def run(settings: Settings) -> int:
    """Run the app, which starts the local server if there is one to be."""
    from tui.settings import data_directory

    gc.disable()  # nothing made until the first page is garbage; the app turns the collector on again
    embedded = None
    if settings.server:
        if wrong := wrong_address(settings.server):
            print(wrong, file=sys.stderr)
            return USAGE
    else:
        from tui.embedded import Embedded

        embedded = Embedded(data_directory(settings), demo=settings.demo)
    from tui.app import VisitDeskApp
    from tui.glyphs import glyphs_for, use_glyphs
    from tui.text import use_language
    from tui.themes import theme_for

    environ = os.environ
    term = environ.get("TERM", "")
    use_language(settings.language or environ.get("LANGUAGE", "").partition(":")[0] or environ.get("LANG", ""))
    use_glyphs(glyphs_for(term, sys.stdout.encoding) if settings.glyphs == "auto" else settings.glyphs)
    theme = settings.theme
    if theme == "auto":
        theme = theme_for(no_color="NO_COLOR" in environ, term=term, colorterm=environ.get("COLORTERM", ""))
    app = VisitDeskApp(settings, embedded=embedded, theme=theme)
    app.run(mouse=False)
    return app.return_code or OK


def wrong_address(server: str) -> str:
    """Return why this cannot be the address of a server, or an empty string."""
    from backend_client import BadTarget, Target

    try:
        Target.at_url(server)
    except BadTarget as wrong:
        return str(wrong)
    return ""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    import argparse

    made = argparse.ArgumentParser(
        prog="visitdesk",
        description="Schedule visits with an Incarcerated Individual, and see every charge, from the keyboard.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--server", metavar="URL", help="use this server instead of one of your own")
    made.add_argument("--kiosk", action="store_true", help="a desk for strangers: nothing stays, nothing leads out")
    made.add_argument("--demo", action="store_true", help="invented data, and people to be without a password")
    made.add_argument("--data-dir", metavar="DIR", help="where your own server keeps its data")
    made.add_argument("--profile", choices=("desktop", "ssh"), help="where the sign-in is kept (guessed)")
    return made


if __name__ == "__main__":
    sys.exit(main())
