"""``kiosk``: machines made kiosks, listed, and taken out of service from the shell."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import StringConstraints

from backend.cli.report import Progress, Refused, Report, table
from backend.context import Context
from backend.db import Tx
from backend.facilities import service as facilities
from backend.facilities.setup import one_called
from backend.kiosks import devices
from backend.kiosks.models import Kiosk
from backend.security import SHELL
from backend.text import Line, ShortLine

NOT_ON: Final = "Cards are taken at readers once the setting card_reader is on and stripe_key is set."


@dataclass(frozen=True, slots=True)
class OneKiosk:
    """A kiosk of a facility, by its name."""

    facility: Line
    name: ShortLine


@dataclass(frozen=True, slots=True)
class RevokeKiosk(OneKiosk):
    """A kiosk to take out of service, and why."""

    reason: Line | None = None


@dataclass(frozen=True, slots=True)
class SetReader(OneKiosk):
    """A kiosk, and what the processor calls the card reader beside it; None where none is."""

    reader: Annotated[str, StringConstraints(pattern=r"^\w+$", max_length=100)] | None = None


@dataclass(frozen=True, slots=True)
class ListKiosks:
    """The kiosks of one facility, or of all."""

    facility: Line | None = None


def enrol(context: Context, asked: OneKiosk, _progress: Progress) -> Report:
    """Make the code that enrols a kiosk."""

    def work(tx: Tx) -> tuple[str, devices.CodeMade]:
        facility = one_called(tx, asked.facility)
        return facility.name, devices.make(tx, SHELL, context.key, facility.id, asked.name)

    name, made = context.db.write_in_turn(work)
    lines = (
        f"{name}: the code for {asked.name} is {made.code}",
        f"It works once, until {made.kiosk.code_expires_at:%H:%M} UTC. On that machine, as the kiosk's own user:",
        "  visitdesk --enrol",
    )
    return Report(lines, {**_data(made.kiosk), "code": made.code})


def list_(context: Context, asked: ListKiosks, _progress: Progress) -> Report:
    """List kiosks, those out of service last."""

    def read(tx: Tx) -> list[tuple[str, Kiosk]]:
        facility_id = None if asked.facility is None else one_called(tx, asked.facility).id
        return [(facilities.get(tx, one.facility_id).name, one) for one in devices.listed(tx, SHELL, facility_id)]

    found = context.db.read_now(read)
    if not found:
        return Report(("There are no kiosks.",), [])
    rows = [(one.name, facility, _state(one)) for facility, one in found]
    return Report(table(rows, ("KIOSK", "FACILITY", "STATE")), [_data(one) for _, one in found])


def revoke(context: Context, asked: RevokeKiosk, _progress: Progress) -> Report:
    """Take a kiosk out of service."""

    def work(tx: Tx) -> tuple[str, Kiosk]:
        facility = one_called(tx, asked.facility)
        return facility.name, devices.revoke(tx, SHELL, facility.id, asked.name, asked.reason)

    name, kiosk = context.db.write_in_turn(work)
    return Report((f"{name}: {kiosk.name} is out of service, and nobody is signed in there.",), _data(kiosk))


def set_reader(context: Context, asked: SetReader, _progress: Progress) -> Report:
    """Note which card reader stands beside a kiosk."""

    def work(tx: Tx) -> tuple[str, Kiosk]:
        facility = one_called(tx, asked.facility)
        return facility.name, devices.set_reader(tx, SHELL, facility.id, asked.name, asked.reader)

    name, kiosk = context.db.write_in_turn(work)
    said = (
        f"the card reader {kiosk.reader} stands beside {kiosk.name}" if kiosk.reader else f"{kiosk.name} has no reader"
    )
    used = () if context.processors.reader or not kiosk.reader else (NOT_ON,)
    return Report((f"{name}: {said}.", *used), _data(kiosk))


def present_test_card(context: Context, asked: OneKiosk, _progress: Progress) -> Report:
    """Hold a test card against the simulated reader beside a kiosk."""

    def read(tx: Tx) -> Kiosk | None:
        return devices.standing_called(tx, one_called(tx, asked.facility).id, asked.name)

    kiosk = context.db.read_now(read)
    if kiosk is None or kiosk.reader is None:
        raise Refused("No card reader stands beside this kiosk.", "Note it first: visitdesk-server kiosk reader")
    if context.processors.reader is None:
        raise Refused("This server takes no cards at readers.", NOT_ON)
    taken = asyncio.run(_held(context, kiosk.reader))
    said = "took the card" if taken else "took no card: it is not asking for one, or is no simulated reader"
    return Report((f"The reader {kiosk.reader} {said}.",), {"taken": taken}, wrong=not taken)


async def _held(context: Context, reader: str) -> bool:
    from backend.money.processors.reader import ReaderProcessor

    processor = context.processors.reader
    if not isinstance(processor, ReaderProcessor):
        return False
    taken = await processor.present_test_card(reader)
    await processor.close()
    return taken


def _state(kiosk: Kiosk) -> str:
    if kiosk.revoked_at is not None:
        return f"revoked {kiosk.revoked_at:%Y-%m-%d}"
    state = "waits for its code" if kiosk.enrolled_at is None else f"in service since {kiosk.enrolled_at:%Y-%m-%d}"
    return f"{state}, card reader {kiosk.reader}" if kiosk.reader else state


def _data(kiosk: Kiosk) -> dict[str, object]:
    return {
        "id": kiosk.id,
        "facility_id": kiosk.facility_id,
        "name": kiosk.name,
        "state": _state(kiosk),
        "reader": kiosk.reader,
    }
