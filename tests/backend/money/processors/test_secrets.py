"""The keys of others show nowhere: in no log however talkative, in no text of an object, in no crash."""

from __future__ import annotations

import copy
import io
import json
import logging
import pickle
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from rich.traceback import Traceback

from backend.money.processors.base import BadEventError
from backend.money.processors.stripe import StripeProcessor
from backend.money.processors.stripe_wire import StripeWire
from backend.secret import Secret
from backend.settings import load
from tests.backend.money.processors.conftest import PUBLIC, World

KEY = "sk_live_51PlantedKeyThatNobodyMaySee"
SIGNING = "whsec_PlantedSecretThatNobodyMaySee"
PLANTED = (KEY, SIGNING, "PlantedPassword")


@pytest.fixture
def talk() -> Iterator[io.StringIO]:
    """Everything that any logger says, with the variables of each frame where one has an exception."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.formatter = Talkative()
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


class Talkative(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        # not through formatException, which is not asked where another handler was before
        return f"{record.getMessage()} {record.__dict__} {everything() if record.exc_info else ''}"


def everything() -> str:
    """Return the exception under way as the most talkative programs print it."""
    shown = Console(file=io.StringIO(), width=400)
    shown.print(Traceback(show_locals=True, locals_max_length=10_000, locals_max_string=100_000))
    assert isinstance(shown.file, io.StringIO)
    return shown.file.getvalue() + traceback.format_exc()


def forget(world: World) -> None:
    """Let the stand-in, which is told the key as Stripe is, not be where it is found."""
    world.stand_in.seen.clear()


def planted_in(text: str) -> list[str]:
    return [secret for secret in PLANTED if secret in text]


def test_a_secret_shows_as_nothing() -> None:
    secret = Secret(KEY)

    assert (
        planted_in(f"{secret} {secret!r} {[secret]} {vars(Secret)}" + str(secret) + json.dumps([secret], default=str))
        == []
    )
    assert secret.reveal() == KEY
    assert (bool(secret), bool(Secret())) == (True, False)
    assert Secret(KEY) == secret != Secret(SIGNING)
    for write in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            write(secret)


def test_settings_show_no_secret(tmp_path: Path) -> None:
    environ = {
        "VISITDESK_STRIPE_KEY": KEY,
        "VISITDESK_STRIPE_WEBHOOK_SECRET": SIGNING,
        "VISITDESK_DATABASE_URL": "postgresql://visitdesk:PlantedPassword@db/visitdesk",
        "VISITDESK_SMTP_URL": "smtp://visitdesk:PlantedPassword@mail",
    }
    settings = load(environ, data_dir=tmp_path)

    assert settings.payments.stripe_key.reveal() == KEY
    assert planted_in(f"{settings} {settings.payments!r}") == []


async def test_neither_logs_nor_crashes_show_the_key_or_the_secret(world: World, talk: io.StringIO) -> None:
    wires = [StripeWire(Secret(KEY), base) for base in (world.stand_in.url, "http://127.0.0.1:1", "not an address")]
    orders = world.order("pm_card_visa", customer="cus_1"), world.on_a_page()
    for wire in wires:
        stripe = StripeProcessor(wire, world.clock, webhook_secret=Secret(SIGNING), public_url=PUBLIC)
        for order in orders:
            assert (await stripe.charge(order)).outcome == "unknown"
        forget(world)
        try:
            stripe.event(b"{}", f"t={int(world.clock.now().timestamp())},v1=00")
        except BadEventError:
            logging.getLogger("planted").exception("%s %r", stripe, wire)
        await wire.close()

    said = talk.getvalue()
    assert [line for line in ("HTTP Request:", "Request to Stripe", "send_request_headers") if line in said] == []
    assert "BadEventError" in said
    assert "stripe_events.py" in talk.getvalue()
    assert planted_in(talk.getvalue()) == []


async def test_stripe_itself_is_told_the_key(world: World) -> None:
    wire = StripeWire(Secret(KEY), world.stand_in.url)
    stripe = StripeProcessor(wire, world.clock, webhook_secret=Secret(), public_url=PUBLIC)
    await stripe.charge(world.on_a_page())
    await wire.close()

    assert [one.headers["authorization"] for one in world.stand_in.seen] == [f"Bearer {KEY}"]


def test_a_key_that_is_kept_as_plain_text_would_be_seen(talk: io.StringIO) -> None:
    plain = KEY
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        logging.getLogger("planted").exception("something broke")

    assert planted_in(talk.getvalue()) == [plain]


@pytest.mark.parametrize(
    "place", ["_http_client.HTTPClient._record_request_metrics", "_api_requestor._APIRequestor._interpret_response"]
)
async def test_a_fault_in_the_middle_of_a_call_shows_no_key(
    world: World, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    wire = StripeWire(Secret(KEY), world.stand_in.url)
    stripe = StripeProcessor(wire, world.clock, webhook_secret=Secret(SIGNING), public_url=PUBLIC)

    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(f"stripe.{place}", breaks)
    shown = ""
    try:
        await stripe.charge(world.on_a_page())
    except ZeroDivisionError:
        forget(world)
        shown = everything()
    await wire.close()

    assert "_api_requestor.py" in shown  # with the variables of the SDK's own frames
    assert planted_in(shown) == []
