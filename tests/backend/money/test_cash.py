"""Cash at the desk reaches one balance once, and a code is worth nothing to whoever has only the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from backend.accounts.models import Account
from backend.audit.models import AuditEntry
from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.idempotency import IdempotentCall
from backend.money import cash, cash_receipts, spending, transactions
from backend.money.cash_codes import LIVES
from backend.money.models import LedgerEntry, Payment, PaymentPart
from backend.money.source_models import CashReceipt
from backend.money.transactions import Filter
from backend.security import SHELL, Actor
from tests import factories
from tests.backend.conftest import SignedIn
from tests.backend.money.desk_world import KEY, DeskWorld, actor_of, code_of, desk_world
from tests.backend.together import first_then, together


@pytest.fixture
def on_postgres(postgres_url: str, clock: SteppedClock) -> Iterator[DeskWorld]:
    database = Database(postgres_url, clock)
    yield desk_world(database)
    database.close()


@pytest.fixture
def world(database: Database) -> DeskWorld:
    return desk_world(database)


def refusal(problem: pytest.ExceptionInfo[Problem]) -> str:
    return problem.value.code


def test_cash_for_an_address_is_on_its_balance_at_once_and_its_owner_is_told(world: DeskWorld) -> None:
    taken = world.receipt(world.take(email="Maria@Example.org"))
    assert (taken.state, taken.credited_to, taken.code_expires_at) == ("credited", "Maria D.", None)
    assert world.balance() == 2000
    assert world.told() == ["money_added"]

    def entry(tx: Tx) -> LedgerEntry:
        return tx.session.exec(select(LedgerEntry)).one()

    line = world.do(entry)
    assert (line.kind, line.fee_source, line.receipt, line.zone) == ("top_up", "cash", "4711", "America/Chicago")
    trace = world.do(lambda tx: tx.session.exec(select(AuditEntry)).one())
    assert (trace.action, trace.chain) == ("cash taken", f"facility:{world.facility_id}")


@pytest.mark.parametrize("email", ["jo@example.org", "nobody@example.org"])
def test_an_officer_learns_nothing_of_an_address_that_is_no_visitors_of_the_facility(
    world: DeskWorld, email: str
) -> None:
    with pytest.raises(Problem) as refused:
        world.take(email=email)
    assert [each.field for each in refused.value.errors] == ["email"]
    assert "No visitor of this facility has this address." in refused.value.errors[0].sentence


def test_a_code_puts_the_cash_on_the_balance_of_whoever_enters_it_once(world: DeskWorld) -> None:
    receipt_id = world.take()
    written = code_of(receipt_id).replace("-", " ").lower().replace("0", "o")
    done = world.enter(written, world.stranger)
    assert (done.refusal, done.amount_minor, done.facility) == (None, 2000, "Cumberland County Jail")
    assert (world.balance(world.stranger), world.balance()) == (2000, 0)
    assert world.enter(code_of(receipt_id)).refusal == "cash_code_used"
    assert world.balance() == 0


def test_a_code_that_two_people_enter_at_the_same_time_is_credited_once(world: DeskWorld) -> None:
    code = code_of(world.take())
    done: list[str | None] = []

    def enter(account: Account) -> None:
        done.append(world.enter(code, account).refusal)

    together([partial(enter, each) for each in (world.visitor, world.stranger)])
    assert sorted(map(str, done)) == ["None", "cash_code_used"]
    assert world.balance() + world.balance(world.stranger) == 2000


def test_a_code_is_good_for_thirty_days_and_not_for_an_instant_more(world: DeskWorld, clock: SteppedClock) -> None:
    first, second = world.take("1"), world.take("2")
    clock.step(LIVES - timedelta(microseconds=1))
    assert world.enter(code_of(first)).refusal is None
    clock.step(timedelta(microseconds=1))
    assert world.enter(code_of(second)).refusal == "cash_code_expired"
    assert world.receipt(second).state == "expired"


def test_five_wrong_codes_lock_an_account_even_for_the_right_one_and_nobody_else(
    world: DeskWorld, clock: SteppedClock
) -> None:
    code = code_of(world.take())
    said = [world.enter("0000-0000-0000").refusal for _ in range(5)]
    assert said == ["cash_code_wrong"] * 4 + ["cash_codes_locked"]
    assert world.enter(code).retry_after_seconds == 15 * 60
    other = code_of(world.take("4712"))
    assert world.enter(other, world.stranger).refusal is None
    clock.step(timedelta(minutes=15))
    assert world.enter(code).refusal is None


def test_a_right_code_forgets_the_wrong_ones_before_it(world: DeskWorld) -> None:
    code = code_of(world.take())
    tried = ["0000"] * 4 + [code] + ["0000"] * 4
    said = [world.enter(each).refusal for each in tried]
    assert said == ["cash_code_wrong"] * 4 + [None] + ["cash_code_wrong"] * 4


def test_a_receipts_number_is_good_once_at_a_facility_however_it_is_written(world: DeskWorld) -> None:
    world.take("a-17")
    with pytest.raises(Problem) as refused:
        world.take("A-17")
    assert refusal(refused) == "receipt_exists"
    assert world.do(lambda tx: len(tx.session.exec(select(CashReceipt)).all())) == 1


@pytest.mark.parametrize(("amount", "fits"), [(99, False), (100, True), (30_000, True), (30_001, False)])
def test_an_amount_is_from_one_to_three_hundred_dollars(world: DeskWorld, amount: int, fits: bool) -> None:
    if fits:
        world.take(amount_minor=amount)
        return
    with pytest.raises(Problem) as refused:
        world.take(amount_minor=amount)
    assert refused.value.errors[0].sentence == "Enter an amount from $1.00 to $300.00."


def test_a_mistake_is_put_right_once_and_its_owner_is_told(world: DeskWorld) -> None:
    receipt_id = world.take(email="maria@example.org")
    assert world.undo(receipt_id).state == "undone"
    assert world.balance() == 0
    assert sorted(world.told()) == ["money_added", "money_taken_back"]
    who = actor_of(world.visitor)
    lines, _ = world.do(
        lambda tx: transactions.listed(tx, who, Filter(), sort="date_paid", order="asc", cursor=None, limit=9)
    )
    (said,) = [line.details_sentence for line in lines if line.details == "refund"]
    assert said == (
        "Receipt 4711 was put right by the facility: Counted twice. $20.00 was taken off your prepaid balance and given"
        " back in cash."
    )
    with pytest.raises(Problem) as refused:
        world.undo(receipt_id)
    assert refusal(refused) == "receipt_undone"


def test_a_code_that_was_put_right_is_worth_nothing(world: DeskWorld) -> None:
    receipt_id = world.take()
    world.undo(receipt_id)
    assert world.enter(code_of(receipt_id)).refusal == "cash_code_wrong"
    assert world.balance() == 0


def put_aside(tx: Tx, visitor: Account) -> None:
    """Begin to pay a cent from the prepaid balance, as a confirmation does."""
    spending.lock_account(tx, visitor.id)
    tx.session.add(
        Payment(
            id="P1",
            account_id=visitor.id,
            booking_id="B1",
            processor="test",
            method_token="pm",
            label="Visa 4242",
            brand="visa",
            last4="4242",
            amount_minor=1,
            currency="USD",
            session_fee_minor=1,
            transaction_fee_minor=0,
            status="checking",
            asked={},
            created_at=tx.now,
        )
    )
    tx.session.flush()
    tx.session.add(
        PaymentPart(
            payment_id="P1",
            fee_source="balance",
            label="Prepaid balance",
            session_fee_minor=1,
            transaction_fee_minor=0,
            tax_minor=0,
        )
    )


def test_cash_is_not_taken_back_once_it_is_put_aside_for_a_visit(world: DeskWorld) -> None:
    receipt_id = world.take(email="maria@example.org")
    world.do(lambda tx: put_aside(tx, world.visitor))
    with pytest.raises(Problem) as refused:
        world.undo(receipt_id)
    assert (refusal(refused), world.balance()) == ("cash_spent", 2000)
    world.do(lambda tx: tx.session.execute(text("UPDATE payment SET status = 'declined'")))
    assert world.undo(receipt_id).state == "undone"


def test_who_takes_cash_back_while_it_is_being_put_aside_waits_and_is_refused(on_postgres: DeskWorld) -> None:
    world = on_postgres
    receipt_id = world.take(email="maria@example.org")

    def undoing(tx: Tx) -> None:
        cash.undo(tx, world.officer, receipt_id, "Counted twice.")

    assert first_then(world, lambda tx: put_aside(tx, world.visitor), undoing) == ("done", "cash_spent")


def test_who_puts_a_receipt_right_while_its_code_is_entered_waits_and_takes_the_money_back(
    on_postgres: DeskWorld,
) -> None:
    world = on_postgres
    receipt_id = world.take()

    def entering(tx: Tx) -> None:
        cash.redeem(tx, actor_of(world.visitor), KEY, code_of(receipt_id))

    def undoing(tx: Tx) -> None:
        cash.undo(tx, world.officer, receipt_id, "Counted twice.")

    assert first_then(world, entering, undoing) == ("done", "done")
    assert (world.receipt(receipt_id).state, world.balance()) == ("undone", 0)


def test_nobody_spends_the_money_of_a_code_just_entered_while_it_is_taken_back(
    on_postgres: DeskWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The receipt has no account yet when the officer reads it; what it brings is spent under the account's lock."""
    world = on_postgres
    receipt_id = world.take()
    counted = spending.balance
    waits: list[bool] = []

    def counting(tx: Tx, account_id: str) -> int:
        """Count what is there, beside somebody who is about to spend it."""
        found = counted(tx, account_id)
        with world.db.engine.begin() as connection:
            beside = Tx(connection, tx.now)
            beside.session.execute(text("SET LOCAL lock_timeout = '200ms'"))
            try:
                spending.lock_account(beside, account_id)
                waits.append(False)
            except DBAPIError:
                waits.append(True)
        return found

    def entering(tx: Tx) -> None:
        cash.redeem(tx, actor_of(world.visitor), KEY, code_of(receipt_id))

    def undoing(tx: Tx) -> None:
        cash.undo(tx, world.officer, receipt_id, "Counted twice.")

    monkeypatch.setattr(spending, "balance", counting)
    assert first_then(world, entering, undoing) == ("done", "done")
    assert waits == [True]


