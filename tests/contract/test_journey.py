"""The client's calls over the real server, one visit from sign-up to refund, with every answer to a write lost once."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from backend.app import create_app
from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database
from backend.demo.seed import lay
from backend.keys import ServerKey
from backend.migrations import migrate
from backend.money.processors.registry import Processors
from backend.money.processors.test import TestProcessor
from backend_client import (
    Access,
    AccessStatus,
    Attendee,
    Client,
    Conflict,
    Declined,
    Draft,
    Hold,
    Intent,
    Invalid,
    MemoryVault,
    NewAccount,
    NotSignedIn,
    OpeningState,
    PaymentStatus,
    Secret,
    SignInKind,
    Target,
    Unsettled,
    VisitStatus,
    VisitType,
    Wanted,
)
from tests.backend_client.conftest import FakeTime
from tests.transport import AppWire, Fault, served

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
TARGET = Target.at_url("https://desk.test")
PASSWORD = Secret("correct horse battery")
ZOE = NewAccount(
    email="zoe.quill@example.org",
    password=PASSWORD,
    first_name="Zoe",
    last_name="Quill",
    birth_date=date(1980, 1, 2),
    address_line="1 Main St",
    city="Memphis",
    state="TN",
    postal_code="38103",
    phone="+1 901 555 0100",
    id_kind="drivers_license",
    id_last4="4881",
)


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's data, laid once; each test has a copy."""
    path = tmp_path_factory.mktemp("laid") / "visitdesk.sqlite3"
    database = Database(f"sqlite:///{path}", SteppedClock(NOW))
    migrate(database)
    database.write_now(lay)
    database.close()
    return path


@pytest.fixture
async def wire(laid: Path, tmp_path: Path) -> AsyncIterator[AppWire]:
    """The demonstration, at a time that stands still."""
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


class Person:
    """Somebody on a line so bad that the answer to the first attempt of every write is lost."""

    def __init__(self, wire: AppWire) -> None:
        self._wire = wire
        self.client = Client(TARGET, MemoryVault(), transport=wire, pace=FakeTime().pace())

    def intent(self) -> Intent:
        """Return a new intent, and have the answer to the next request lost."""
        self._wire.disturb(Fault.LOST_ANSWER)
        return Intent.new()

    async def be(self, key: str) -> Person:
        """Sign in as one of the demonstration's people."""
        await self.client.sign_in.as_demo_person(key, kind=SignInKind.SSH, device="test", intent=self.intent())
        return self

    async def approved(self) -> Access:
        """Return the first approved facility access."""
        return next(access for access in await self.client.access.mine() if access.status is AccessStatus.APPROVED)

    async def hold(self) -> tuple[Hold, str]:
        """Accept the terms of the first approved facility and hold its last opening; return it and the terms' id."""
        access = await self.approved()
        facility = await self.client.facilities.read(access.facility.id)
        offer = next(offer for offer in facility.offers if offer.visit_type is VisitType.REMOTE)
        terms = await self.client.facilities.terms(facility.id, offer.visit_type)
        await self.client.facilities.accept_terms(terms.id, intent=self.intent())
        first, _, last = access.individual_name.rpartition(" ")
        individual = (await self.client.individuals.by_name(facility.id, first, last))[0]
        wanted = Wanted(facility.id, offer.visit_type, individual.id, offer.durations[0].minutes)
        today = NOW.date()
        days = await self.client.openings.days(wanted, from_date=today, to_date=today + timedelta(days=28))
        day = [day for day in days.items if day.open][-1]
        openings = await self.client.openings.on(wanted, day.date)
        opening = next(one for one in openings.items if one.state is OpeningState.OPEN)
        return await self.client.holds.take(wanted, opening.starts_at, intent=self.intent()), terms.id


async def test_one_visit_from_the_hold_to_the_refund_happens_once_on_a_bad_line(wire: AppWire) -> None:
    ana = await Person(wire).be("returning_visitor")
    client = ana.client
    before = await client.visits.listed("upcoming")
    lines_before = len((await client.transactions.listed(limit=200)).items)
    hold, terms_id = await ana.hold()
    hold = await client.holds.renew(hold.id, intent=ana.intent())
    assert await client.holds.current() == hold
    company = (Attendee("Luz", minor=True),)
    draft = Draft(facility_id=hold.facility_id, hold_id=hold.id, attendees=company, step="confirm")
    assert await client.drafts.save(draft, intent=ana.intent()) == await client.drafts.read()

    confirmation = await client.visits.confirm(
        hold.id,
        terms_id,
        attendees=company,
        payment_method="test_approved",
        expected_total=hold.price.total,
        intent=ana.intent(),
    )
    assert confirmation.visit is not None
    assert confirmation.payment is not None
    assert confirmation.payment.status is PaymentStatus.SUCCEEDED
    assert await client.payments.read(confirmation.payment.id) == confirmation
    visit = await client.visits.read(confirmation.visit.id)
    assert visit == confirmation.visit
    assert len((await client.visits.listed("upcoming")).items) == len(before.items) + 1
    assert await client.holds.current() is None
    assert await client.drafts.read() is None
    assert (await client.visits.calendar(visit.id)).startswith("BEGIN:VCALENDAR\r\n")

    back = await client.visits.cancellation(visit.id)
    assert back.comes_back == hold.price.total
    cancelled = await client.visits.cancel(visit.id, expected_back=back.comes_back, intent=ana.intent())
    assert cancelled.status is VisitStatus.CANCELLED
    lines = (await client.transactions.listed(limit=200)).items
    assert len(lines) == lines_before + 2
    assert sorted(line.session_fee.minor for line in lines if line.visit_id == visit.id) == [
        -hold.price.session_fee.minor,
        hold.price.session_fee.minor,
    ]


