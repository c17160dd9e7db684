"""A person types a card number into every field of a paid visit: nothing of it is kept, logged or shown anywhere."""

from __future__ import annotations

import copy
import json
import logging
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from backend.app import create_app
from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database
from backend.keys import ServerKey
from backend.money.processors.registry import Processors
from backend.money.processors.test import TestProcessor
from backend.visits import booking
from backend_client import (
    Attendee,
    Client,
    DisputeOutcome,
    DisputeReason,
    Draft,
    Intent,
    MemoryVault,
    Money,
    NewRestriction,
    Problem,
    ProfileChanges,
    RestrictionKind,
    ServerTrouble,
    SignInKind,
)
from tests.backend_client.conftest import FakeTime
from tests.contract.test_journey import NOW, TARGET, ZOE, Person, laid
from tests.luhn import Found, in_database, in_files, in_text
from tests.transport import AppWire, served
from tui import crash
from tui.settings import Settings

__all__ = ["laid"]

CARD = "4242 4242 4242 4242"
DIGITS = "4242424242424242"
WAYS = tuple(between.join(["4242"] * 4).encode() for between in ("", " ", "-"))
ITS_OWN = frozenset({"password", "new_password", "current_password"})
"""Nobody sees these again: of a password only its argon2 hash is kept."""


class WrongFields(httpx.AsyncBaseTransport):
    """A wire on which everything that is sent is sent before with a card number in each of its texts, one by one."""

    def __init__(self, wire: AppWire) -> None:
        self._wire = wire
        self.fields: dict[str, int] = {}
        """What a card number was typed into, with the status of the answer."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        if request.method != "GET" and body:
            said = json.loads(body)
            for path in texts(said):
                answer = await self._wire.handle_async_request(wrong(request, said, path))
                await answer.aread()
                self.fields[f"{request.url.path}:{'.'.join(map(str, path))}"] = answer.status_code
        return await self._wire.handle_async_request(request)


def texts(said: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every text in a JSON value but for passwords."""
    if isinstance(said, str) and path[-1] not in ITS_OWN:
        yield path
    for key, held in said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ():
        yield from texts(held, (*path, key))


def wrong(request: httpx.Request, said: object, path: tuple[str | int, ...]) -> httpx.Request:
    """Return the request with a card number in one of its texts, as an intent of its own."""
    changed = copy.deepcopy(said)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]  # type: ignore[index]  # a path through this very value
    holder[path[-1]] = CARD  # type: ignore[index]
    headers = {**request.headers, "idempotency-key": Intent.new().key}
    headers.pop("content-length", None)
    return httpx.Request(request.method, request.url, headers=headers, content=json.dumps(changed).encode())


class Careless(Person):
    """Somebody who types a card number into every field before the right answer; the line is a good one."""

    def __init__(self, wire: httpx.AsyncBaseTransport) -> None:
        self.client = Client(TARGET, MemoryVault(), transport=wire, pace=FakeTime().pace())

    def intent(self) -> Intent:
        return Intent.new()


@pytest.fixture
async def wire(laid: Path, tmp_path: Path) -> AsyncIterator[AppWire]:  # the fixture itself
    """The demonstration, on a file that is searched afterwards."""
    clock = SteppedClock(NOW)
    shutil.copyfile(laid, tmp_path / "visitdesk.sqlite3")
    context = Context(
        db=Database(f"sqlite:///{tmp_path / 'visitdesk.sqlite3'}", clock),
        key=ServerKey(b"a key for tests only: 32 bytes.."),
        processors=Processors(TestProcessor(clock)),
        demonstration=True,
    )
    async with served(create_app(context), local=True) as wire:
        yield wire


def kept(tmp_path: Path, log: str) -> list[Found]:
    """Return every card number in the database, in the files beside it, and in the log.

    What SQLite has removed stays in its files for a while, between bytes that are no text: there this one is sought.
    """
    files = [path for path in tmp_path.iterdir() if path.is_file()]
    raw = [Found(path.name, DIGITS) for path in files if any(way in path.read_bytes() for way in WAYS)]
    texts_ = [path for path in files if ".sqlite3" not in path.name]
    return [*in_database(tmp_path / "visitdesk.sqlite3"), *raw, *in_files(texts_), *in_text("log", log)]


