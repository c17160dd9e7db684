"""Openings, holds, visits, and the payments that confirm them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import JSONResponse, Response

from backend.db import Tx
from backend.errors import Problem
from backend.facilities.setting_values import VisitType
from backend.paging import Cursor, Limit
from backend.security import Actor
from backend.text import Day
from backend.visits import booking, cancelling, holds, openings, paying, schemas, service, visit_schemas
from backend.visits.ground import Wanted
from backend.visits.methods import method_of, promo_guesses
from backend.visits.refusals import NEARBY_HELPS
from backend.visits.repository import When
from backend.web import Nothing, Read, UnsafeCall, Write

router = APIRouter(tags=["visits"])

Id = Annotated[str, Path(min_length=1, max_length=64)]
IdAsked = Annotated[str, Query(min_length=1, max_length=64)]
MovingAsked = Annotated[str | None, Query(min_length=1, max_length=64)]
"""A visit that is to be moved."""
MinutesAsked = Annotated[int, Query(ge=1, le=1440)]
CALENDAR: Final = "text/calendar"


async def _wanted(
    facility_id: IdAsked, visit_type: VisitType, individual_id: IdAsked, duration_minutes: MinutesAsked
) -> Wanted:
    return Wanted(facility_id, visit_type, individual_id, duration_minutes)


WantedAsked = Annotated[Wanted, Depends(_wanted)]


@router.get("/v1/opening-days")
async def opening_days(
    call: Read,
    wanted: WantedAsked,
    first: Annotated[Day, Query(alias="from")],
    last: Annotated[Day, Query(alias="to")],
    moving: MovingAsked = None,
) -> schemas.OpeningDays:
    """List days with how many of their start times are open, or open to a visit that is moved. At most 62 at once."""
    return schemas.OpeningDays.of(
        await call.read(lambda tx, actor: openings.days(tx, actor, wanted, first, last, moving=moving))
    )


@router.get("/v1/openings")
async def opening_times(call: Read, wanted: WantedAsked, date: Day, moving: MovingAsked = None) -> schemas.Openings:
    """List the start times of one date."""
    return schemas.Openings.of(
        await call.read(lambda tx, actor: openings.times(tx, actor, wanted, date, moving=moving))
    )


@router.post("/v1/holds", status_code=201)
async def take_hold(call: Write, body: schemas.TakeHold) -> schemas.Hold:
    """Hold an opening; a hold on another one is moved here."""
    override = body.override.said if body.override else None
    try:
        return await call.once(
            schemas.Hold,
            lambda tx, actor: schemas.Hold.of(holds.take(tx, actor, body.wanted, body.starts_at, override=override)),
        )
    except Problem as problem:
        if problem.code in NEARBY_HELPS:
            await _add_nearest(call, problem, body.wanted, body.starts_at)
        raise


@router.get("/v1/hold")
async def current_hold(call: Read) -> schemas.CurrentHold:
    """Show the hold, if there is one."""
    found = await call.read(holds.current)
    return schemas.CurrentHold(hold=schemas.Hold.of(found) if found else None)


@router.post("/v1/holds/{hold_id}/renewal")
async def renew_hold(call: Write, hold_id: Id) -> schemas.Hold:
    """Keep the opening a while longer."""
    return await call.once(schemas.Hold, lambda tx, actor: schemas.Hold.of(holds.renew(tx, actor, hold_id)))


@router.delete("/v1/holds/{hold_id}", status_code=204)
async def release_hold(call: Write, hold_id: Id) -> Response:
    """Let the opening go."""

    def work(tx: Tx, actor: Actor) -> Nothing:
        holds.release(tx, actor, hold_id)
        return Nothing()

    await call.once(Nothing, work)
    return Response(status_code=204)


@router.post(
    "/v1/visits",
    status_code=201,
    response_model=visit_schemas.Confirmation,
    responses={202: {"model": visit_schemas.Confirmation}},
)
async def confirm(call: Write, body: visit_schemas.ConfirmVisit) -> Response:
    """Confirm a hold, and pay for it where something is due. The same key answers with what has become of it."""
    begun, done = await _begin(call, body)
    if begun.payment_id is not None and done is not None:
        await paying.charge(call.context, done.actor, begun.payment_id)
    view = done.view if done else None
    if view is None:
        now = booking.Begun(begun.booking_id, begun.payment_id)
        view = await call.read(lambda tx, who: service.confirmation(tx, who, now))
    if (refused := service.refusal_of(view)) is not None:
        raise refused
    answer = visit_schemas.Confirmation.of(view, call.context.public_url)
    return JSONResponse(answer.model_dump(mode="json"), 201 if view.stands else 202)


@dataclass(frozen=True, slots=True)
class _Done:
    """What this very request has begun, and not an earlier one with the same key."""

    actor: Actor
    view: service.ConfirmationView | None
    """What it came to, where nothing is to be paid: seen in the transaction that made it."""


async def _begin(call: UnsafeCall, body: visit_schemas.ConfirmVisit) -> tuple[visit_schemas.Begun, _Done | None]:
    """Do the first step once, and say what has become of it."""
    found = await method_of(call, body.payment_method)
    guesses = None if body.promo_code is None else await promo_guesses(call)
    confirming = booking.Confirming(
        hold_id=body.hold_id,
        terms_id=body.terms_id,
        companions=body.companions,
        expected_total_minor=body.expected_total.minor,
        method_token=body.payment_method,
        method=found.method,
        processor=found.processor,
        override=body.override.said if body.override else None,
        sources=body.sources,
        promo_code=body.promo_code,
        expected_card_minor=body.expected_from_method.minor if body.expected_from_method else None,
        reader=found.reader,
    )
    done: list[_Done] = []

    def work(tx: Tx, actor: Actor) -> visit_schemas.Begun:
        begun = booking.begin(tx, actor, confirming)
        done[:] = [_Done(actor, None if begun.payment_id else service.confirmation(tx, actor, begun))]
        return visit_schemas.Begun(booking_id=begun.booking_id, payment_id=begun.payment_id)

    try:
        begun = await call.once(visit_schemas.Begun, work)
    except Problem as problem:
        if guesses is not None and any(reason.code == "promo_refused" for reason in problem.reasons):
            guesses.note_wrong()
        if problem.code in NEARBY_HELPS:
            await _add_nearest_to_hold(call, problem, body.hold_id)
        raise
    return begun, done[0] if done else None


async def _add_nearest(call: UnsafeCall, problem: Problem, wanted: Wanted, starts_at: dt.datetime) -> None:
    """Offer the nearest free openings with a refusal. Outside the refused transaction, which was rolled back."""
    problem.nearest = await call.read(lambda tx, actor: openings.nearest(tx, actor, wanted, starts_at))


async def _add_nearest_to_hold(call: UnsafeCall, problem: Problem, hold_id: str) -> None:
    problem.nearest = await call.read(lambda tx, actor: holds.nearest(tx, actor, hold_id))


@router.get("/v1/visits")
async def visits(
    call: Read, when: When = "upcoming", cursor: Annotated[Cursor | None, Query()] = None, limit: Limit = 50
) -> visit_schemas.VisitPage:
    """List visits: upcoming soonest first, past and cancelled latest first."""
    found, following = await call.read(lambda tx, actor: service.listed(tx, actor, when, cursor, limit))
    return visit_schemas.VisitPage(items=tuple(visit_schemas.Visit.of(view) for view in found), next_cursor=following)


@router.get("/v1/visits/{visit_id}")
async def visit(call: Read, visit_id: Id) -> visit_schemas.Visit:
    """Show one visit."""
    return visit_schemas.Visit.of(await call.read(lambda tx, actor: service.one(tx, actor, visit_id)))


@router.get("/v1/visits/{visit_id}/calendar", response_class=Response, responses={200: {"content": {CALENDAR: {}}}})
async def calendar(call: Read, visit_id: Id) -> Response:
    """Give a visit as a calendar file."""
    from backend.visits.calendar import calendar_of  # its library is large, and few ask for it

    found, now = await call.read(lambda tx, actor: (service.one(tx, actor, visit_id), tx.now))
    name = {"Content-Disposition": f'attachment; filename="{found.reference}.ics"'}
    return Response(calendar_of(found, now), media_type=CALENDAR, headers=name)


@router.get("/v1/visits/{visit_id}/cancellation")
async def cancellation(call: Read, visit_id: Id) -> visit_schemas.Cancellation:
    """Say what cancelling would bring back now."""
    return visit_schemas.Cancellation.of(await call.read(lambda tx, actor: cancelling.preview(tx, actor, visit_id)))


@router.post("/v1/visits/{visit_id}/cancellation")
async def cancel(call: Write, visit_id: Id, body: visit_schemas.CancelVisit) -> visit_schemas.Visit:
    """Cancel a visit. What comes back is on its way when this answers."""
    acting: list[Actor] = []

    def work(tx: Tx, actor: Actor) -> visit_schemas.CancelledVisit:
        acting[:] = [actor]
        done = cancelling.cancel(tx, actor, visit_id, body.expected_back.minor, body.reason)
        return visit_schemas.CancelledVisit(visit_id=done.visit_id, payment_id=done.payment_id)

    done = await call.once(visit_schemas.CancelledVisit, work)
    if done.payment_id is not None and acting:
        await paying.send_back(call.context, acting[0], done.payment_id)
    return visit_schemas.Visit.of(await call.read(lambda tx, actor: service.one(tx, actor, visit_id)))
