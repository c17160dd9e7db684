"""``promo``: promotional codes, made, listed and ended from the shell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from backend.cli.report import Progress, Report, table
from backend.context import Context
from backend.db import Tx
from backend.errors import not_found
from backend.facilities.models import Facility
from backend.facilities.setup import one_called
from backend.money import promo
from backend.money.desk_schemas import PromoWord
from backend.money.promo import NewPromoCode, PromoView
from backend.money.words import amount_words
from backend.security import SHELL
from backend.text import Day, Line

STATES = {"standing": "pays", "not_begun": "not yet", "over": "over", "ended": "ended"}


@dataclass(frozen=True, slots=True)
class AddPromoCode:
    """A promotional code to make at one facility."""

    facility: Line
    pays_minor: int
    uses: Annotated[int, Field(ge=1, le=1_000_000)]
    last_day: Day
    uses_each: Annotated[int, Field(ge=1, le=1_000)] = 1
    first_day: Day | None = None
    code: PromoWord | None = None


@dataclass(frozen=True, slots=True)
class ListPromoCodes:
    """The codes of one facility, with those that are over or without."""

    facility: Line
    ended: bool = False


@dataclass(frozen=True, slots=True)
class EndPromoCode:
    """A code to end."""

    code: PromoWord


def add(context: Context, asked: AddPromoCode, _progress: Progress) -> Report:
    """Make a code."""
    new = NewPromoCode(
        most_minor=asked.pays_minor,
        uses=asked.uses,
        uses_each=asked.uses_each,
        last_day=asked.last_day,
        first_day=asked.first_day,
        code=asked.code,
    )
    made = context.db.write_in_turn(lambda tx: promo.make(tx, SHELL, one_called(tx, asked.facility).id, new))
    most = amount_words(made.most_minor, made.currency)
    days = f"from {made.first_day} to {made.last_day}, both included"
    return Report((f"{made.code} pays up to {most} of {made.uses} visits, {days}.",), _data(made))


def list_(context: Context, asked: ListPromoCodes, _progress: Progress) -> Report:
    """List codes, the newest first."""

    def read(tx: Tx) -> tuple[Facility, tuple[PromoView, ...]]:
        facility = one_called(tx, asked.facility)
        return facility, promo.listed(tx, SHELL, facility.id, with_ended=asked.ended)

    facility, found = context.db.read_now(read)
    if not found:
        return Report((f"No promotional codes at {facility.name}.",), [])
    rows = [
        (
            one.code,
            amount_words(one.most_minor, one.currency),
            f"{one.used} of {one.uses}",
            str(one.uses_each),
            one.first_day.isoformat(),
            one.last_day.isoformat(),
            STATES[one.state],
        )
        for one in found
    ]
    headings = ("CODE", "PAYS", "USED", "EACH", "FROM", "TO", "NOW")
    return Report(table(rows, headings), [_data(one) for one in found])


def end(context: Context, asked: EndPromoCode, _progress: Progress) -> Report:
    """End a code."""

    def work(tx: Tx) -> PromoView:
        found = promo.called(tx, asked.code)
        if found is None:
            raise not_found("The code")
        return promo.end(tx, SHELL, found.id)

    ended = context.db.write_in_turn(work)
    return Report((f"{ended.code} is ended. It has paid {ended.used} of {ended.uses} visits.",), _data(ended))


def _data(one: PromoView) -> dict[str, object]:
    return {
        "id": one.id,
        "code": one.code,
        "facility": one.facility_id,
        "pays_minor": one.most_minor,
        "currency": one.currency,
        "uses": one.uses,
        "uses_each": one.uses_each,
        "used": one.used,
        "first_day": one.first_day.isoformat(),
        "last_day": one.last_day.isoformat(),
        "state": one.state,
    }
