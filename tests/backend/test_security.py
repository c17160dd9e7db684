"""The one function that says who may do what; and what is derived from the server's key."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from backend.errors import Problem
from backend.keys import ServerKey, load_or_make
from backend.security import SERVER, SHELL, Action, Actor, Subject, authorize

KEY = ServerKey(bytes(range(32)))
VISITOR = Actor("visitor", "terminal", account_id="maria")
OFFICER = Actor("officer", "terminal", account_id="dana", facility_ids=frozenset({"shelby"}))
AGENT = Actor("support", "terminal", account_id="sam")
ACTING = Actor("support", "terminal", account_id="sam", acting_for="maria")


def may(actor: Actor, action: Action, subject: Subject) -> bool:
    try:
        authorize(actor, action, subject)
    except Problem as problem:
        return problem.code != "not_allowed"
    return True


@pytest.mark.parametrize("actor", [SHELL, SERVER])
@pytest.mark.parametrize("action", Action)
def test_the_operators_shell_and_the_server_itself_may_do_everything(actor: Actor, action: Action) -> None:
    assert may(actor, action, Subject(account_id="maria", facility_id="shelby"))


@pytest.mark.parametrize("actor", [SHELL, SERVER])
def test_nobody_without_an_account_uses_one_as_the_own(actor: Actor) -> None:
    with pytest.raises(Problem, match="not_signed_in"):
        _ = actor.account


def test_a_visitor_uses_the_own_account_and_no_other() -> None:
    assert may(VISITOR, Action.USE_OWN_ACCOUNT, Subject(account_id="maria"))
    assert not may(VISITOR, Action.USE_OWN_ACCOUNT, Subject(account_id="grace"))


@pytest.mark.parametrize("action", [Action.SEE_ACCESS_REQUESTS, Action.DECIDE_ACCESS, Action.RESTRICT])
def test_an_officer_works_at_the_own_facility_and_at_no_other(action: Action) -> None:
    assert may(OFFICER, action, Subject(facility_id="shelby"))
    assert not may(OFFICER, action, Subject(facility_id="davidson"))
    assert not may(OFFICER, action, Subject())
    assert not may(VISITOR, action, Subject(facility_id="shelby"))
    assert not may(AGENT, action, Subject(facility_id="shelby"))


def test_support_finds_accounts_and_opens_those_of_visitors() -> None:
    assert may(AGENT, Action.FIND_ACCOUNT, Subject())
    assert may(AGENT, Action.ISSUE_CODE, Subject(account_id="maria", role="visitor"))
    for role in ("officer", "support", "operator", None):
        assert not may(AGENT, Action.ISSUE_CODE, Subject(account_id="x", role=role))
    for other in (VISITOR, OFFICER):
        assert not may(other, Action.FIND_ACCOUNT, Subject())
        assert not may(other, Action.ISSUE_CODE, Subject(account_id="maria", role="visitor"))


def test_who_acts_for_a_customer_uses_the_customers_account() -> None:
    assert may(ACTING, Action.USE_OWN_ACCOUNT, Subject(account_id="maria"))
    assert not may(ACTING, Action.USE_OWN_ACCOUNT, Subject(account_id="sam"))


def test_rules_are_overridden_by_officers_at_their_facility_and_by_support_for_a_customer() -> None:
    assert may(OFFICER, Action.OVERRIDE_RULES, Subject(facility_id="shelby"))
    assert may(ACTING, Action.OVERRIDE_RULES, Subject(facility_id="shelby"))
    assert not may(OFFICER, Action.OVERRIDE_RULES, Subject(facility_id="davidson"))
    assert not may(OFFICER, Action.OVERRIDE_RULES, Subject())
    for other in (VISITOR, AGENT):
        assert not may(other, Action.OVERRIDE_RULES, Subject(facility_id="shelby"))


def test_nobody_at_a_terminal_sets_up_facilities() -> None:
    for actor in (VISITOR, OFFICER, AGENT):
        assert not may(actor, Action.SET_UP, Subject(facility_id="shelby"))


def test_a_token_names_its_session_and_cannot_be_made_without_the_key() -> None:
    token = KEY.token("session")
    assert KEY.session_of(token) == "session"
    assert KEY.session_of(token.replace("session", "another")) is None
    assert ServerKey(bytes(32)).session_of(token) is None
    for nonsense in ("", ".", "session", "session.", f"{token}x", "sëssion.ü"):
        assert KEY.session_of(nonsense) is None


def test_a_code_has_eight_digits_and_is_the_same_each_time() -> None:
    codes = {KEY.one_time_code(f"code {number}") for number in range(200)}
    assert all(len(code) == 8 and code.isdigit() for code in codes)
    assert len(codes) == 200
    assert KEY.one_time_code("code 1") == KEY.one_time_code("code 1")


def test_each_purpose_of_the_key_has_a_derivation_of_its_own() -> None:
    assert KEY.digest("email", "maria") != KEY.digest("idempotency", "maria")


def test_the_key_says_nothing_of_itself() -> None:
    assert repr(KEY) == "ServerKey(…)"


def test_a_key_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        ServerKey(bytes(31))


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "server.key"
    made = load_or_make(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_make(path).token("session") == made.token("session")
