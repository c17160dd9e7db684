"""Every operation of the API, asked for by everybody: who is let in, and who is not.

A new route fails here until it is in the table, and fails again if it lets in anybody whom the table does not name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx
import pytest

from backend.accounts.models import Account
from backend.accounts.sign_in import actor_of, open_session
from backend.app import create_app
from backend.context import Context
from backend.db import Database, Tx
from backend.demo.people import ANA, CALLOWAY, GRACE, SUPPORT, WHITFIELD
from backend.openapi import METHODS
from backend.support import looks
from tests import factories
from tests.backend.caller import Caller
from tests.backend.conftest import local, parts
from tests.backend.world import ids_of_ana

PEOPLE: Final = ("nobody", "owner", "stranger", "officer", "other_officer", "support", "operator")
ANYBODY: Final = frozenset(PEOPLE)
SIGNED_IN: Final = ANYBODY - {"nobody"}
OWNER: Final = frozenset({"owner"})
"""Only the account it belongs to: everybody else is told that there is no such thing."""
DESK: Final = frozenset({"officer", "operator"})
SUPPORT_DESK: Final = frozenset({"support", "operator"})
LOOKING: Final = frozenset({"support"})
"""Only the sign-in session that began the look: the world below gives it to support's."""
VISITORS: Final = frozenset({"owner", "stranger"})

NOT_THEIRS: Final = ("facility_access_required", "hold_expired")
"""Refusals, beside 403 and 404, of who has no access to the facility or asks for another's hold."""
HERE: Final = {"kind": "desktop", "device": "a terminal"}
WANTED: Final = "facility_id={facility}&visit_type=remote&individual_id={individual}&duration_minutes=30"
Body = Mapping[str, object]


@dataclass(frozen=True)
class Asked:
    """Who may ask for an operation, and how it is asked for: ``{…}`` stands for an id of the world below."""

    who: frozenset[str]
    path: str
    body: Body | None = None
    by_device: bool = False
    """A device answers for itself here, whoever is signed in: none of these people has one."""


NEW_ACCOUNT: Final[Body] = {
    "email": "new@example.org",
    "password": factories.PASSWORD,
    "first_name": "Nora",
    "last_name": "Neu",
    "birth_date": "1990-01-01",
    "address_line": "1 Elm Street",
    "city": "Nashville",
    "state": "TN",
    "postal_code": "37203",
    "phone": "615 555 0142",
    "id_kind": "passport",
    "id_last4": "1234",
}
HOLD: Final[Body] = {
    "facility_id": "{facility}",
    "visit_type": "remote",
    "individual_id": "{individual}",
    "duration_minutes": 30,
    "starts_at": "2026-12-01T15:00:00Z",
}
CONFIRM: Final[Body] = {
    "hold_id": "{hold}",
    "terms_id": "{terms}",
    "expected_total": {"minor": 0, "currency": "USD"},
}
CODE: Final[Body] = {"email": "a@example.org", "code": "12345678", **HERE}
PASSWORDS: Final[Body] = {"current_password": "wrong", "new_password": "long enough for us"}
ACCESS: Final[Body] = {"facility_id": "{facility}", "individual_name": "Mateo Rivera", "relationship": "parent"}
MOVE: Final[Body] = {"starts_at": "2026-12-01T15:00:00Z", "expected_starts_at": "2026-12-01T15:00:00Z"}
CLOSED: Final[Body] = {"first_date": "2027-01-04", "last_date": "2027-01-04", "reason": "Painting."}
BACK: Final[Body] = {"expected_back": {"minor": 0, "currency": "USD"}}
BAN: Final[Body] = {"kind": "ban", "reason": "Contraband.", "person_name": "Nobody Atall"}
TOP_UP: Final[Body] = {"amount": {"minor": 2000, "currency": "USD"}, "payment_method": "unheard_of"}
CASH: Final[Body] = {"receipt": "4711", "amount": {"minor": 2000, "currency": "USD"}}
PROMO: Final[Body] = {"most": {"minor": 570, "currency": "USD"}, "uses": 10, "last_day": "2027-01-01"}
CREDIT: Final[Body] = {"amount": {"minor": 500, "currency": "USD"}, "reason": "The picture froze."}
CHANGE: Final[Body] = {"version": 1, "reason": "Contraband."}

