"""Card readers that the server drives: a payment is sent to one, a card is held against it, or it is called off."""

from __future__ import annotations

from tests.standin.books import Books
from tests.standin.cards import Card, named, numbered
from tests.standin.charging import take
from tests.standin.form import Asked
from tests.standin.intents import CAN_BE_CONFIRMED
from tests.standin.problems import Refusal
from tests.standin.things import Intent, Method, Reader


def create(books: Books, asked: Asked) -> Reader:
    """Register a reader."""
    return books.keep(Reader(books.new_id(Reader), books.now, asked.text("label") or "Reader"))


def process(books: Books, asked: Asked, reader_id: str) -> Reader:
    """Let a reader ask for a card."""
    reader = _ready(books, reader_id)
    intent = books.find(Intent, asked.needed("payment_intent"), "payment_intent", status=400)
    if "card_present" not in intent.method_types:
        raise Refusal(
            "The PaymentIntent must allow `card_present` to be processed on a reader.", param="payment_intent"
        )
    if intent.status not in CAN_BE_CONFIRMED:
        raise Refusal(
            f"The PaymentIntent has a status of {intent.status} and cannot be processed.",
            code="intent_invalid_state",
            more={"payment_intent": intent.json()},
        )
    reader.intent, reader.action, reader.failure = intent.id, "in_progress", None
    return reader


def cancel(books: Books, asked: Asked, reader_id: str) -> Reader:
    """Let a reader ask no more."""
    reader = _ready(books, reader_id, busy_too=True)
    reader.intent, reader.action, reader.failure = None, None, None
    return reader


def present(books: Books, asked: Asked, reader_id: str) -> Reader:
    """Hold the test card of a number against a reader, by default one that is approved."""
    number = asked.inner("card_present").text("number")
    card = named("pm_card_visa") if number is None else numbered(number)
    if card is None:
        raise Refusal("This is no test card.", param="card_present[number]")
    return show_card(books, reader_id, card)


def show_card(books: Books, reader_id: str, card: Card) -> Reader:
    """Hold a card against a reader: it is charged, or the reader says why it is not."""
    reader = books.find(Reader, reader_id, "reader")
    if reader.action != "in_progress" or reader.intent is None:
        raise Refusal("The reader is not asking for a card.", code="resource_missing")
    intent = books.find(Intent, reader.intent)
    method = books.keep(Method(books.new_id(Method), books.now, card))
    try:
        take(books, intent, method, present=True, off_session=True)
        reader.action = "succeeded"
    except Refusal as refused:
        reader.action, reader.failure = "failed", (card.code or "card_declined", str(refused))
    books.tell(f"terminal.reader.action_{reader.action}", reader)
    return reader


def _ready(books: Books, reader_id: str, *, busy_too: bool = False) -> Reader:
    reader = books.find(Reader, reader_id, "reader")
    if not reader.online:
        raise Refusal(
            "Reader is currently offline, please ensure the reader is powered on and connected to the "
            "internet before retrying your request.",
            code="terminal_reader_offline",
        )
    if reader.action == "in_progress" and not busy_too:
        raise Refusal("Reader is currently busy processing another request.", code="terminal_reader_busy")
    return reader
