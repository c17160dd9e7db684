"""Sign-ins, codes and keys used at the same time, on both engines: nothing is miscounted and nothing happens twice."""

from __future__ import annotations

from functools import partial

from sqlmodel import func, select

from backend.accounts import lockout
from backend.accounts.codes import issue, redeem
from backend.accounts.models import Account, SignInFailures
from backend.accounts.service import Known, Names, Terminal, create, look_up, set_password, sign_in
from backend.changes.service import announce, since
from backend.db import Database, Tx
from backend.errors import Problem
from backend.idempotency import IdempotentCall, run_once
from backend.keys import ServerKey
from tests import factories
from tests.backend.together import together

KEY = ServerKey(bytes(32))


def test_failures_at_the_same_time_all_count(database: Database) -> None:
    together([partial(database.write_now, lambda tx: lockout.note_failure(tx, "digest")) for _ in range(4)])
    assert database.read_now(lambda tx: tx.session.get_one(SignInFailures, "digest").failures) == 4


def test_a_code_given_twice_at_the_same_time_opens_once(database: Database) -> None:
    account = database.write_now(factories.account)
    code = database.write_now(lambda tx: issue(tx, "reset_password", "digest", account_id=account.id))
    given = KEY.one_time_code(code.id)
    outcomes: list[bool] = []

    def use() -> None:
        outcomes.append(
            database.write_now(lambda tx: not isinstance(redeem(tx, KEY, "reset_password", "digest", given), str))
        )

    together([use] * 6)
    assert sorted(outcomes) == [False] * 5 + [True]


def test_a_call_made_many_times_at_once_has_one_effect(database: Database) -> None:
    effects: list[object] = []

    def call() -> None:
        def work(tx: Tx) -> object:
            return run_once(tx, "account", "key", "fingerprint", lambda: _change(tx))

        effects.append(database.write_now(work))

    together([call] * 8)
    assert effects == [{"seq": 1}] * 8
    assert database.read_now(lambda tx: len(since(tx, "account:a", 0))) == 1
    calls = select(func.count()).select_from(IdempotentCall)
    assert database.read_now(lambda tx: tx.session.exec(calls).one()) == 1


def test_numbers_of_a_stream_have_no_gaps_whoever_announces(database: Database) -> None:
    together([partial(database.write_now, lambda tx: announce(tx, "account:a", "visit", "v")) for _ in range(8)])
    found = database.read_now(lambda tx: [change.seq for change in since(tx, "account:a", 0)])
    assert found == list(range(1, 9))


def _change(tx: Tx) -> dict[str, int]:
    announce(tx, "account:a", "visit", "v")
    return {"seq": 1}


def test_an_account_disabled_while_its_password_was_checked_is_not_signed_in(db: Database) -> None:
    account, known = known_person(db)

    def disable(tx: Tx) -> None:
        row = tx.session.get_one(Account, account.id)
        row.disabled_at = tx.now
        tx.session.add(row)

    db.write_now(disable)
    attempt = db.write_now(lambda tx: sign_in(tx, known, Terminal("desktop", "here"), matches=True))
    assert attempt.refusal == "sign_in_failed"


def test_a_password_replaced_while_the_old_one_was_checked_is_not_signed_in_with(db: Database) -> None:
    account, known = known_person(db)
    db.write_now(lambda tx: set_password(tx, tx.session.get_one(Account, account.id), "another hash"))
    attempt = db.write_now(lambda tx: sign_in(tx, known, Terminal("desktop", "here"), matches=True))
    assert attempt.refusal == "sign_in_failed"


def test_a_lockout_that_came_while_the_password_was_checked_holds_against_the_right_one(db: Database) -> None:
    """Otherwise many guesses sent at once would all be judged before the first of them is counted."""
    _, known = known_person(db)
    for _ in range(lockout.FAILURES):
        db.write_now(lambda tx: lockout.note_failure(tx, known.digest))
    attempt = db.write_now(lambda tx: sign_in(tx, known, Terminal("desktop", "here"), matches=True))
    assert attempt.refusal == "sign_in_locked"


def test_two_accounts_of_one_address_cannot_be_made_at_the_same_time(database: Database) -> None:
    outcomes: list[str] = []

    def make() -> None:
        names = Names(first_name="Lena", last_name="Brandt")
        try:
            database.write_now(lambda tx: create(tx, "lena@example.org", names, role="visitor", password_hash=None))
        except Problem as problem:
            outcomes.append(problem.code)
        else:
            outcomes.append("made")

    together([make] * 4)
    assert sorted(outcomes) == ["account_exists"] * 3 + ["made"]


def known_person(db: Database) -> tuple[Account, Known]:
    """Return an account, and what was known of it before its password was checked."""
    account = db.write_now(lambda tx: factories.account(tx, email="maria@example.org", password=factories.PASSWORD))
    return account, db.read_now(lambda tx: look_up(tx, KEY, "maria@example.org"))