async def make_an_account(wire: httpx.AsyncBaseTransport) -> None:
    zoe = Careless(wire)
    sent = await zoe.client.accounts.create(ZOE, intent=zoe.intent())
    assert sent.local_message is not None
    code = str(sent.local_message.code)
    await zoe.client.accounts.confirm(ZOE.email, code, kind=SignInKind.SSH, device="test", intent=zoe.intent())
    await zoe.client.accounts.update(
        ProfileChanges(first_name="Zoe", address_line="2 Main St", city="Memphis", phone="+1 901 555 0101"),
        intent=zoe.intent(),
    )
    facility_id = (await zoe.client.facilities.in_state("TN")).items[0].id
    await zoe.client.access.request(facility_id, "Mateo Rivera", "Sister", intent=zoe.intent())


async def pay_for_a_visit(wire: httpx.AsyncBaseTransport) -> None:
    """Pay a visit, have it cancelled and disputed, with what the desk and support write about it."""
    ana = Careless(wire)
    await ana.be("returning_visitor")
    client = ana.client
    hold, terms_id = await ana.hold()
    company = (Attendee("Luz", minor=True),)
    draft = Draft(facility_id=hold.facility_id, hold_id=hold.id, attendees=company, step="confirm")
    await client.drafts.save(draft, intent=ana.intent())
    confirmation = await client.visits.confirm(
        hold.id,
        terms_id,
        attendees=company,
        payment_method="test_approved",
        expected_total=hold.price.total,
        intent=ana.intent(),
    )
    assert confirmation.visit is not None
    visit_id = confirmation.visit.id
    charge = next(line for line in (await client.transactions.listed()).items if line.visit_id == visit_id)
    dispute = await client.disputes.open(charge.id, DisputeReason.WRONG_AMOUNT, "It is too much.", intent=ana.intent())
    back = await client.visits.cancellation(visit_id)
    await client.visits.cancel(visit_id, expected_back=back.comes_back, reason="Not well", intent=ana.intent())
    with suppress(Problem):
        await client.cash.enter_code("ABCD-EFGH", intent=ana.intent())
    officer = Careless(wire)
    await officer.be("officer")
    await officer.client.cash.take(hold.facility_id, "R-1", Money(2000, "USD"), intent=officer.intent())
    ban = NewRestriction(RestrictionKind.BAN, "A threat", person_name="Rob Quill")
    await officer.client.desk.restrict(hold.facility_id, ban, intent=officer.intent())
    support = Careless(wire)
    await support.be("support")
    found = await support.client.support.find_accounts("Rivera", intent=support.intent())
    await support.client.support.one_time_code(found.items[0].id, "She called.", intent=support.intent())
    with suppress(Problem):
        await support.client.disputes.decide(
            dispute.id, DisputeOutcome.REFUSE, "The price was shown.", None, intent=support.intent()
        )


async def crash_the_server(wire: AppWire, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Let the server break while it holds a card number that somebody sent as a payment method."""

    def breaks(_tx: object, _actor: object, confirming: booking.Confirming) -> booking.Begun:
        held = confirming.method_token
        raise RuntimeError(f"it broke {'with' if held else 'without'} a method")

    ana = Careless(wire)
    await ana.be("returning_visitor")
    hold, terms_id = await ana.hold()
    monkeypatch.setattr(booking, "begin", breaks)
    with pytest.raises(ServerTrouble):
        await ana.client.visits.confirm(
            hold.id,
            terms_id,
            attendees=(),
            payment_method=DIGITS,
            expected_total=hold.price.total,
            intent=ana.intent(),
        )
    assert [type(one) for one in wire.crashes] == [RuntimeError] * len(wire.crashes)
    wire.crashes.clear()
    return {"crash": 500}


async def test_a_card_number_in_a_wrong_field_is_kept_nowhere(
    wire: AppWire, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    fields = WrongFields(wire)
    await make_an_account(fields)
    await pay_for_a_visit(fields)
    fields.fields |= await crash_the_server(wire, monkeypatch)

    assert not {field: status for field, status in fields.fields.items() if status < 400}
    assert len(fields.fields) > 30
    said = crash.farewell(ValueError(f"bad card {CARD}"), Settings(data_dir=str(tmp_path))).plain
    assert kept(tmp_path, caplog.text + said) == []


async def test_one_that_was_planted_is_found(wire: AppWire, tmp_path: Path) -> None:
    ana = Person(wire)
    await ana.be("returning_visitor")
    db = Database(f"sqlite:///{tmp_path / 'visitdesk.sqlite3'}", SteppedClock(NOW))
    plant = "UPDATE visit SET reason = 'paid with 4242-4242-4242-4242' WHERE status = 'cancelled'"
    with db.engine.begin() as connection:
        connection.exec_driver_sql(plant)
    db.close()
    assert {(found.where, found.digits) for found in kept(tmp_path, f"took {DIGITS}")} == {
        ("visit", DIGITS),
        ("visitdesk.sqlite3-wal", DIGITS),
        ("log", DIGITS),
    }
