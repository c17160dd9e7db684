"""Transaction Details: its lines, a line's story, totals, and exports. Nothing here changes anything."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from backend.money import exporting, statement, story, totals, transactions
from backend.money import transaction_schemas as schemas
from backend.money.lines import Order, Sort
from backend.money.transactions import Filter
from backend.money.where import Source
from backend.paging import Cursor, Limit
from backend.text import Day, Key, Line
from backend.web import Read

router = APIRouter(tags=["money"])
From = Annotated[Day | None, Query(alias="from")]
To = Annotated[Day | None, Query(alias="to")]
After = Annotated[Cursor | None, Query()]


async def _filter(
    first: From = None,
    last: To = None,
    person: Annotated[Line | None, Query()] = None,
    facility: Annotated[Line | None, Query()] = None,
    source: Annotated[Source | None, Query()] = None,
) -> Filter:
    return Filter(first, last, person, facility, source)


Filtered = Annotated[Filter, Depends(_filter)]


@router.get("/v1/transactions")
async def listed(
    call: Read,
    chosen: Filtered,
    *,
    sort: Sort = "date_paid",
    order: Order = "desc",
    cursor: After = None,
    limit: Limit = 50,
) -> schemas.TransactionPage:
    """List what was paid and what came back. Dates are those of each line's facility, both included."""
    found, following = await call.read(
        lambda tx, actor: transactions.listed(tx, actor, chosen, sort=sort, order=order, cursor=cursor, limit=limit),
        snapshot=True,
    )
    return schemas.TransactionPage(items=tuple(map(schemas.Transaction.of, found)), next_cursor=following)


@router.get("/v1/transactions/totals")
async def summed(call: Read, chosen: Filtered) -> schemas.TransactionTotals:
    """Say what the lines that fit come to: paid by whom, what came back, by source and by month."""
    found = await call.read(lambda tx, actor: totals.totals(tx, actor, chosen), snapshot=True)
    return schemas.TransactionTotals.of(found)


@router.get("/v1/transactions/export")
async def exported(call: Read, chosen: Filtered, cursor: After = None) -> schemas.ExportPiece:
    """Return the next rows of the lines that fit as CSV, the oldest first."""
    found = await call.read(lambda tx, actor: exporting.table(tx, actor, chosen, cursor), snapshot=True)
    return schemas.ExportPiece.model_validate(found)


@router.get("/v1/transactions/{transaction_id}")
async def told(call: Read, transaction_id: Annotated[Key, Path()]) -> schemas.TransactionStory:
    """Tell the whole story of one line."""
    found = await call.read(lambda tx, actor: story.story(tx, actor, transaction_id), snapshot=True)
    return schemas.TransactionStory.of(found)


@router.get("/v1/statement")
async def stated(call: Read, first: From = None, last: To = None, cursor: After = None) -> schemas.StatementPiece:
    """Return the next pages of a statement to be printed, of days of the facilities, both included."""
    found = await call.read(lambda tx, actor: statement.statement(tx, actor, first, last, cursor), snapshot=True)
    return schemas.StatementPiece.model_validate(found)
