"""Which processors a server has, and which of them a payment is with."""

from __future__ import annotations

from dataclasses import dataclass

from backend.money.processors.base import READER, Method, Payer, Processor


@dataclass(frozen=True, slots=True)
class Processors:
    """The ways in which a server takes money: one that new payments go to, and one for the readers at its kiosks."""

    default: Processor
    reader: Processor | None = None
    others: tuple[Processor, ...] = ()
    """Those that only older payments are still with."""

    @property
    def every(self) -> tuple[Processor, ...]:
        """All of them, each once."""
        known = (self.default, self.reader, *self.others)
        return tuple({one.name: one for one in known if one is not None}.values())

    def named(self, name: str) -> Processor | None:
        """Return the processor that a payment was sent to, None if the server has none of that name any more."""
        return next((one for one in self.every if one.name == name), None)

    async def methods(self, payer: Payer) -> tuple[Method, ...]:
        """Return every way in which ``payer`` can pay now, that at the reader first."""
        at_reader = await self.reader.methods(payer) if self.reader is not None and payer.reader is not None else ()
        return (*at_reader, *await self.default.methods(payer))

    def taking(self, method_token: str | None) -> Processor:
        """Return the processor that a new payment with this method goes to."""
        return self.reader if method_token == READER and self.reader is not None else self.default
