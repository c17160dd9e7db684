"""From an error to what a person is told: what happened, what it means, what to do.

The server's own sentences are shown as they come (they name the rule and the date); this module adds what only the
terminal knows, the next step, and speaks where there was no answer to read a sentence from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.inert import clean
from tui.text import N_, _, ngettext

if TYPE_CHECKING:
    from backend_client import Problem


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a person is told when something did not work.

    Attributes:
        what: What happened.
        meaning: What it means for them; may be empty.
        next_step: What to do; may be empty.
        code: The stable code, for the program and for support; never shown as the sentence itself.
        choices: What can be chosen instead, each with its number; they stand below.
    """

    what: str
    meaning: str = ""
    next_step: str = ""
    code: str = ""
    choices: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.meaning, self.next_step, *self.choices) if part)


_NEXT_STEPS = {
    "sign_in_failed": N_("Check both and try again, or use Forgot your password?"),
    "terms_changed": N_("Please read the new text; it is short work."),
    "price_changed": N_("Look at the new price before you go on."),
    "refund_changed": N_("Look at the new amount before you go on."),
    "hold_expired": N_("Choose a time again; everything else is kept."),
    "payment_declined": N_("Choose another way to pay. We keep your time meanwhile."),
    "no_capacity": N_("Choose another time."),
    "individual_busy": N_("Choose another time."),
    "account_busy": N_("Choose another time."),
    "already_decided": N_("Nothing more is needed from you."),
    "code_wrong": N_("Look at it again and type its 8 digits."),
    "code_expired": N_("Ask for a new code."),
    "cash_code_wrong": N_("Compare it with the paper, letter by letter."),
    "cash_code_used": N_("Transaction Details shows what came of it."),
    "cash_code_expired": N_("Take your receipt to the facility's desk. The money is not lost."),
    "receipt_exists": N_("Look at the number on the paper, or at today's receipts."),
}
_SENTENCES = {
    "sign_in_failed": N_("This e-mail and password do not belong together."),
    "not_allowed": N_("This account may not do that."),
    "not_found": N_("It is not there any more, or it was never there."),
    "code_wrong": N_("That is not the right code."),
    "code_expired": N_("This code has run out."),
    "cash_code_wrong": N_("This is no code for cash."),
    "cash_code_used": N_("This code was used already."),
    "cash_code_expired": N_("This code was good for 30 days, and has run out."),
    "cash_codes_locked": N_("Too many wrong codes. Your code stays good."),
    "receipt_exists": N_("A receipt of this number was entered here already."),
    "cash_spent": N_("Some of this money is spent already, or is being spent. Ask support to put it right."),
    "hold_expired": N_("The time we kept for you has run out."),
}


def sentence_for(error: Exception) -> Sentence:
    """Return what to tell a person about an error of the client.

    Args:
        error: Any ``VisitDeskError``. Anything else is a mistake of ours and gets the sentence of one.
    """
    import backend_client as errors

    if isinstance(error, errors.Problem):
        return _problem(error)
    if isinstance(error, errors.Unsettled):
        return unsettled()
    if isinstance(error, errors.Unreachable):
        return Sentence(
            _("The server cannot be reached."),
            _("Nothing was changed."),
            _("We keep trying; press Enter to try now."),
            "unreachable",
        )
    if isinstance(error, errors.TimedOut):
        return Sentence(
            _("The server did not answer in time."), _("Nothing was changed."), _("Please try again."), "timed_out"
        )
    if isinstance(error, errors.BadAnswer):
        return Sentence(
            _("The server's answer could not be read."),
            _("This program and the server may be of different versions."),
            _("Please tell whoever runs this desk."),
            "bad_answer",
        )
    return ours()


def unsettled() -> Sentence:
    """Return the sentence for a write whose outcome nobody knows yet."""
    return Sentence(
        _("We do not know whether that went through."),
        _("It will not be done twice."),
        _("Press Enter to ask again."),
        "unsettled",
    )


def ours(reference: str = "") -> Sentence:
    """Return the sentence for a mistake in this program."""
    meaning = _("Reference {reference}.").format(reference=reference) if reference else ""
    return Sentence(_("Something went wrong on our side."), meaning, _("Please try again."), "ours")


def own_sentence(code: str) -> str:
    """Return what the terminal itself says about a code, in its own words; empty where the server's are said."""
    return _(_SENTENCES[code]) if code in _SENTENCES else ""


def wait_time(seconds: int) -> str:
    """Write how long to wait: ``40 seconds``, ``15 minutes``."""
    if seconds < 90:
        return ngettext("{n} second", "{n} seconds", max(1, seconds)).format(n=max(1, seconds))
    rounded = -(-seconds // 60)
    return ngettext("{n} minute", "{n} minutes", rounded).format(n=rounded)


def _problem(problem: Problem) -> Sentence:
    code = problem.code
    what = clean(problem.detail or problem.title)
    if problem.reasons:
        what = " ".join(clean(reason.sentence) for reason in problem.reasons)
    elif problem.errors:
        what = " ".join(clean(error.sentence) for error in problem.errors)
    if code in _SENTENCES:
        what = _(_SENTENCES[code])
    if not what:
        what = _("That did not work.")
    next_step = _(_NEXT_STEPS[code]) if code in _NEXT_STEPS else ""
    if problem.retry_after_seconds and problem.status in (429, 503):
        next_step = _("Please try again in {time}.").format(time=wait_time(problem.retry_after_seconds))
    elif problem.status >= 500 and not next_step:
        next_step = _("Please try again.")
    meaning = ""
    if problem.status >= 500 and problem.reference:
        meaning = _("Reference {reference}.").format(reference=clean(problem.reference))
    return Sentence(what, meaning, next_step, code)


def sign_in_over() -> Sentence:
    """Return what to say when the server knows the sign-in no more."""
    return Sentence(
        _("You have been signed out."),
        _("What you had begun is kept with your account."),
        _("Sign in again to go on."),
        "not_signed_in",
    )
