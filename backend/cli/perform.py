"""Carrying a command out where the data is: here, or in the server that owns the data directory."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from backend.cli.arguments import Arguments, settings_for
from backend.cli.report import Listener, Refused, Report
from backend.serve.ownership import IN_USE, DirectoryInUse, Owner, Ownership
from backend.settings import Settings

if TYPE_CHECKING:
    from dataclasses import Field

DONE: Final = 0
WRONG: Final = 1
PATIENCE: Final = 10.0
"""Seconds to wait for another command that owns the data directory."""
PAUSE: Final = 0.05


class Parameters(Protocol):
    """What a command is asked to do: a frozen dataclass of JSON values."""

    __dataclass_fields__: ClassVar[dict[str, Field[object]]]


@dataclass(frozen=True, slots=True)
class Order:
    """A command by its name, and what it is asked to do."""

    name: str
    parameters: Mapping[str, object]


def perform(asked: Arguments, command: str, /, **parameters: object) -> int:
    """Carry out ``command`` with JSON ``parameters``, print its report, and return the exit code."""
    from backend.cli.show import show

    report = report_of(asked, command, **parameters)
    if isinstance(report, int):
        return report
    show(report, as_json=asked.json)
    return WRONG if report.wrong else DONE


def report_of(asked: Arguments, command: str, /, **parameters: object) -> Report | int:
    """Carry out ``command`` and return its report; the exit code, once standard error says why, if there is none."""
    from backend.cli.show import Shown, say

    settings = settings_for(asked)
    order = Order(command, parameters)
    try:
        with Shown() as progress:
            return _carry_out(settings, order, Listener(progress, say))
    except DirectoryInUse as taken:
        print(f"visitdesk-server: {_busy(taken)}", file=sys.stderr)
        return IN_USE
    except Refused as refused:
        print(f"visitdesk-server: {refused.sentence} {refused.next_step}".rstrip(), file=sys.stderr)
        return WRONG


def _carry_out(settings: Settings, order: Order, listener: Listener) -> Report:
    """Become the owner and do it, or let the owner do it. Raises ``DirectoryInUse`` if neither is possible."""
    patient_until = time.monotonic() + PATIENCE
    while True:
        try:
            ownership = Ownership(settings.data_dir)
        except DirectoryInUse as taken:
            if taken.owner is not None and taken.owner.socket is not None:
                report = _ask_owner(taken.owner, order, listener)
                if report is not None:
                    return report
            if time.monotonic() > patient_until:
                raise
            time.sleep(PAUSE)
            continue
        try:
            return _here(settings, ownership, order, listener)
        finally:
            ownership.release()


def _ask_owner(owner: Owner, order: Order, listener: Listener) -> Report | None:
    """Return the server's report, None if it stopped before it took the order."""
    from backend.cli.over_socket import ask

    return ask(owner, order.name, order.parameters, listener)


def _here(settings: Settings, ownership: Ownership, order: Order, listener: Listener) -> Report:
    from backend.cli.work import carry_out
    from backend.clock import SystemClock
    from backend.serve.parts import open_context

    ownership.announce(None, SystemClock().now())
    context = open_context(settings, local_socket=None)
    try:
        return carry_out(context, order.name, order.parameters, listener)
    finally:
        context.db.close()


def _busy(taken: DirectoryInUse) -> str:
    who = f"process {taken.owner.pid}, since {taken.owner.started}" if taken.owner else "another process"
    return f"{taken.data_dir} is in use by {who}. Wait until it has ended, then try again."
