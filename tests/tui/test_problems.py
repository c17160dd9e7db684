"""Every error becomes what happened, what it means and what to do."""

from __future__ import annotations

import pytest

from backend_client import (
    BadAnswer,
    Conflict,
    Intent,
    Invalid,
    NotSignedIn,
    Reason,
    ServerTrouble,
    TimedOut,
    TooMany,
    Unreachable,
    Unsettled,
    VisitDeskError,
)
from backend_client.models.common import FieldError
from tui.problems import ours, sentence_for, wait_time


@pytest.mark.parametrize(
    "error",
    [
        Unreachable("x"),
        TimedOut("x"),
        BadAnswer("x"),
        Unsettled("x", Intent.new()),
        NotSignedIn(status=401, code="sign_in_failed"),
        Conflict(status=409, code="terms_changed", detail="The terms have changed."),
        ServerTrouble(status=503, code="busy_try_again", detail="The server is busy."),
        Invalid(status=422, code="invalid", errors=(FieldError("phone", "Type ten digits."),)),
        TooMany(status=429, code="sign_in_locked", detail="Too many tries.", retry_after_seconds=900),
    ],
)
def test_every_error_has_a_sentence_and_never_its_class_or_code(error: VisitDeskError) -> None:
    said = str(sentence_for(error))
    assert said
    assert type(error).__name__ not in said
    assert sentence_for(error).code not in said


def test_a_write_of_unknown_end_says_so_and_that_it_is_never_done_twice() -> None:
    said = str(sentence_for(Unsettled("x", Intent.new())))
    assert "do not know whether that went through" in said
    assert "not be done twice" in said
    assert "Enter" in said


def test_every_broken_rule_is_told() -> None:
    reasons = (Reason("too_soon", "This is too soon."), Reason("quota_reached", "Two visits a week are allowed."))
    said = sentence_for(Conflict(status=409, code="too_soon", detail="No.", reasons=reasons)).what
    assert said == "This is too soon. Two visits a week are allowed."


def test_somebody_locked_out_is_told_for_how_long() -> None:
    said = str(sentence_for(TooMany(status=429, code="sign_in_locked", detail="Wait.", retry_after_seconds=890)))
    assert "15 minutes" in said
    assert wait_time(1) == "1 second"
    assert wait_time(89) == "89 seconds"
    assert wait_time(90) == "2 minutes"


def test_what_a_server_says_is_made_inert() -> None:
    said = sentence_for(Conflict(status=409, code="already_decided", detail="Officer \x1b[2JWhitfield did.")).what
    assert "\x1b" not in said


def test_trouble_on_the_server_gives_its_reference() -> None:
    error = ServerTrouble(status=500, code="trouble", detail="That did not work.", reference="R-17")
    assert "R-17" in str(sentence_for(error))


def test_a_mistake_of_ours_says_that_it_is_ours() -> None:
    assert "our side" in str(sentence_for(ValueError("secret")))
    assert "secret" not in str(sentence_for(ValueError("secret")))
    assert "K7" in str(ours("K7"))
