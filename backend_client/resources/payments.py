"""Payment methods, and payments whose outcome is not known yet."""

from __future__ import annotations

from backend_client.models.common import Page
from backend_client.models.payments import Confirmation, PaymentMethod
from backend_client.resources._resource import Resource, path


class PaymentsResource(Resource):
    """Ways to pay, by token only: no card number passes through here."""

    async def methods(self) -> tuple[PaymentMethod, ...]:
        """Return the payment methods that this account can use."""
        return (await self._read(Page[PaymentMethod], path("payment-methods"))).items

    async def read(self, payment_id: str) -> Confirmation:
        """Return how a payment stands, and the visit once it does. A change of kind `payment` says when to ask."""
        return await self._read(Confirmation, path("payments", payment_id))
