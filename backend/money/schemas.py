"""Money on the wire."""

from __future__ import annotations

from backend.web import Schema


class Money(Schema):
    """An amount in integer minor units of a currency: 570 of ``USD`` is $5.70."""

    minor: int
    currency: str = "USD"
