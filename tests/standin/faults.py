"""What may go wrong on the way, on demand: each fault is had by the next request that it is meant for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

FaultKind = Literal["reset_before", "lost_answer", "silence", "rate_limited", "server_error", "works_long"]
"""``reset_before``: the line is cut before anything happened. ``lost_answer``: it is done, and the line is cut.
``silence``: it is done, and no answer comes until the caller gives up. ``rate_limited``: 429. ``server_error``: 500,
nothing happened. ``works_long``: nothing happens until :meth:`tests.standin.stand_in.StandIn.let_go`, then it is done.
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong with a request whose method and path begin so."""

    kind: FaultKind
    method: str = ""
    path: str = ""

    def meets(self, method: str, path: str) -> bool:
        """Say whether a request has it."""
        return method.startswith(self.method) and path.startswith(self.path)


@dataclass(slots=True)
class Faults:
    """Those that wait for their request, in order."""

    waiting: list[Fault] = field(default_factory=list)
    met: list[FaultKind] = field(default_factory=list)
    """Those that were had."""

    def plan(self, kind: FaultKind, *, method: str = "", path: str = "", times: int = 1) -> None:
        """Let the next ``times`` requests of a method and path have a fault."""
        self.waiting += [Fault(kind, method, path)] * times

    def next(self, method: str, path: str) -> FaultKind | None:
        """Return the fault that a request has, if any: it is had once."""
        fault = next((one for one in self.waiting if one.meets(method, path)), None)
        if fault is None:
            return None
        self.waiting.remove(fault)
        self.met.append(fault.kind)
        return fault.kind

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self.waiting.clear()
