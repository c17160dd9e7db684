"""``visitdesk-server migrate`` and ``visitdesk-server doctor``: the state of an installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend.cli.arguments import Arguments, add_work, settings_for
from backend.cli.perform import perform

if TYPE_CHECKING:
    from backend.cli.arguments import Subparsers


def add_to(commands: Subparsers) -> None:
    """Add ``migrate`` and ``doctor``."""
    add_work(
        commands,
        "migrate",
        does="Bring the database to the newest schema, in one transaction.",
        more="Starting the server does the same. Make a copy of the data first.",
        examples="visitdesk-server migrate",
        run=lambda asked: perform(asked, "migrate"),
    )
    add_work(
        commands,
        "doctor",
        does="Look at the files, the database and the trace, and say whether all is well.",
        examples="""
            visitdesk-server doctor
            visitdesk-server doctor --json
        """,
        run=_doctor,
    )


def _doctor(asked: Arguments) -> int:
    return perform(asked, "doctor", data_dir=str(settings_for(asked).data_dir))
