"""A kiosk is enrolled once, with a code; without its device nobody signs in as at a kiosk, and nothing leaves it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.accounts.models import Account
from backend.clock import SteppedClock
from backend.context import Context
from backend.db import Database, Tx
from backend.errors import Problem
from backend.kiosks import devices
from backend.kiosks.models import Kiosk
from backend.security import SHELL
from tests import factories
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn
from tests.backend.visits.world import TUESDAY_NINE, World, confirmed
from tests.factories import PASSWORD

HERE = {"kind": "kiosk", "device": "whatever it says"}


def code_for(context: Context, facility_id: str, name: str = "Lobby") -> str:
    made = context.db.write_now(lambda tx: devices.make(tx, SHELL, context.key, facility_id, name))
    return made.code


async def enrol(anyone: Caller, code: str) -> tuple[int, str]:
    answer = await anyone.post("/v1/kiosks/enrolment", {"code": code})
    return answer.status_code, answer.json().get("credential") or answer.json()["code"]


async def test_a_code_enrols_one_device_which_then_knows_where_it_is(
    anyone: Caller, world: World, context: Context
) -> None:
    status, credential = await enrol(anyone, code_for(context, world.facility_id))
    assert status == 201
    anyone.headers["Visit-Desk-Kiosk"] = credential
    said = (await anyone.get("/v1/kiosk")).json()
    assert (said["name"], said["facility"]["id"]) == ("Lobby", world.facility_id)


@pytest.mark.parametrize("written", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "])
async def test_a_code_may_be_typed_carelessly(anyone: Caller, world: World, context: Context, written: object) -> None:
    assert callable(written)
    assert (await enrol(anyone, written(code_for(context, world.facility_id))))[0] == 201


async def test_a_code_works_once(anyone: Caller, world: World, context: Context) -> None:
    code = code_for(context, world.facility_id)
    assert (await enrol(anyone, code))[0] == 201
    assert await enrol(anyone, code) == (400, "kiosk_code_wrong")


async def test_the_same_enrolment_sent_again_gets_the_same_answer(
    anyone: Caller, world: World, context: Context
) -> None:
    code = code_for(context, world.facility_id)
    first = await anyone.post("/v1/kiosks/enrolment", {"code": code}, key="one enrolment, sent twice")
    again = await anyone.post("/v1/kiosks/enrolment", {"code": code}, key="one enrolment, sent twice")
    assert first.json() == again.json()


async def test_a_code_holds_for_an_hour(anyone: Caller, world: World, context: Context, clock: SteppedClock) -> None:
    late, in_time = code_for(context, world.facility_id, "Lobby"), code_for(context, world.facility_id, "Gate")
    clock.step(timedelta(hours=1, microseconds=-1))
    assert (await enrol(anyone, in_time))[0] == 201
    clock.step(timedelta(microseconds=1))
    assert await enrol(anyone, late) == (400, "kiosk_code_wrong")


async def test_a_newer_code_ends_the_one_before(anyone: Caller, world: World, context: Context) -> None:
    old, new = code_for(context, world.facility_id), code_for(context, world.facility_id)
    assert await enrol(anyone, old) == (400, "kiosk_code_wrong")
    assert (await enrol(anyone, new))[0] == 201
    with pytest.raises(Problem, match="kiosk_exists"):
        code_for(context, world.facility_id)


async def test_no_code_is_in_the_database(world: World, context: Context) -> None:
    code = code_for(context, world.facility_id)
    [kiosk] = world.db.read_now(lambda tx: devices.listed(tx, SHELL))
    assert code.replace("-", "") not in str(kiosk.model_dump())


@pytest.fixture
def maria(db: Database) -> Account:
    return db.write_now(lambda tx: factories.account(tx, email="maria@example.org", password=PASSWORD))


async def sign_in(anyone: Caller, email: str = "maria@example.org", kind: str = "kiosk") -> tuple[int, str]:
    answer = await anyone.post("/v1/sign-in", {"email": email, "password": PASSWORD, **HERE, "kind": kind})
    said = answer.json()
    return answer.status_code, said.get("code") or said["sign_in_session"]["kind"]


def prove(anyone: Caller, context: Context, kiosk: Kiosk) -> None:
    anyone.headers["Visit-Desk-Kiosk"] = context.key.kiosk_credential(kiosk.id)


@pytest.mark.usefixtures("maria")
async def test_nobody_signs_in_as_at_a_kiosk_without_its_device(anyone: Caller) -> None:
    assert await sign_in(anyone) == (403, "kiosk_not_enrolled")
    anyone.headers["Visit-Desk-Kiosk"] = f"01K8ZQ4V7N5W2M6T3R9YBXE1CD.{'0' * 64}"
    assert await sign_in(anyone) == (403, "kiosk_not_enrolled")


@pytest.mark.usefixtures("maria")
@pytest.mark.parametrize("kind", ["kiosk", "desktop", "ssh"])
async def test_a_kiosk_gets_the_clocks_of_a_kiosk_whatever_it_says_it_is(
    anyone: Caller, context: Context, kiosk: Kiosk, kind: str
) -> None:
    prove(anyone, context, kiosk)
    assert await sign_in(anyone, kind=kind) == (200, "kiosk")


@pytest.mark.usefixtures("maria")
async def test_a_kiosk_that_was_not_enrolled_or_was_revoked_signs_nobody_in(
    anyone: Caller, context: Context, world: World
) -> None:
    made = world.db.write_now(lambda tx: factories.kiosk(tx, world.facility_id, name="new", enrolled=False))
    prove(anyone, context, made)
    assert await sign_in(anyone) == (403, "kiosk_not_enrolled")
    kiosk = world.db.write_now(lambda tx: factories.kiosk(tx, world.facility_id, name="old"))
    prove(anyone, context, kiosk)
    world.db.write_now(lambda tx: devices.revoke(tx, SHELL, world.facility_id, "old", "stolen"))
    assert await sign_in(anyone) == (403, "kiosk_not_enrolled")
    assert (await anyone.get("/v1/kiosk")).status_code == 403


async def test_revoking_a_kiosk_signs_out_who_is_there(world: World, visitor: Caller) -> None:
    assert (await visitor.get("/v1/account")).status_code == 200
    world.db.write_now(lambda tx: devices.revoke(tx, SHELL, world.facility_id, "Front desk", None))
    assert (await visitor.get("/v1/account")).status_code == 401


async def test_a_sign_in_that_was_under_way_while_its_kiosk_was_revoked_is_worth_nothing(
    world: World, kiosk: Kiosk, signed_in: SignedIn
) -> None:
    def revoked_before_it_saw_the_sign_in(tx: Tx) -> None:
        tx.session.get_one(Kiosk, kiosk.id).revoked_at = tx.now

    late = signed_in(kiosk=kiosk)
    assert (await late.get("/v1/account")).status_code == 200
    world.db.write_now(revoked_before_it_saw_the_sign_in)
    assert (await late.get("/v1/account")).status_code == 401


async def test_a_token_of_a_kiosk_is_worth_nothing_on_another_device(
    world: World, visitor: Caller, context: Context
) -> None:
    own = visitor.headers.pop("Visit-Desk-Kiosk")
    assert (await visitor.get("/v1/account")).status_code == 401
    other = world.db.write_now(lambda tx: factories.kiosk(tx, world.facility_id))
    prove(visitor, context, other)
    assert (await visitor.get("/v1/account")).status_code == 401
    visitor.headers["Visit-Desk-Kiosk"] = own
    assert (await visitor.get("/v1/account")).status_code == 200


@pytest.mark.parametrize("role", ["officer", "support"])
async def test_nobody_who_works_here_signs_in_at_a_kiosk(
    anyone: Caller, context: Context, world: World, kiosk: Kiosk, role: str
) -> None:
    posts = [world.facility_id] if role == "officer" else []
    world.db.write_now(
        lambda tx: factories.account(tx, role=role, email="w@example.org", password=PASSWORD, facilities=posts)
    )
    prove(anyone, context, kiosk)
    assert await sign_in(anyone, "w@example.org") == (403, "not_at_a_kiosk")


@pytest.mark.usefixtures("maria")
async def test_a_kiosk_is_handed_nobodys_code_even_by_a_server_beside_it(
    anyone: Caller, context: Context, kiosk: Kiosk
) -> None:
    said = (await anyone.post("/v1/password/forgot", {"email": "maria@example.org"})).json()["local_message"]
    assert said["code"] is not None
    prove(anyone, context, kiosk)
    answer = await anyone.post("/v1/password/forgot", {"email": "maria@example.org"})
    assert (answer.status_code, answer.json()["local_message"]) == (202, None)


async def test_a_kiosk_serves_its_own_facility_only(world: World, visitor: Caller, signed_in: SignedIn) -> None:
    other = world.db.write_now(lambda tx: factories.kiosk(tx, factories.facility(tx).id))
    elsewhere = signed_in(account=visitor.account, kiosk=other)
    wanted = {
        "facility_id": world.facility_id,
        "visit_type": "remote",
        "individual_id": world.individual_id,
        "duration_minutes": 30,
    }
    starts_at = TUESDAY_NINE.isoformat()
    assert (await visitor.post("/v1/holds", {**wanted, "starts_at": starts_at})).status_code == 201
    held = (await visitor.get("/v1/hold")).json()["hold"]["id"]
    refused = [
        await elsewhere.post("/v1/holds", {**wanted, "starts_at": starts_at}),
        await elsewhere.delete(f"/v1/holds/{held}"),
        await elsewhere.post(f"/v1/holds/{held}/renewal"),
        await elsewhere.post(
            "/v1/access",
            {"facility_id": world.facility_id, "individual_name": "Jo Doe", "relationship": "friend"},
        ),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(403, "not_at_this_kiosk")] * 4


async def test_a_kiosk_shows_its_own_facility_only(world: World, visitor: Caller, signed_in: SignedIn) -> None:
    other = world.db.write_now(lambda tx: factories.facility(tx, name="Shelby County Jail", state="TX"))
    world.db.write_now(lambda tx: factories.access(tx, visitor.account.id, other.id))
    at_home = signed_in(account=visitor.account)
    assert len((await at_home.get("/v1/access")).json()["items"]) == 2
    assert len((await at_home.get("/v1/states")).json()["items"]) == 2

    assert [one["facility"]["id"] for one in (await visitor.get("/v1/access")).json()["items"]] == [world.facility_id]
    assert [one["code"] for one in (await visitor.get("/v1/states")).json()["items"]] == ["TN"]
    assert (await visitor.get("/v1/facilities", state="TX")).json()["items"] == []
    answer = await visitor.get("/v1/facilities", state="TN")
    assert [one["id"] for one in answer.json()["items"]] == [world.facility_id]
    assert answer.headers["Vary"] == "Visit-Desk-Kiosk"  # what a kiosk was told is kept for no other device


@pytest.mark.usefixtures("maria")
async def test_a_credential_that_the_server_did_not_make_is_none(
    anyone: Caller, context: Context, kiosk: Kiosk
) -> None:
    made = context.key.kiosk_credential(kiosk.id)
    for forged in (f"{kiosk.id}.", f"{made[:-1]}{'0' if made[-1] != '0' else '1'}", context.key.token(kiosk.id)):
        anyone.headers["Visit-Desk-Kiosk"] = forged
        assert await sign_in(anyone) == (403, "kiosk_not_enrolled")
        assert (await anyone.get("/v1/kiosk")).status_code == 403


async def test_what_the_account_has_elsewhere_is_told_of_and_not_touched_at_a_kiosk(
    world: World, visitor: Caller, signed_in: SignedIn
) -> None:
    other = world.db.write_now(lambda tx: factories.kiosk(tx, factories.facility(tx).id))
    elsewhere = signed_in(account=visitor.account, kiosk=other)
    visit = confirmed(world)
    assert [one["id"] for one in (await elsewhere.get("/v1/visits")).json()["items"]] == [visit]
    for path in ("", "/calendar", "/cancellation", "/move"):
        answer = await elsewhere.get(f"/v1/visits/{visit}{path}")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_at_this_kiosk")