def test_an_officer_of_another_facility_finds_no_such_receipt(world: DeskWorld) -> None:
    receipt_id = world.take()
    elsewhere = Actor("officer", "terminal", world.officer.account_id, frozenset({"elsewhere"}))
    with pytest.raises(Problem) as refused:
        world.do(lambda tx: cash.undo(tx, elsewhere, receipt_id, "Mine."))
    assert refusal(refused) == "not_found"


def test_a_receipt_that_was_never_there_is_not_found(world: DeskWorld) -> None:
    for asking in (world.receipt, world.undo):
        with pytest.raises(Problem) as refused:
            asking("R404")
        assert refusal(refused) == "not_found"


def test_a_receipt_is_shown_to_no_officer_of_another_facility(world: DeskWorld) -> None:
    receipt_id = world.take()
    elsewhere = replace(world.officer, facility_ids=frozenset({"another"}))
    with pytest.raises(Problem) as refused:
        world.do(lambda tx: cash_receipts.one(tx, elsewhere, receipt_id))
    assert refusal(refused) == "not_allowed"


def test_nobody_takes_cash_without_a_name_to_stand_for_it(world: DeskWorld) -> None:
    with pytest.raises(Problem) as refused:
        world.do(lambda tx: cash.take(tx, SHELL, KEY, world.facility_id, receipt="1", amount_minor=2000, email=None))
    assert refusal(refused) == "not_allowed"


