"""The lines of Transaction Details, what each is about, what they come to, and taking them away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from backend_client.models.common import Page
from backend_client.models.transactions import (
    ExportPiece,
    StatementPiece,
    Transaction,
    TransactionStory,
    TransactionTotals,
)
from backend_client.resources._resource import Resource, path, query

if TYPE_CHECKING:
    from datetime import date

TransactionSort = Literal["date_paid", "individual", "appointment", "session_fee", "transaction_fee", "fee_source"]
"""The columns that the server can sort by."""

SortOrder = Literal["asc", "desc"]
"""Smallest or oldest first, or the other way round."""

TransactionSource = Literal["card", "balance", "credit", "free", "promo", "facility", "none", "cash"]
"""The fee sources that the server can filter by."""


@dataclass(frozen=True)
class TransactionFilter:
    """Which lines: paid on these days of the facilities (both included), for people and at facilities named like this.

    What is None or empty leaves all in.
    """

    from_date: date | None = None
    to_date: date | None = None
    person: str | None = None
    facility: str | None = None
    source: TransactionSource | None = None

    @property
    def asked(self) -> dict[str, str]:
        """The filter as query parameters."""
        return query(
            from_=self.from_date,
            to=self.to_date,
            person=self.person or None,
            facility=self.facility or None,
            source=self.source,
        )


EVERYTHING = TransactionFilter()


class TransactionsResource(Resource):
    """Every charge and refund of the account that is signed in."""

    async def listed(
        self,
        chosen: TransactionFilter = EVERYTHING,
        *,
        sort: TransactionSort = "date_paid",
        order: SortOrder = "desc",
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page[Transaction]:
        """Return a page of lines. Raises Invalid for a cursor of another sort order."""
        asked = query(sort=sort, order=order, cursor=cursor, limit=limit)
        return await self._read(Page[Transaction], path("transactions"), {**asked, **chosen.asked})

    async def totals(self, chosen: TransactionFilter = EVERYTHING) -> TransactionTotals:
        """Return what the lines that fit come to; for very many lines that takes a moment."""
        return await self._read(TransactionTotals, path("transactions", "totals"), chosen.asked)

    async def story(self, transaction_id: str) -> TransactionStory:
        """Return everything about one line. Raises NotFound."""
        return await self._read(TransactionStory, path("transactions", transaction_id))

    async def export(self, chosen: TransactionFilter = EVERYTHING, *, cursor: str | None = None) -> ExportPiece:
        """Return the next rows of the lines that fit as CSV, the oldest first; the first piece has the heading."""
        asked = {**query(cursor=cursor), **chosen.asked}
        return await self._read(ExportPiece, path("transactions", "export"), asked)

    async def statement(
        self, *, from_date: date | None = None, to_date: date | None = None, cursor: str | None = None
    ) -> StatementPiece:
        """Return the next pages of a statement of these days of the facilities, both included."""
        asked = query(from_=from_date, to=to_date, cursor=cursor)
        return await self._read(StatementPiece, path("statement"), asked)
