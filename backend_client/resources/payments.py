"""Payment methods, and payments whose outcome is not known yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_client.models.common import Page
from backend_client.models.payments import Confirmation, PaymentMethod
from backend_client.models.wallet import Wallet, WaysToPay
from backend_client.resources._resource import Resource, path, query

if TYPE_CHECKING:
    from backend_client._encode import Sendable
    from backend_client.intent import Intent
    from backend_client.models.common import Money


class PaymentsResource(Resource):
    """Ways to pay, by token only: no card number passes through here."""

    async def methods(self) -> tuple[PaymentMethod, ...]:
        """Return the payment methods that this account can use."""
        return (await self._read(Page[PaymentMethod], path("payment-methods"))).items

    async def read(self, payment_id: str) -> Confirmation:
        """Return how a payment stands, and the visit once it does. A change of kind `payment` says when to ask."""
        return await self._read(Confirmation, path("payments", payment_id))

    async def end(self, payment_id: str, *, intent: Intent) -> Confirmation:
        """End the page or the reader's question of a payment, to pay another way.

        The answer says how it ended: somebody may have paid meanwhile, and then the visit stands.
        """
        return await self._write(Confirmation, "POST", path("payments", payment_id, "end"), intent, {})

    async def ways(self, promo_code: str | None = None) -> WaysToPay:
        """Return every way to pay for the held visit, with `promo_code` where one was entered.

        Raises NotFound or Conflict (`hold_expired`) where no time is held.
        """
        return await self._read(WaysToPay, path("holds", "current", "ways-to-pay"), query(promo_code=promo_code))

    async def wallet(self) -> Wallet:
        """Return what is on the account."""
        return await self._read(Wallet, path("wallet"))

    async def top_up(self, amount: Money, payment_method: str, *, intent: Intent) -> Confirmation:
        """Put `amount` on the prepaid balance with a method's token. A payment that is `checking` is followed."""
        body: dict[str, Sendable] = {"amount": amount, "payment_method": payment_method}
        return await self._write(Confirmation, "POST", path("top-ups"), intent, body)
