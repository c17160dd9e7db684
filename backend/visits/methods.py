"""The methods that a caller can pay with now: those of the account, and the reader beside the kiosk."""

from __future__ import annotations

from dataclasses import dataclass

from backend.db import Tx
from backend.errors import Problem, not_allowed
from backend.kiosks import devices
from backend.money import orders
from backend.money.processors.base import READER, Method, Payer
from backend.security import Actor
from backend.web import Call


@dataclass(frozen=True, slots=True)
class Found:
    """What a token stands for: None for the method if it is not known any more."""

    processor: str
    method: Method | None
    reader: str | None


def own_account(actor: Actor) -> str:
    """Return whose ways to pay these are: for the account alone, not for who looks at it."""
    if actor.looking:
        raise not_allowed()
    return actor.account


async def all_methods(call: Call) -> tuple[Method, ...]:
    """Return every way in which the caller can pay now."""
    return await call.context.processors.methods(await _payer(call, call.context.processors.default.name))


async def method_of(call: Call, token: str | None) -> Found:
    """Return the method that a token stands for, and the processor that it is with."""
    processor = call.context.processors.taking(token)
    if token is None:
        return Found(processor.name, None, None)
    payer = await _payer(call, processor.name)
    method = next((one for one in await processor.methods(payer) if one.token == token), None)
    return Found(processor.name, method, payer.reader if token == READER else None)


class PromoGuesses:
    """The wrong promotional codes of one account: who tries many of them waits."""

    def __init__(self, call: Call, account_id: str) -> None:
        """Count for an account."""
        self._guesses, self._clock, self._who = call.context.guesses, call.context.db.clock, f"promo:{account_id}"

    def refuse_too_many(self) -> None:
        """Raise ``too_many_codes`` (429) where too many were wrong a moment ago."""
        seconds = self._guesses.wait(self._who, self._clock.now())
        if seconds > 0:
            title = "Too many promotional codes were wrong."
            raise Problem("too_many_codes", 429, title, "Wait a minute, then try again.", retry_after_seconds=seconds)

    def note_wrong(self) -> None:
        """Count one that did not hold."""
        self._guesses.note(self._who, self._clock.now())


async def promo_guesses(call: Call) -> PromoGuesses:
    """Return what the caller's account has guessed wrong. Raises ``too_many_codes`` (429)."""
    guesses = PromoGuesses(call, await call.read(lambda _tx, actor: own_account(actor)))
    guesses.refuse_too_many()
    return guesses


async def _payer(call: Call, processor: str) -> Payer:
    def work(tx: Tx, actor: Actor) -> Payer:
        account_id = own_account(actor)
        return orders.payer(tx, account_id, processor, devices.reader_of(tx, call.kiosk_id))

    return await call.read(work)