def test_a_day_lists_its_receipts_page_by_page_by_the_facilitys_clock(world: DeskWorld, clock: SteppedClock) -> None:
    for number in range(3):
        world.take(str(number))
        clock.step(timedelta(minutes=1))
    clock.step(timedelta(hours=15))  # past midnight in Tennessee
    world.take("next")

    def page(cursor: str | None, day: date) -> tuple[list[str], str | None]:
        found = world.do(
            lambda tx: cash_receipts.on_day(tx, world.officer, world.facility_id, day, cursor=cursor, limit=2)
        )
        return [each.receipt for each in found.items], found.next_cursor

    first, following = page(None, date(2026, 11, 22))
    assert (first, page(following, date(2026, 11, 22))) == (["2", "1"], (["0"], None))
    assert page(None, date(2026, 11, 23)) == (["NEXT"], None)


@pytest.mark.parametrize("day", [date(1970, 1, 1), date(9000, 1, 2)])
def test_a_day_that_nobody_keeps_books_of_is_refused(world: DeskWorld, day: date) -> None:
    with pytest.raises(Problem) as refused:
        world.do(lambda tx: cash_receipts.on_day(tx, world.officer, world.facility_id, day))
    assert [each.field for each in refused.value.errors] == ["date"]


@pytest.mark.parametrize("receipt", ["47#11", "47 11", "quittung 7ß", "4111 1111 1111 1111", ""])
async def test_a_receipts_number_has_the_letters_and_signs_of_one(
    signed_in: SignedIn, db: Database, receipt: str
) -> None:
    facility = db.write_now(lambda tx: factories.facility(tx).id)
    body = {"receipt": receipt, "amount": {"minor": 2000, "currency": "USD"}}
    answer = await signed_in("officer", facilities=[facility]).post(f"/v1/facilities/{facility}/cash", body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "receipt")


