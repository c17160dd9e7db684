"""Finding an Incarcerated Individual."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from backend.db import Tx
from backend.errors import invalid
from backend.roster import schemas, service
from backend.roster.service import IndividualView
from backend.security import Actor
from backend.text import Key, NumberLine, ShortLine
from backend.web import Read

router = APIRouter(tags=["individuals"])


@router.get("/v1/facilities/{facility_id}/individuals")
async def search(
    call: Read,
    facility_id: Key,
    first_name: Annotated[ShortLine | None, Query()] = None,
    last_name: Annotated[ShortLine | None, Query()] = None,
    number: Annotated[NumberLine | None, Query()] = None,
) -> schemas.Individuals:
    """Find individuals by first and last name, typos forgiven, or by the full ID. At most 30 searches a minute."""
    if number is None and (first_name is None or last_name is None):
        raise invalid("last_name" if first_name else "first_name", "Enter first and last name, or the ID.")

    def find(tx: Tx, actor: Actor) -> tuple[IndividualView, ...]:
        if number is not None:
            return service.search_by_number(tx, actor, facility_id, number)
        return service.search_by_name(tx, actor, facility_id, first_name=first_name or "", last_name=last_name or "")

    await call.context.db.write(lambda tx: service.count_search(tx, call.actor(tx), facility_id))
    found = await call.read(find)
    return schemas.Individuals(items=[schemas.Individual.model_validate(each) for each in found])
