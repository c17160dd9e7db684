"""Making this machine a kiosk, with the one-time code that the operator was given for it."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from tui.kiosk import credential
from tui.problems import sentence_for
from tui.settings import credential_file
from tui.text import _

if TYPE_CHECKING:
    from backend_client import Target
    from tui.settings import Settings


def enrol(settings: Settings, target: Target, code: str) -> tuple[bool, str]:
    """Enrol this machine and keep its credential; return whether that worked, and a sentence to print."""
    return asyncio.run(_enrol(settings, target, code))


async def _enrol(settings: Settings, target: Target, code: str) -> tuple[bool, str]:
    from backend_client import Client, Intent, MemoryVault, VisitDeskError

    path = credential_file(settings, os.environ)
    async with Client(target, MemoryVault()) as client:
        try:
            enrolled = await client.kiosks.enrol(code, intent=Intent.new())
        except VisitDeskError as error:
            return False, str(sentence_for(error))
    try:
        credential.write(path, enrolled.credential.reveal())
    except OSError as error:
        return False, _("{file} cannot be written: {why}").format(file=path, why=error.strerror)
    return True, _("This machine is the kiosk {name} of {facility} now. Its credential is in {file}.").format(
        name=enrolled.kiosk.name, facility=enrolled.kiosk.facility.name, file=path
    )
