"""The page as a phone shows it: HTML that needs no script, loads nothing, and says what to do next."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from html import escape
from importlib import resources
from string import Template
from typing import Final

from backend.money.pages.service import PageView
from backend.money.processors.base import Method
from backend.money.words import amount_words, problem_words

LOOKS_AGAIN_AFTER: Final = 3
"""Seconds after which a page that waits for an answer loads itself anew."""
PURPOSES: Final = {"visit": "Video visit", "top_up": "Money for your prepaid balance"}
GO_ON: Final = "Please go on at the terminal. If you still want to pay on your phone, it shows you a new code."


@dataclass(frozen=True, slots=True)
class Words:
    """What stands on a page: plain text, escaped only where it is put into the page."""

    heading: str
    paragraphs: tuple[str, ...]
    quiet: tuple[str, ...] = ()
    trouble: str = ""
    buttons: tuple[Method, ...] = ()
    waits: bool = False


UNKNOWN: Final = Words(
    "No payment is here",
    ("This address leads to no payment. Please compare each letter with the terminal's screen.",),
    ("A code can be used for as long as the terminal shows it.",),
)


def too_many(seconds: int) -> Words:
    """Return what somebody reads who has tried too many codes, and has to wait for ``seconds``."""
    return Words(
        "Please wait a moment", (f"Too many codes that lead nowhere were tried. Try again in {seconds} seconds.",)
    )


def words_of(view: PageView, problem_code: str | None = None) -> Words:
    """Return what a phone reads about a payment; ``problem_code``: why the way that was chosen last was refused."""
    amount, purpose = amount_words(view.amount_minor, view.currency), PURPOSES.get(view.purpose, "")
    match view.state:
        case "open":
            trouble = f"{problem_words(problem_code)} Nothing was charged. Choose another one." if problem_code else ""
            test = "This is a test: no money moves. Choose what shall happen." if view.methods else ""
            return Words(f"Pay {amount}", (purpose, _left(view.left)), (test,), trouble, view.methods)
        case "opening" | "checking":
            asked = f"{purpose}, {amount}. This page looks again by itself; the terminal does, too."
            return Words("One moment, please", (asked,), ("You are charged once at most.",), waits=True)
        case "paid":
            return Words(
                "Paid", (f"{amount}, {purpose}.", "You can put your phone away; the terminal goes on by itself.")
            )
        case "returned":
            return Words(
                "It all comes back", (f"This payment was not needed any more. {amount} comes back to you.", GO_ON)
            )
        case _:
            why = problem_words(view.problem_code) if view.problem_code not in (None, "page_ended") else ""
            return Words("This payment has ended", (f"{why} Nothing was charged.".strip(), GO_ON))


def _left(left: timedelta) -> str:
    """Say how long somebody can still pay, rounded down: a minute that is promised is there."""
    minutes = int(left.total_seconds()) // 60
    if minutes < 1:
        return "Less than a minute is left to pay here."
    return f"{minutes} minute{'' if minutes == 1 else 's'} left to pay here."


def page(words: Words) -> str:
    """Return the whole page, every word of it escaped."""
    parts = []
    if words.trouble:
        parts.append(f'<p class="trouble" role="alert">{escape(words.trouble)}</p>')
    parts += [f"<p>{escape(said)}</p>" for said in words.paragraphs if said]
    parts += [f'<p class="quiet">{escape(said)}</p>' for said in words.quiet if said]
    if words.buttons:
        parts += ['<form method="post">', *map(_button, words.buttons), "</form>"]
    return _template().substitute(
        refresh=f'<meta http-equiv="refresh" content="{LOOKS_AGAIN_AFTER}">\n' if words.waits else "",
        title=escape(f"{words.heading} - Visit Desk"),
        style=_style(),
        heading=escape(words.heading),
        body="\n".join(parts),
    )


def _button(method: Method) -> str:
    value, label, does = (escape(text) for text in (method.token, method.label, method.sentence or ""))
    return f'<button name="method" value="{value}"><strong>{label}</strong><span>{does}</span></button>'


def content_security_policy() -> str:
    """Return what the page may do: show itself in its own style, and send its form back here. No script, no frame."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


@cache
def _template() -> Template:
    return Template(resources.files(__package__).joinpath("page.html").read_text(encoding="utf-8"))


@cache
def _style() -> str:
    return resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")
