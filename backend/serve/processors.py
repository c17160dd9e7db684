"""Opening the processors that the settings name. What speaks with Stripe is loaded only where it is needed."""

from __future__ import annotations

from backend.clock import Clock
from backend.money.processors.registry import Processors
from backend.money.processors.test import TestProcessor
from backend.settings import PaymentSettings, SettingsError

NEEDS_STRIPE = (
    "Payments through Stripe need its library, which is not installed here: pipx install '.[stripe]' in a clone, or pip"
    " install --require-hashes -r requirements-stripe.lock."
)


def open_processors(payments: PaymentSettings, clock: Clock, public_url: str) -> Processors:
    """Return the processors; ``public_url`` is where phones reach the server, empty where none do.

    One that takes no new payments stays for those that were made with it. Raises
    :class:`backend.settings.SettingsError` where Stripe's library is missing.
    """
    test = TestProcessor(clock, has_page=bool(public_url))
    if not payments.stripe_key:
        return Processors(test)
    try:
        from backend.money.processors.reader import ReaderProcessor
        from backend.money.processors.stripe import StripeProcessor
        from backend.money.processors.stripe_wire import StripeWire
    except ModuleNotFoundError as missing:
        if missing.name != "stripe":
            raise
        raise SettingsError(NEEDS_STRIPE) from None
    wire = StripeWire(payments.stripe_key, payments.stripe_api_base)
    stripe = StripeProcessor(wire, clock, webhook_secret=payments.stripe_webhook_secret, public_url=public_url)
    reader = ReaderProcessor(wire, clock)
    taking, other = (stripe, test) if payments.processor == "stripe" else (test, stripe)
    if payments.card_reader:
        return Processors(taking, reader, (other,))
    return Processors(taking, None, (other, reader))
