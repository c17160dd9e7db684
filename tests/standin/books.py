"""What the stand-in keeps, by id, in the order in which it came, and what it tells of changes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import count
from typing import Final, TypeVar

import stripe

from backend.clock import Clock
from tests.standin.form import Asked
from tests.standin.problems import Refusal, missing
from tests.standin.things import Charge, Customer, Event, Intent, Json, Method, Reader, Refund, Session, Thing

T = TypeVar("T", Charge, Customer, Event, Intent, Method, Reader, Refund, Session)
CALLED: Final[dict[type[Thing], tuple[str, str]]] = {
    Charge: ("ch", "charge"),
    Customer: ("cus", "customer"),
    Event: ("evt", "event"),
    Intent: ("pi", "payment_intent"),
    Method: ("pm", "PaymentMethod"),
    Reader: ("tmr", "terminal.reader"),
    Refund: ("re", "refund"),
    Session: ("cs_test", "checkout.session"),
}
"""How the ids of each kind begin, and what a refusal calls it."""
SEARCH_LAGS: Final = 60
"""Seconds after which a search finds what was made: it is no way to read what one has just written."""
_CLAUSE: Final = re.compile(r"(?:metadata\['([^']+)'\]|(\w+)):'([^']*)'")


@dataclass(slots=True)
class Books:
    """Everything there is."""

    clock: Clock
    things: dict[str, Thing] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    undelivered: list[Event] = field(default_factory=list)
    """Webhooks that nobody has been sent yet, oldest first."""
    _numbers: count[int] = field(default_factory=lambda: count(1))

    @property
    def now(self) -> int:
        """The present second."""
        return int(self.clock.now().timestamp())

    def new_id(self, kind: type[Thing]) -> str:
        """Return an id that nothing has."""
        return f"{CALLED[kind][0]}_{next(self._numbers):08d}"

    def keep(self, thing: T) -> T:
        """Keep a new thing."""
        self.things[thing.id] = thing
        return thing

    def tell(self, kind: str, thing: Thing) -> None:
        """Let everybody know what has happened to a thing."""
        event = Event(self.new_id(Event), self.now, kind, thing.json(), stripe.api_version)
        self.events.append(event)
        self.undelivered.append(event)
        self.things[event.id] = event

    def find(self, kind: type[T], thing_id: str, param: str = "id", *, status: int = 404) -> T:
        """Return a thing of a kind. Raises :class:`Refusal` (``resource_missing``)."""
        thing = self.things.get(thing_id)
        if not isinstance(thing, kind):
            raise missing(CALLED[kind][1], thing_id, param, status=status)
        return thing

    def all(self, kind: type[T]) -> list[T]:
        """Return every thing of a kind, newest first."""
        return [thing for thing in reversed(self.things.values()) if isinstance(thing, kind)]

    def let_time_pass(self) -> None:
        """Do what happens by itself: pages end."""
        for session in self.all(Session):
            if session.status == "open" and session.expires_at <= self.now:
                session.status = "expired"
                self.tell("checkout.session.expired", session)

    def shown(self, thing: Thing, expand: list[str]) -> Json:
        """Return a thing as it is answered, with what ``expand`` names instead of its id."""
        return self._expanded(thing.json(), expand)

    def page(self, kind: type[T], asked: Asked, path: str, **matching: str | None) -> Json:
        """Return a page of a list: newest first, behind ``starting_after``, of the ``created`` that is asked for."""
        wanted = {name: value for name, value in matching.items() if value is not None}
        found = [one for one in self.all(kind) if _within(one, asked.inner("created")) and _has(one.json(), wanted)]
        if (after := asked.text("starting_after")) is not None:
            self.find(kind, after, "starting_after", status=400)
            found = [one for one in found if one.id < after]
        limit = asked.whole("limit") or 10
        if not 1 <= limit <= 100:
            raise Refusal("This value must be between 1 and 100.", param="limit", code="parameter_invalid_integer")
        inner = [one.removeprefix("data.") for one in asked.texts("expand")]
        data = [self.shown(one, inner) for one in found[:limit]]
        return {"object": "list", "url": path, "has_more": len(found) > limit, "data": data}

    def search(self, kind: type[T], asked: Asked, path: str) -> Json:
        """Return what a query finds of what is old enough; only ``AND`` of exact matches is understood."""
        clauses = _CLAUSE.findall(asked.needed("query"))
        inner = [one.removeprefix("data.") for one in asked.texts("expand")]
        found = [one for one in self.all(kind) if one.created + SEARCH_LAGS <= self.now and _said(one.json(), clauses)]
        data = [self.shown(one, inner) for one in found]
        return {"object": "search_result", "url": path, "has_more": False, "next_page": None, "data": data}

    def _expanded(self, body: Json, paths: list[str]) -> Json:
        for path in paths:
            name, _, rest = path.partition(".")
            value = body.get(name)
            if isinstance(value, str) and value in self.things:
                body[name] = self._expanded(self.things[value].json(), [rest] if rest else [])
            elif isinstance(value, dict) and rest:
                self._expanded(value, [rest])
            elif name not in body:
                raise Refusal(f"This property cannot be expanded ({name}).")
        return body


def _within(thing: Thing, created: Asked) -> bool:
    limits = {name: created.whole(name) for name in ("gt", "gte", "lt", "lte")}
    return (
        ((low := limits["gte"]) is None or thing.created >= low)
        and ((low := limits["gt"]) is None or thing.created > low)
        and ((high := limits["lt"]) is None or thing.created < high)
        and ((high := limits["lte"]) is None or thing.created <= high)
    )


def _has(body: Json, wanted: dict[str, str]) -> bool:
    return all(body.get(name) == value for name, value in wanted.items())


def _said(body: Json, clauses: list[tuple[str, str, str]]) -> bool:
    metadata = body.get("metadata")
    written = metadata if isinstance(metadata, dict) else {}
    return all((written.get(key) if key else body.get(name)) == value for key, name, value in clauses)
