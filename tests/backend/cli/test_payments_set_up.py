"""Payments set up from the shell: readers beside kiosks, what the doctor misses, and a server that cannot take them."""

from __future__ import annotations

import pytest
from stripe import StripeClient

from backend.clock import SteppedClock
from tests.backend.cli.conftest import Said, Type
from tests.standin.stand_in import API_KEY, standing_in

pytestmark = pytest.mark.parametrize("served", ["here"], indirect=True)
KEY = "sk_test_4eC39HqLyjWDarjtT1zdp7dc"


def payments_of(said: Said) -> str:
    """Return what the doctor says of payments, with its mark."""
    line = next(line for line in said.out.splitlines() if line[4:].startswith("payments"))
    return f"{line[:3].strip()} {line[4:].removeprefix('payments').strip()}"


def test_a_reader_is_noted_beside_a_kiosk_listed_and_taken_away(type_: Type, cumberland: str) -> None:
    type_("kiosk", "enrol", cumberland, "Front desk 1")
    said = type_("kiosk", "reader", cumberland, "Front desk 1", "tmr_FDOt2wlRZEdpd7")
    assert (said.code, "stands beside Front desk 1" in said.out, "card_reader is on" in said.out) == (0, True, True)
    assert "waits for its code, card reader tmr_FDOt2wlRZEdpd7" in type_("kiosk", "list").out
    assert payments_of(type_("doctor")).endswith("missing: card_reader = on, for there are readers: Front desk 1")

    assert "has no reader" in type_("kiosk", "reader", cumberland, "Front desk 1").out
    assert "card reader" not in type_("kiosk", "list").out
    assert type_("kiosk", "reader", cumberland, "Front desk 1", "no such;name").code == 1
    assert type_("kiosk", "reader", cumberland, "Front desk 9", "tmr_1").code == 1


def test_the_doctor_says_what_is_missing_for_payments(type_: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    assert payments_of(type_("doctor")) == "ok the test processor, which moves no money"

    monkeypatch.setenv("VISITDESK_PROCESSOR", "stripe")
    assert "stripe_key is not set" in type_("doctor").errors
    monkeypatch.setenv("VISITDESK_STRIPE_KEY", KEY)
    monkeypatch.setenv("VISITDESK_CARD_READER", "on")
    said = payments_of(type_("doctor"))
    assert said.startswith("! Stripe, in test mode; missing: stripe_webhook_secret")
    assert "public_url" in said
    assert "kiosk reader" in said

    monkeypatch.setenv("VISITDESK_STRIPE_WEBHOOK_SECRET", "whsec_x")
    monkeypatch.setenv("VISITDESK_PUBLIC_URL", "https://visit.example.org")
    monkeypatch.setenv("VISITDESK_CARD_READER", "off")
    monkeypatch.setenv("VISITDESK_STRIPE_KEY", KEY.replace("test", "live", 1))
    assert payments_of(type_("doctor")) == "ok Stripe, live"


def test_a_test_card_is_held_against_the_simulated_reader_beside_a_kiosk(
    type_: Type, cumberland: str, monkeypatch: pytest.MonkeyPatch, clock: SteppedClock
) -> None:
    type_("kiosk", "enrol", cumberland, "Front desk 1")
    assert type_("kiosk", "test-card", cumberland, "Front desk 1").code == 1
    with standing_in(clock) as stand_in:
        type_("kiosk", "reader", cumberland, "Front desk 1", stand_in.add_reader())
        assert "card_reader is on" in type_("kiosk", "test-card", cumberland, "Front desk 1").errors
        monkeypatch.setenv("VISITDESK_STRIPE_KEY", API_KEY)
        monkeypatch.setenv("VISITDESK_STRIPE_API_BASE", stand_in.url)
        monkeypatch.setenv("VISITDESK_CARD_READER", "on")
        not_asked = type_("kiosk", "test-card", cumberland, "Front desk 1")
        assert (not_asked.code, "took no card" in not_asked.out) == (1, True)
        sdk = StripeClient(API_KEY, base_addresses={"api": stand_in.url}).v1
        [reader] = sdk.terminal.readers.list().data
        intent = sdk.payment_intents.create(
            {"amount": 570, "currency": "usd", "allowed_payment_method_types": ["card_present"]}
        )
        sdk.terminal.readers.process_payment_intent(reader.id, {"payment_intent": intent.id})
        assert "took the card" in type_("kiosk", "test-card", cumberland, "Front desk 1").out
        assert len(stand_in.charged) == 1
