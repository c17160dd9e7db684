"""The demonstration officer: answers requests at one facility after some seconds, as a person would."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Final

from sqlmodel import select

from backend.access import desk
from backend.changes.service import facility_stream
from backend.context import Context
from backend.db import Tx
from backend.demo.catalogue import SOURCE
from backend.demo.people import CALLOWAY
from backend.demo.places import DAVIDSON
from backend.errors import Problem
from backend.facilities.models import Facility
from backend.security import Actor
from backend.visits import approving

log = logging.getLogger(__name__)

THINKS_FOR: Final = timedelta(seconds=5)
"""Long enough to see that the request is pending, short enough to wait for."""
LOOKS_AGAIN: Final = 30.0
"""Seconds after which the officer looks at the queue even if nothing was announced."""


async def answer_requests(context: Context) -> None:
    """Approve every pending request at the demonstration officer's facility once it is :data:`THINKS_FOR` old."""
    facility_id = await context.db.read(_facility)
    if facility_id is None:
        return
    officer = Actor(
        role="officer",
        channel="server",
        account_id=CALLOWAY.account_id,
        facility_ids=frozenset({facility_id}),
        device="demonstration officer",
    )
    with context.db.hub.listen(facility_stream(facility_id)) as moved:
        while not context.db.hub.closed:
            moved.clear()
            wait = await context.db.write(lambda tx: answer(tx, officer, facility_id))
            try:
                async with asyncio.timeout(LOOKS_AGAIN if wait is None else wait.total_seconds()):
                    await moved.wait()
            except TimeoutError:
                continue


def answer(tx: Tx, officer: Actor, facility_id: str) -> timedelta | None:
    """Approve the requests that are old enough; return how long until the next one is, None if none waits."""
    waiting, _ = desk.queue(tx, officer, facility_id, limit=200)
    remaining: list[timedelta] = []
    for request in waiting:
        left = request.requested_at + THINKS_FOR - tx.now
        if left > timedelta(0):
            remaining.append(left)
            continue
        version = request.version
        if request.id_must_be_seen and request.id_seen_at is None:
            version = desk.see_id(tx, officer, request.id).version
        try:
            approving.decide(tx, officer, request.id, "approved", version=version)
        except Problem as refusal:
            log.info("the demonstration officer could not answer a request: %s", refusal.code)
    return min(remaining, default=None)


def _facility(tx: Tx) -> str | None:
    return tx.session.exec(
        select(Facility.id).where(Facility.source == SOURCE, Facility.external_id == DAVIDSON.key)
    ).first()
