"""The officer's desk of visits: who comes on a day, checking in, and what became of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from backend.db import Tx
from backend.paging import Cursor, Limit
from backend.security import Actor
from backend.text import Day, Key
from backend.visits import checking_in, desk, outcomes, paying
from backend.visits.move_schemas import DeskVisit, DeskVisits, RecordOutcome, Touched
from backend.web import Read, Write

router = APIRouter(tags=["desk"])

Id = Annotated[str, Path(min_length=1, max_length=64)]


@router.get("/v1/desk/{facility_id}/visits")
async def visits(
    call: Read,
    facility_id: Key,
    date: Annotated[Day | None, Query()] = None,
    cursor: Annotated[Cursor | None, Query()] = None,
    limit: Limit = 50,
) -> DeskVisits:
    """List the visits of a facility's date, its today unless asked otherwise, soonest first."""
    return DeskVisits.of(
        await call.read(
            lambda tx, actor: desk.on_day(tx, actor, facility_id, date, cursor=cursor, limit=limit), snapshot=True
        )
    )


@router.post("/v1/desk/visits/{visit_id}/check-in")
async def check_in(call: Write, visit_id: Id) -> DeskVisit:
    """Note that a visitor is here. The rules decide once more who may have the visit."""
    await call.once(Touched, lambda tx, actor: Touched(visit_id=checking_in.check_in(tx, actor, visit_id).id))
    return DeskVisit.of(await call.read(lambda tx, actor: desk.one(tx, actor, visit_id)))


@router.post("/v1/desk/visits/{visit_id}/outcome")
async def record_outcome(call: Write, visit_id: Id, body: RecordOutcome) -> DeskVisit:
    """Record what became of a visit. What the facility caused is on its way back when this answers."""
    acting: list[Actor] = []

    def work(tx: Tx, actor: Actor) -> Touched:
        acting[:] = [actor]
        done = outcomes.record(tx, actor, visit_id, body.outcome, body.note)
        return Touched(visit_id=done.visit_id, payment_id=done.payment_id)

    done = await call.once(Touched, work)
    if done.payment_id is not None and acting:
        await paying.send_back(call.context, acting[0], done.payment_id)
    return DeskVisit.of(await call.read(lambda tx, actor: desk.one(tx, actor, visit_id)))