async def test_a_declined_card_keeps_the_hold_for_another_try(wire: AppWire) -> None:
    ana = await Person(wire).be("returning_visitor")
    hold, terms_id = await ana.hold()
    with pytest.raises(Declined) as caught:
        await ana.client.visits.confirm(
            hold.id,
            terms_id,
            attendees=(),
            payment_method="test_declined",
            expected_total=hold.price.total,
            intent=ana.intent(),
        )
    assert caught.value.code == "payment_declined"
    assert await ana.client.holds.current() == hold
    await ana.client.holds.release(hold.id, intent=ana.intent())
    assert await ana.client.holds.current() is None


async def test_a_confirmation_whose_outcome_is_unknown_is_settled_by_the_same_intent(wire: AppWire) -> None:
    ana = await Person(wire).be("returning_visitor")
    hold, terms_id = await ana.hold()
    wire.disturb(Fault.TIMED_OUT, "POST", "/v1/visits", times=5)
    intent = Intent.new()

    async def confirm() -> str:
        confirmation = await ana.client.visits.confirm(
            hold.id,
            terms_id,
            attendees=(),
            payment_method="test_approved",
            expected_total=hold.price.total,
            intent=intent,
        )
        assert confirmation.visit is not None
        return confirmation.visit.id

    with pytest.raises(Unsettled) as caught:
        await confirm()
    assert caught.value.intent == intent
    assert await confirm() in {visit.id for visit in (await ana.client.visits.listed("upcoming")).items}
    charges = [line for line in (await ana.client.transactions.listed()).items if line.visit_id == hold.id]
    assert len(charges) == 1


async def test_an_account_is_made_once_and_its_access_request_is_decided_once(wire: AppWire) -> None:
    zoe = Person(wire)
    sent = await zoe.client.accounts.create(ZOE, intent=zoe.intent())
    assert sent.local_message is not None
    code = str(sent.local_message.code)
    await zoe.client.accounts.confirm(ZOE.email, code, kind=SignInKind.SSH, device="test", intent=zoe.intent())
    assert (await zoe.client.sign_in.current()).account.email == ZOE.email

    officer = await Person(wire).be("officer")
    (facility,) = (await officer.client.accounts.read()).facilities
    head = await officer.client.changes.head(facility_id=facility.id)
    asked = await zoe.client.access.request(facility.id, "Mateo Rivera", "Sister", intent=zoe.intent())
    assert asked.status is AccessStatus.PENDING
    with pytest.raises(Conflict, match="access_already_open"):
        await zoe.client.access.request(facility.id, "Mateo Rivera", "Sister", intent=zoe.intent())
    heard = await officer.client.changes.since(head, facility_id=facility.id)
    assert asked.id in {change.id for change in heard.items}

    await officer.client.desk.mark_id_seen(asked.id, intent=officer.intent())
    requests = (await officer.client.desk.access_requests(facility.id)).items
    request = next(request for request in requests if request.id == asked.id)
    assert (request.applicant.last_name, request.id_seen_by) == ("Quill", "Dana Whitfield")
    await officer.client.desk.decide(request.id, "approved", version=request.version, intent=officer.intent())
    with pytest.raises(Conflict, match="already_decided"):
        await officer.client.desk.decide(request.id, "denied", version=request.version, intent=officer.intent())
    assert (await zoe.approved()).id == asked.id


async def test_a_wrong_form_has_a_sentence_for_each_field(wire: AppWire) -> None:
    zoe = Person(wire)
    wrong = replace(ZOE, email="no address", birth_date=date(2025, 1, 1), password=Secret("short"))
    with pytest.raises(Invalid) as caught:
        await zoe.client.accounts.create(wrong, intent=zoe.intent())
    assert {error.field for error in caught.value.errors} >= {"email", "password"}
    assert all(error.sentence for error in caught.value.errors)


async def test_signing_out_ends_the_token_for_every_terminal_that_has_it(wire: AppWire) -> None:
    ana = await Person(wire).be("returning_visitor")
    vault = MemoryVault()
    token = ana.client._tokens.current
    assert token is not None
    await vault.save(TARGET.name, token.reveal())
    told: list[NotSignedIn] = []
    second = Client(TARGET, vault, transport=wire, on_signed_out=told.append)
    await second.restore()
    assert (await second.accounts.read()).first_name == "Ana"
    await ana.client.sign_in.sign_out(intent=ana.intent())
    with pytest.raises(NotSignedIn):
        await second.accounts.read()
    assert [problem.code for problem in told] == ["not_signed_in"]
    assert await vault.load(TARGET.name) is None
