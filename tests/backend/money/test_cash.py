"""Cash at the desk reaches one balance once, and a code is worth nothing to whoever has only the database."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import text
from sqlmodel import select

from backend.accounts.models import Account
from backend.audit.models import AuditEntry
from backend.clock import SteppedClock
from backend.db import Database, Tx
from backend.errors import Problem
from backend.idempotency import IdempotentCall
from backend.money import cash, cash_receipts, transactions
from backend.money.cash_codes import LIVES
from backend.money.models import LedgerEntry, Payment, PaymentPart
from backend.money.source_models import CashReceipt
from backend.money.transactions import Filter
from backend.security import Actor
from tests import factories
from tests.backend.conftest import SignedIn
from tests.backend.money.desk_world import DeskWorld, actor_of, code_of, desk_world
from tests.backend.together import together


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


def test_cash_is_not_taken_back_once_it_is_put_aside_for_a_visit(world: DeskWorld) -> None:
    receipt_id = world.take(email="maria@example.org")

    def begin(tx: Tx) -> None:
        tx.session.add(
            Payment(
                id="P1",
                account_id=world.visitor.id,
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

    world.do(begin)
    with pytest.raises(Problem) as refused:
        world.undo(receipt_id)
    assert (refusal(refused), world.balance()) == ("cash_spent", 2000)
    world.do(lambda tx: tx.session.execute(text("UPDATE payment SET status = 'declined'")))
    assert world.undo(receipt_id).state == "undone"


def test_an_officer_of_another_facility_finds_no_such_receipt(world: DeskWorld) -> None:
    receipt_id = world.take()
    elsewhere = Actor("officer", "terminal", world.officer.account_id, frozenset({"elsewhere"}))
    with pytest.raises(Problem) as refused:
        world.do(lambda tx: cash.undo(tx, elsewhere, receipt_id, "Mine."))
    assert refusal(refused) == "not_found"


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
