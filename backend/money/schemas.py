"""Money on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from backend.web import Schema


class Money(Schema):
    """An amount in integer minor units of a currency: 570 of ``USD`` is $5.70."""

    minor: int
    currency: Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]


class PaymentMethod(Schema):
    """A way to pay. ``test``: no money moves, and ``sentence`` says what it does."""

    token: str
    label: str
    brand: str
    last4: str
    test: bool
    sentence: str | None


class PaymentMethods(Schema):
    """Every way in which the account can pay."""

    items: tuple[PaymentMethod, ...]
    next_cursor: str | None = None