TABLE: Final[Mapping[str, Asked]] = {
    "GET /v1/about": Asked(ANYBODY, "/v1/about"),
    "GET /v1/health": Asked(ANYBODY, "/v1/health"),
    "POST /v1/sign-in": Asked(ANYBODY, "/v1/sign-in", {"email": "a@example.org", "password": "wrong", **HERE}),
    "GET /v1/sign-in": Asked(SIGNED_IN, "/v1/sign-in"),
    "POST /v1/sign-in/presence": Asked(SIGNED_IN, "/v1/sign-in/presence", {"at": "page"}),
    "POST /v1/sign-in/more-time": Asked(SIGNED_IN, "/v1/sign-in/more-time"),
    "GET /v1/kiosk": Asked(frozenset(), "/v1/kiosk", by_device=True),
    "POST /v1/kiosks/enrolment": Asked(ANYBODY, "/v1/kiosks/enrolment", {"code": "0000-0000-0000-0000"}),
    "DELETE /v1/sign-in": Asked(SIGNED_IN, "/v1/sign-in"),
    "GET /v1/demo/people": Asked(ANYBODY, "/v1/demo/people"),
    "POST /v1/demo/sign-in": Asked(ANYBODY, "/v1/demo/sign-in", {"key": "new_visitor", **HERE}),
    "POST /v1/accounts": Asked(ANYBODY, "/v1/accounts", NEW_ACCOUNT),
    "POST /v1/accounts/confirm": Asked(ANYBODY, "/v1/accounts/confirm", CODE),
    "POST /v1/password/forgot": Asked(ANYBODY, "/v1/password/forgot", {"email": "a@example.org"}),
    "POST /v1/password/reset": Asked(ANYBODY, "/v1/password/reset", {**CODE, "new_password": "long enough for us"}),
    "POST /v1/account/password": Asked(SIGNED_IN, "/v1/account/password", PASSWORDS),
    "GET /v1/account": Asked(SIGNED_IN, "/v1/account"),
    "PATCH /v1/account": Asked(SIGNED_IN, "/v1/account", {"city": "Memphis"}),
    "GET /v1/changes": Asked(DESK, "/v1/changes?facility_id={facility}"),
    "GET /v1/states": Asked(ANYBODY, "/v1/states"),
    "GET /v1/facilities": Asked(ANYBODY, "/v1/facilities?state=TN"),
    "GET /v1/facilities/{facility_id}": Asked(ANYBODY, "/v1/facilities/{facility}"),
    "GET /v1/facilities/{facility_id}/terms": Asked(SIGNED_IN, "/v1/facilities/{facility}/terms?visit_type=remote"),
    "POST /v1/terms/{terms_id}/acceptance": Asked(SIGNED_IN, "/v1/terms/{terms}/acceptance", {"shown_to_end": True}),
    "GET /v1/access": Asked(SIGNED_IN, "/v1/access"),
    "POST /v1/access": Asked(SIGNED_IN, "/v1/access", ACCESS),
    "POST /v1/access/{access_id}/withdrawal": Asked(OWNER, "/v1/access/{own_request}/withdrawal", {}),
    "GET /v1/facilities/{facility_id}/individuals": Asked(
        OWNER, "/v1/facilities/{facility}/individuals?first_name=Mateo&last_name=Rivera"
    ),
    "GET /v1/opening-days": Asked(OWNER, f"/v1/opening-days?{WANTED}&from=2026-11-22&to=2026-12-22"),
    "GET /v1/openings": Asked(OWNER, f"/v1/openings?{WANTED}&date=2026-12-01"),
    "GET /v1/draft": Asked(SIGNED_IN, "/v1/draft"),
    "PUT /v1/draft": Asked(SIGNED_IN, "/v1/draft", {"step": "date"}),
    "DELETE /v1/draft": Asked(SIGNED_IN, "/v1/draft"),
    "POST /v1/holds": Asked(OWNER, "/v1/holds", HOLD),
    "GET /v1/hold": Asked(SIGNED_IN, "/v1/hold"),
    "POST /v1/holds/{hold_id}/renewal": Asked(OWNER, "/v1/holds/{hold}/renewal", {}),
    "DELETE /v1/holds/{hold_id}": Asked(OWNER, "/v1/holds/{hold}"),
    "GET /v1/payment-methods": Asked(SIGNED_IN, "/v1/payment-methods"),
    "POST /v1/visits": Asked(OWNER, "/v1/visits", CONFIRM),
    "GET /v1/payments/{payment_id}": Asked(OWNER, "/v1/payments/{payment}"),
    "POST /v1/payments/{payment_id}/end": Asked(OWNER, "/v1/payments/{payment}/end", {}),
    "GET /v1/holds/current/ways-to-pay": Asked(SIGNED_IN, "/v1/holds/current/ways-to-pay"),
    "GET /v1/wallet": Asked(SIGNED_IN, "/v1/wallet"),
    "POST /v1/top-ups": Asked(SIGNED_IN, "/v1/top-ups", TOP_UP),
    "GET /v1/visits": Asked(SIGNED_IN, "/v1/visits"),
    "GET /v1/visits/{visit_id}": Asked(OWNER, "/v1/visits/{visit}"),
    "GET /v1/visits/{visit_id}/calendar": Asked(OWNER, "/v1/visits/{visit}/calendar"),
    "GET /v1/visits/{visit_id}/cancellation": Asked(OWNER, "/v1/visits/{visit}/cancellation"),
    "POST /v1/visits/{visit_id}/cancellation": Asked(OWNER, "/v1/visits/{visit}/cancellation", BACK),
    "GET /v1/visits/{visit_id}/move": Asked(OWNER, "/v1/visits/{visit}/move"),
    "POST /v1/visits/{visit_id}/move": Asked(OWNER, "/v1/visits/{visit}/move", MOVE),
    "GET /v1/desk/{facility_id}/visits": Asked(DESK, "/v1/desk/{facility}/visits"),
    "POST /v1/desk/visits/{visit_id}/move": Asked(DESK, "/v1/desk/visits/{visit}/move", {**MOVE, "reason": "Repairs."}),
    "POST /v1/desk/visits/{visit_id}/check-in": Asked(DESK, "/v1/desk/visits/{visit}/check-in", {}),
    "POST /v1/desk/visits/{visit_id}/outcome": Asked(DESK, "/v1/desk/visits/{visit}/outcome", {"outcome": "completed"}),
    "GET /v1/transactions": Asked(SIGNED_IN, "/v1/transactions"),
    "GET /v1/transactions/totals": Asked(SIGNED_IN, "/v1/transactions/totals"),
    "GET /v1/transactions/export": Asked(SIGNED_IN, "/v1/transactions/export"),
    "GET /v1/transactions/{transaction_id}": Asked(OWNER, "/v1/transactions/{charge}"),
    "GET /v1/statement": Asked(SIGNED_IN, "/v1/statement"),
    "GET /v1/desk/{facility_id}/access-requests": Asked(DESK, "/v1/desk/{facility}/access-requests"),
    "POST /v1/desk/access-requests/{access_id}/id-seen": Asked(DESK, "/v1/desk/access-requests/{request}/id-seen", {}),
    "POST /v1/desk/access-requests/{access_id}/decision": Asked(
        DESK, "/v1/desk/access-requests/{request}/decision", {"decision": "denied", "reason": "No.", "version": 1}
    ),
    "GET /v1/desk/{facility_id}/restrictions": Asked(DESK, "/v1/desk/{facility}/restrictions"),
    "POST /v1/desk/{facility_id}/restrictions": Asked(DESK, "/v1/desk/{facility}/restrictions", BAN),
    "POST /v1/desk/restrictions/{restriction_id}/end": Asked(DESK, "/v1/desk/restrictions/{restriction}/end", {}),
    "POST /v1/desk/access-requests/{access_id}/revocation": Asked(
        DESK, "/v1/desk/access-requests/{request}/revocation", CHANGE
    ),
    "POST /v1/desk/access-requests/{access_id}/suspension": Asked(
        DESK, "/v1/desk/access-requests/{request}/suspension", CHANGE
    ),
    "POST /v1/desk/access-requests/{access_id}/restoration": Asked(
        DESK, "/v1/desk/access-requests/{request}/restoration", CHANGE
    ),
    "GET /v1/desk/{facility_id}/blackouts": Asked(DESK, "/v1/desk/{facility}/blackouts"),
    "POST /v1/desk/{facility_id}/blackouts/preview": Asked(DESK, "/v1/desk/{facility}/blackouts/preview", CLOSED),
    "POST /v1/desk/{facility_id}/blackouts": Asked(
        DESK, "/v1/desk/{facility}/blackouts", {**CLOSED, "expected_visits": 0}
    ),
    "POST /v1/desk/blackouts/{blackout_id}/removal": Asked(DESK, "/v1/desk/blackouts/{blackout}/removal", {}),
    "POST /v1/facilities/{facility_id}/cash": Asked(DESK, "/v1/facilities/{facility}/cash", CASH),
    "GET /v1/facilities/{facility_id}/cash": Asked(DESK, "/v1/facilities/{facility}/cash"),
    "POST /v1/facilities/cash/{receipt_id}/undoing": Asked(
        DESK, "/v1/facilities/cash/{cash}/undoing", {"reason": "Counted twice."}
    ),
    "POST /v1/top-ups/codes": Asked(VISITORS, "/v1/top-ups/codes", {"code": "0000-0000-0000"}),
    "GET /v1/desk/{facility_id}/promo-codes": Asked(DESK, "/v1/desk/{facility}/promo-codes"),
    "POST /v1/desk/{facility_id}/promo-codes": Asked(DESK, "/v1/desk/{facility}/promo-codes", PROMO),
    "POST /v1/desk/promo-codes/{code_id}/end": Asked(DESK, "/v1/desk/promo-codes/{promo}/end", {}),
    "POST /v1/support/accounts/{account_id}/credits": Asked(
        SUPPORT_DESK, "/v1/support/accounts/{account}/credits", CREDIT
    ),
    "POST /v1/support/accounts/search": Asked(SUPPORT_DESK, "/v1/support/accounts/search", {"said": "Ana Rivera"}),
    "POST /v1/support/looks": Asked(
        SUPPORT_DESK, "/v1/support/looks", {"account_id": "{account}", "why": "Ticket 4711."}
    ),
    "POST /v1/support/looks/{look_id}/end": Asked(LOOKING, "/v1/support/looks/{look}/end", {}),
    "GET /v1/support/looks/{look_id}/timeline": Asked(LOOKING, "/v1/support/looks/{look}/timeline"),
    "POST /v1/transactions/{transaction_id}/disputes": Asked(
        OWNER, "/v1/transactions/{charge}/disputes", {"reason": "cut_short"}
    ),
    "GET /v1/disputes": Asked(SIGNED_IN, "/v1/disputes"),
    "GET /v1/support/disputes": Asked(SUPPORT_DESK, "/v1/support/disputes"),
    "POST /v1/support/disputes/{dispute_id}/decision": Asked(
        SUPPORT_DESK, "/v1/support/disputes/{dispute}/decision", {"outcome": "refuse", "decision": "It took place."}
    ),
    "POST /v1/support/accounts/{account_id}/one-time-code": Asked(
        SUPPORT_DESK, "/v1/support/accounts/{account}/one-time-code", {"reason": "Called."}
    ),
}


