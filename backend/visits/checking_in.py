"""Checking a visitor in at the desk: the one list of rules decides once more who may have the visit (RULES section 1).

Access, the individual, restrictions and blackouts are judged as they are now; what was promised at confirmation is not
judged again. Check-in is open from some minutes before the start until the end, which is excluded: who comes late keeps
the end time. A second check-in changes nothing.
"""

from __future__ import annotations

from backend.audit import service as audit
from backend.changes import service as changes
from backend.db import Tx
from backend.errors import Problem
from backend.security import Actor
from backend.visits.models import Visit
from backend.visits.refusals import NEXT_STEPS
from backend.visits.rules import broken_rules
from backend.visits.standing import facts_at_check_in, of_facility, to_change, why_gone

ASK = "Nothing was changed. Look at the reasons, and ask whoever decides here."


def check_in(tx: Tx, actor: Actor, visit_id: str) -> Visit:
    """Note that the visitor is here.

    Raises ``not_found`` (404), why there is no such visit any more (409), or all broken rules at once (409).
    """
    visit = to_change(tx, of_facility(tx, actor, visit_id))
    gone = why_gone(visit)
    if gone is None and visit.checked_in_at is not None:
        return visit
    reasons = (gone,) if gone is not None else broken_rules(facts_at_check_in(tx, visit))
    if reasons:
        first = reasons[0]
        step = NEXT_STEPS[first.code] if first.code == "check_in_not_open" else first.next_step or ASK
        raise Problem(first.code, 409, first.sentence, step, reasons=reasons)
    visit.checked_in_at = tx.now
    tx.session.add(visit)
    tx.session.flush()
    late = max(0, int((tx.now - visit.starts_at).total_seconds()) // 60)
    audit.record(
        tx,
        actor,
        audit.facility_chain(visit.facility_id),
        action="visitor checked in",
        subject=f"visit:{visit.id}",
        what={"reference": visit.reference, "minutes_late": late},
    )
    changes.announce(tx, changes.account_stream(visit.account_id), "visit", visit.id)
    changes.announce(tx, changes.facility_stream(visit.facility_id), "visit", visit.id)
    return visit
