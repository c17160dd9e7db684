"""Why Stripe, a bank or a reader said no, in our problem codes: :data:`backend.money.words.PROBLEMS` has the sentences.

The codes on the left are Stripe's (docs.stripe.com/declines/codes and docs.stripe.com/error-codes, of the version that
the SDK names). Where a bank says that a card was lost, stolen or suspected of fraud, whoever holds it is told only that
it was declined, as Stripe asks.
"""

from __future__ import annotations

from typing import Final

DECLINED: Final = "card_declined"
REFUSED: Final = "processor_refused"
"""Stripe does not take the request as it is: somebody has to look at the server's settings, or at its log."""
NEEDS_PAGE: Final = "needs_page"
NOT_CHARGED: Final = "not_charged"
PAGE_ENDED: Final = "page_ended"
_CODES: Final = {
    "authentication_required": NEEDS_PAGE,
    "payment_intent_authentication_failure": NEEDS_PAGE,
    "insufficient_funds": "insufficient_funds",
    "expired_card": "card_expired",
    "invalid_expiry_month": "card_details_wrong",
    "invalid_expiry_year": "card_details_wrong",
    "incorrect_cvc": "card_details_wrong",
    "invalid_cvc": "card_details_wrong",
    "incorrect_number": "card_details_wrong",
    "invalid_number": "card_details_wrong",
    "incorrect_zip": "card_details_wrong",
    "incorrect_address": "card_details_wrong",
    "card_not_supported": "card_not_supported",
    "currency_not_supported": "card_not_supported",
    "card_velocity_exceeded": "card_limit",
    "withdrawal_count_limit_exceeded": "card_limit",
    "approve_with_id": "bank_unavailable",
    "issuer_not_available": "bank_unavailable",
    "processing_error": "bank_unavailable",
    "reenter_transaction": "bank_unavailable",
    "try_again_later": "bank_unavailable",
    "incorrect_pin": "pin_wrong",
    "invalid_pin": "pin_wrong",
    "pin_try_exceeded": "pin_wrong",
    "offline_pin_required": "pin_wrong",
    "online_or_offline_pin_required": "pin_wrong",
    "testmode_decline": "test_card",
    "test_mode_live_card": "test_card",
    "live_mode_test_card": "test_card",
    "amount_too_small": "amount_too_small",
    "resource_missing": "unknown_method",
    "customer_canceled": "reader_cancelled",
    "customer_cancelled": "reader_cancelled",
    "terminal_reader_busy": "reader_busy",
    "terminal_reader_offline": "reader_offline",
    "terminal_reader_timeout": "reader_offline",
    "connection_error": "reader_offline",
    "card_read_timed_out": "reader_not_used",
}


def problem_of(*codes: str | None, otherwise: str = DECLINED) -> str:
    """Return our problem code for the first of Stripe's codes that has one of its own."""
    return next((_CODES[code] for code in codes if code in _CODES), otherwise)
