"""The public catalogue of facilities, and their Terms and Conditions."""

from __future__ import annotations

import hashlib
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from backend.db import Tx
from backend.facilities import schemas, service
from backend.facilities.setting_values import VisitType
from backend.facilities.views import FacilityView
from backend.kiosks import devices
from backend.paging import Cursor, Limit
from backend.text import Key
from backend.web import KIOSK_HEADER, Open, Read, Schema, Write

router = APIRouter(tags=["facilities"])

FRESH_SECONDS: Final = 30
"""How long anybody may keep an answer of the catalogue before asking again."""
KNOWN: Final[dict[int | str, dict[str, object]]] = {
    304: {"description": "What the caller has, by its ETag, is still so"}
}
StateAsked = Annotated[str, Query(min_length=2, max_length=2, pattern="^[A-Za-z]{2}$")]


@router.get("/v1/states", response_model=schemas.States, responses=KNOWN)
async def states(call: Open) -> Response:
    """List the states that have facilities; at a kiosk its own. Needs no sign-in."""

    def read(tx: Tx) -> list[schemas.State]:
        here = devices.bound_to(tx, call.kiosk_id)
        return [
            schemas.State(code=each.code, name=each.name, facilities=1 if here else each.facilities)
            for each in service.states(tx)
            if here is None or here.state == each.code
        ]

    items = await call.read_open(read)
    return catalogue(call.request, schemas.States(items=items))


@router.get("/v1/facilities", response_model=schemas.FacilityPage, responses=KNOWN)
async def facilities(
    call: Open, state: StateAsked, cursor: Annotated[Cursor | None, Query()] = None, limit: Limit = 50
) -> Response:
    """List a state's facilities by name; at a kiosk its own. Needs no sign-in."""

    def read(tx: Tx) -> tuple[tuple[FacilityView, ...], str | None]:
        here = devices.bound_to(tx, call.kiosk_id)
        if here is None:
            return service.facilities_in(tx, state, cursor, limit)
        return ((service.facility(tx, here.id),) if here.state == state.upper() else ()), None

    found, following = await call.read_open(read)
    page = schemas.FacilityPage(items=[schemas.Facility.of(each) for each in found], next_cursor=following)
    return catalogue(call.request, page)


@router.get("/v1/facilities/{facility_id}", response_model=schemas.Facility, responses=KNOWN)
async def facility(call: Open, facility_id: Key) -> Response:
    """Show one facility with what it offers today. Needs no sign-in."""
    found = await call.read_open(lambda tx: service.facility(tx, facility_id))
    return catalogue(call.request, schemas.Facility.of(found))


@router.get("/v1/facilities/{facility_id}/terms")
async def terms(call: Read, facility_id: Key, visit_type: VisitType) -> schemas.Terms:
    """Show the Terms and Conditions in force for a visit type."""
    return schemas.Terms.of(await call.read(lambda tx, actor: service.terms_for(tx, actor, facility_id, visit_type)))


@router.post("/v1/terms/{terms_id}/acceptance")
async def accept_terms(call: Write, terms_id: Key, body: schemas.AcceptTerms) -> schemas.Terms:
    """Accept Terms and Conditions that were shown to their end."""
    return await call.once(
        schemas.Terms,
        lambda tx, actor: schemas.Terms.of(service.accept_terms(tx, actor, terms_id, shown_to_end=body.shown_to_end)),
    )


def catalogue(request: Request, answer: Schema) -> Response:
    """Return a public answer with its ETag, or 304 without a body where the caller has it already."""
    body = answer.model_dump_json().encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": f"public, max-age={FRESH_SECONDS}", "Vary": KIOSK_HEADER}
    known = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