async def test_the_same_key_takes_cash_once_and_shows_the_same_code_which_is_kept_nowhere(
    signed_in: SignedIn, db: Database
) -> None:
    facility = db.write_now(lambda tx: factories.facility(tx).id)
    officer = signed_in("officer", facilities=[facility])
    body = {"receipt": "4711", "amount": {"minor": 2000, "currency": "USD"}}
    first = await officer.post(f"/v1/facilities/{facility}/cash", body, key="take this cash once")
    again = await officer.post(f"/v1/facilities/{facility}/cash", body, key="take this cash once")
    assert first.status_code == 201
    assert first.json() == again.json()
    code = first.json()["code"]
    assert [len(part) for part in code.split("-")] == [4, 4, 4]

    def kept(tx: Tx) -> str:
        tables = (CashReceipt, IdempotentCall, AuditEntry)
        return str([row.model_dump() for table in tables for row in tx.session.exec(select(table)).all()])

    assert code not in db.read_now(kept)
    assert code.replace("-", "") not in db.read_now(kept)
    listed = (await officer.get(f"/v1/facilities/{facility}/cash")).json()["items"]
    assert [(each["receipt"], each["code"], each["state"]) for each in listed] == [("4711", None, "waiting")]
    entered = await signed_in().post("/v1/top-ups/codes", {"code": code})
    assert (entered.status_code, entered.json()["amount"]) == (200, {"minor": 2000, "currency": "USD"})


async def test_a_wrong_code_counts_though_it_is_refused(signed_in: SignedIn) -> None:
    visitor = signed_in()
    said = [(await visitor.post("/v1/top-ups/codes", {"code": "0000"})).status_code for _ in range(6)]
    assert said == [400] * 4 + [429] * 2
