"""The trace of the demonstration's strangers: audit entries, sealed one after another in their chains."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from sqlmodel import SQLModel

from backend.audit import service as audit
from backend.audit.models import AuditEntry, AuditHead
from backend.facilities.models import Facility


class Trace:
    """Audit entries, sealed one after another in their chains."""

    def __init__(self) -> None:
        """Begin with no chain."""
        self._said: dict[str, list[tuple[datetime, str, str, dict[str, object]]]] = defaultdict(list)

    def note(self, at: datetime, facility: Facility, action: str, subject: str, what: dict[str, object]) -> None:
        """Remember that something happened; ``what`` names the account that did it."""
        self._said[audit.facility_chain(facility.id)].append((at, action, subject, what))

    def rows(self) -> Iterator[SQLModel]:
        """Return the entries of every chain in the order of time, and the heads."""
        heads = []
        for chain, said in self._said.items():
            seal, number = audit.FIRST_SEAL, 0
            for number, (at, action, subject, what) in enumerate(sorted(said, key=lambda one: one[0]), start=1):
                entry = AuditEntry(
                    chain=chain,
                    seq=number,
                    at=at,
                    actor_account_id=str(what["account"]),
                    channel="terminal",
                    action=action,
                    subject=subject,
                    what=what,
                    seal="",
                )
                entry.seal = seal = audit.seal_of(seal, entry)
                yield entry
            heads.append(AuditHead(chain=chain, seq=number, seal=seal))
        yield from heads
