"""The lines of Transaction Details."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from backend_client.models.common import Page
from backend_client.models.payments import Transaction
from backend_client.resources._resource import Resource, path, query

if TYPE_CHECKING:
    from datetime import date

TransactionSort = Literal["date_paid", "individual", "appointment", "session_fee", "transaction_fee", "fee_source"]
"""The columns that the server can sort by."""

SortOrder = Literal["asc", "desc"]
"""Smallest or oldest first, or the other way round."""


class TransactionsResource(Resource):
    """Every charge and refund of the account that is signed in."""

    async def listed(
        self,
        *,
        sort: TransactionSort = "date_paid",
        order: SortOrder = "desc",
        from_date: date | None = None,
        to_date: date | None = None,
        person: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page[Transaction]:
        """Return a page of lines paid from `from_date` to `to_date` (both included) for people named like `person`."""
        asked = query(
            sort=sort, order=order, from_=from_date, to=to_date, person=person or None, cursor=cursor, limit=limit
        )
        return await self._read(Page[Transaction], path("transactions"), asked)