@dataclass
class World:
    """Somebody of every kind, and the ids of what belongs to the owner and to the officer's facility."""

    context: Context
    client: httpx.AsyncClient
    accounts: dict[str, Account]
    ids: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)

    def caller(self, person: str) -> Caller:
        if person == "nobody":
            return Caller(self.client)
        return Caller(self.client, self.context.key.token(self.session(person)), self.accounts[person])

    def session(self, person: str) -> str:
        """Return the id of the one sign-in session that a person has."""
        if person not in self.sessions:
            who = self.accounts[person].id
            session = self.context.db.write_now(lambda tx: open_session(tx, who, "desktop", "a terminal"))
            self.sessions[person] = session.id
        return self.sessions[person]


def people(db: Database) -> dict[str, Account]:
    named = {"owner": ANA, "stranger": GRACE, "officer": WHITFIELD, "other_officer": CALLOWAY, "support": SUPPORT}
    found = db.read_now(lambda tx: {name: tx.session.get_one(Account, who.account_id) for name, who in named.items()})
    return {**found, "operator": db.write_now(lambda tx: factories.account(tx, role="operator"))}


@pytest.fixture
async def world(demonstration: Context) -> World:
    transport = httpx.ASGITransport(local(create_app(demonstration)), raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url="http://visitdesk")
    world = World(demonstration, client, people(demonstration.db), ids_of_ana(demonstration.db))
    session = world.session("support")
    world.ids["look"] = demonstration.db.write_now(lambda tx: looked_at(tx, session))
    return world


