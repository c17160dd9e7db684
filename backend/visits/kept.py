"""Whether a living hold still has all that it took: somebody to whom it had ended may have taken some of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from backend.db import Tx
from backend.types import quanta_between
from backend.visits import quanta
from backend.visits.ground import Ground
from backend.visits.judging import held_facts
from backend.visits.models import Hold
from backend.visits.owned import Own, own
from backend.visits.quanta import Booking, Limit


def whole(ground: Ground, hold: Hold, limits: tuple[Limit, ...], has: Own) -> Booking | None:
    """Return what a hold took of time, with the buffer of when it was held; None if it has not all of it any more.

    Somebody else may have it, whose instant was a later one, or if the clock was put back since.
    """
    needed, busy = quanta_between(hold.starts_at, hold.ends_at), has.span
    booking = replace(ground.booking(hold.id, hold.starts_at, limits), quanta=busy)
    complete = busy.start == needed.start and busy.stop >= needed.stop
    return booking if limits and complete and quanta.has_own(has, booking) else None


def keep_longer(tx: Tx, ground: Ground, hold: Hold, held_until: datetime) -> bool:
    """Let all that a hold took last until ``held_until`` (exclusive); return whether all of it was still there."""
    has = own(tx, hold.id)
    _, limits = held_facts(tx, ground, hold, has)
    return whole(ground, hold, limits, has) is not None and quanta.keep(tx, has, hold.id, held_until)
