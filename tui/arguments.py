"""The command line of the terminal, and its help. Loaded only where there are arguments to be read."""

from __future__ import annotations

import argparse

from tui.text import N_, _

_EXAMPLES = N_("""\
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
""")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(
        prog="visitdesk",
        description=_("Schedule visits with an Incarcerated Individual, and see every charge, from the keyboard."),
        epilog=_(_EXAMPLES),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    made.add_argument("--server", metavar="URL", help=_("use this server instead of one of your own"))
    made.add_argument("--kiosk", action="store_true", help=_("a desk for strangers: nothing stays, nothing leads out"))
    made.add_argument("--enrol", action="store_true", help=_("make this machine a kiosk with a code that it asks for"))
    made.add_argument("--check", action="store_true", help=_("say what of a kiosk's set-up is not in force"))
    made.add_argument("--demo", action="store_true", help=_("invented data, and people to be without a password"))
    made.add_argument("--data-dir", metavar="DIR", help=_("where your own server keeps its data"))
    made.add_argument("--profile", choices=("desktop", "ssh"), help=_("where the sign-in is kept (desktop)"))
    return made