def looked_at(tx: Tx, session_id: str) -> str:
    """Let support look at the owner's account, and return the look's id."""
    return looks.begin(tx, actor_of(tx, session_id), ANA.account_id, "Ticket 4711.").id


def filled(value: object, known: Mapping[str, str]) -> object:
    if isinstance(value, dict):
        return {name: filled(held, known) for name, held in value.items()}
    if isinstance(value, str):
        for name, found in known.items():
            value = value.replace(f"{{{name}}}", found)
    return value


@pytest.mark.parametrize("operation", TABLE)
async def test_an_operation_lets_in_whom_the_table_names_and_nobody_else(world: World, operation: str) -> None:
    asked = TABLE[operation]
    method = operation.partition(" ")[0]
    path, body = str(filled(asked.path, world.ids)), filled(asked.body, world.ids)
    for person in sorted(PEOPLE, key=lambda one: one in asked.who):
        answer = await world.caller(person).send(method, path, body)
        code = answer.json().get("code", "") if answer.is_error else ""
        assert answer.status_code < 500, f"{person}: {answer.text}"
        assert code != "invalid" or "present password" in answer.text, f"{person} was never judged: {answer.text}"
        if person in asked.who:
            let_in = answer.status_code not in (403, 404) and code != "not_signed_in"
            assert let_in, f"{person} was kept out: {answer.text}"
        elif person == "nobody" and not asked.by_device:
            assert code == "not_signed_in", f"nobody got: {answer.status_code} {answer.text}"
        else:
            refused = answer.status_code in (403, 404) or code in NOT_THEIRS
            assert refused, f"{person} was let in: {answer.status_code} {answer.text}"


def test_every_operation_is_in_the_table(db: Database) -> None:
    paths = create_app(parts(db)).openapi()["paths"]
    found = {f"{method.upper()} {path}" for path, item in paths.items() for method in item if method in METHODS}
    assert found == set(TABLE)


def test_the_document_says_which_operations_need_a_sign_in(db: Database) -> None:
    paths = create_app(parts(db)).openapi()["paths"]
    for operation, asked in TABLE.items():
        method, _, path = operation.partition(" ")
        assert bool(paths[path][method.lower()].get("security")) == (
            "nobody" not in asked.who and not asked.by_device
        ), operation
