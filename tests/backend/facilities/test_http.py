"""The public catalogue and the Terms and Conditions over HTTP."""

from __future__ import annotations

from datetime import date
from functools import partial

import httpx
import pytest

from backend.db import Database
from backend.facilities.models import Facility
from backend.facilities.service import publish_terms
from backend.security import SHELL
from tests import factories
from tests.backend.caller import Caller
from tests.backend.conftest import SignedIn


@pytest.fixture
def jail(db: Database) -> Facility:
    """A jail that offers remote visits, with a price and terms."""

    made = db.write_now(partial(factories.facility, settings={"durations": [20, 30], "attendees_max": 2}))
    db.write_now(partial(factories.setting, facility_id=made.id, name="offered", value=True, visit_type="remote"))
    db.write_now(partial(factories.price, facility_id=made.id, unit="minute", session_fee_minor=19))
    db.write_now(partial(factories.terms, facility_id=made.id))
    return made


async def test_states_are_listed_by_name_with_their_facilities(db: Database, anyone: Caller) -> None:
    for state in ("TN", "AZ", "TN"):
        db.write_now(partial(factories.facility, state=state))
    answer = await anyone.get("/v1/states")
    assert answer.json()["items"] == [
        {"code": "AZ", "name": "Arizona", "facilities": 1},
        {"code": "TN", "name": "Tennessee", "facilities": 2},
    ]


async def test_facilities_of_a_state_come_by_name_in_pages(db: Database, anyone: Caller) -> None:
    for name in ("Delta", "Alpha", "Charlie", "Bravo", "Alpha"):
        db.write_now(partial(factories.facility, name=name))
    db.write_now(partial(factories.facility, name="Elsewhere", state="KY"))
    names: list[str] = []
    asked: dict[str, str | int] = {"state": "TN", "limit": 2}
    while "cursor" not in asked or asked["cursor"]:
        page = (await anyone.get("/v1/facilities", **asked)).json()
        names += [each["name"] for each in page["items"]]
        asked["cursor"] = page["next_cursor"] or ""
    assert names == ["Alpha", "Alpha", "Bravo", "Charlie", "Delta"]


async def test_a_facility_shows_what_it_offers_today_and_the_most_it_costs(anyone: Caller, jail: Facility) -> None:
    said = (await anyone.get(f"/v1/facilities/{jail.id}")).json()
    assert (said["bookable"], said["not_bookable_because"], said["typical_answer_hours"]) == (True, None, None)
    assert (said["approval"], said["id_must_be_seen"], said["answer_days"]) == ("officer", False, 3)
    free = {"minor": 0, "currency": "USD"}
    assert said["offers"] == [
        {
            "visit_type": "remote",
            "durations": [
                {
                    "minutes": minutes,
                    "session_fee": {"minor": most, "currency": "USD"},
                    "transaction_fee": free,
                    "tax": free,
                    "per_minute": True,
                    "unused_minutes_come_back": True,
                }
                for minutes, most in ((20, 380), (30, 570))
            ],
            "notice_hours": 24,
            "horizon_days": 14,
            "cancel_cutoff_hours": 24,
            "attendees_max": 2,
            "join": None,
        }
    ]


async def test_what_begins_tomorrow_is_not_shown_today(db: Database, anyone: Caller, jail: Facility) -> None:
    tomorrow = date(2026, 11, 23)
    db.write_now(partial(factories.price, facility_id=jail.id, session_fee_minor=0, effective_from=tomorrow))
    db.write_now(
        partial(
            factories.setting,
            facility_id=jail.id,
            name="offered",
            value=False,
            visit_type="remote",
            effective_from=tomorrow,
        )
    )
    said = (await anyone.get(f"/v1/facilities/{jail.id}")).json()
    assert said["offers"][0]["durations"][0]["session_fee"]["minor"] == 380


async def test_how_a_visit_is_joined_is_a_link_at_home_and_a_place_at_the_facility(
    db: Database, anyone: Caller, jail: Facility
) -> None:
    db.write_now(partial(factories.terms, facility_id=jail.id, visit_type="in_person"))
    db.write_now(partial(factories.setting, facility_id=jail.id, name="offered", value=True, visit_type="in_person"))
    for name, value in (("join_link", "https://visits.example.org"), ("join_place", "Lobby, window 2")):
        db.write_now(partial(factories.setting, facility_id=jail.id, name=name, value=value))
    offers = (await anyone.get(f"/v1/facilities/{jail.id}")).json()["offers"]
    assert [offer["join"] for offer in offers] == ["https://visits.example.org", "Lobby, window 2"]


async def test_a_facility_that_offers_nothing_says_why_it_cannot_be_booked(db: Database, anyone: Caller) -> None:
    made = db.write_now(factories.facility)
    said = (await anyone.get(f"/v1/facilities/{made.id}")).json()
    assert (said["bookable"], said["offers"]) == (False, [])
    assert said["not_bookable_because"] == "This facility has not opened scheduling yet."


async def test_a_facility_without_a_zone_offers_nothing(db: Database, anyone: Caller, jail: Facility) -> None:
    jail.zone = None
    db.write_now(lambda tx: bool(tx.session.merge(jail)))
    said = (await anyone.get(f"/v1/facilities/{jail.id}")).json()
    assert (said["bookable"], said["offers"]) == (False, [])


async def test_a_facility_that_is_not_there_is_not_found(anyone: Caller) -> None:
    answer = await anyone.get("/v1/facilities/nowhere")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/v1/states", "/v1/facilities?state=TN", "/v1/facilities/{id}"])
async def test_an_answer_of_the_catalogue_that_is_known_is_not_sent_again(
    db: Database, http: httpx.AsyncClient, jail: Facility, path: str
) -> None:
    path = path.format(id=jail.id)
    first = await http.get(path)
    assert first.headers["cache-control"] == "public, max-age=30"
    known = {"If-None-Match": first.headers["etag"]}
    assert (await http.get(path, headers=known)).status_code == 304
    db.write_now(factories.facility)
    db.write_now(partial(factories.setting, facility_id=jail.id, name="horizon_days", value=3, visit_type="remote"))
    assert (await http.get(path, headers=known)).status_code == 200


@pytest.mark.parametrize("asked", ["", "T", "TENN", "1!"])
async def test_a_state_is_two_letters(anyone: Caller, asked: str) -> None:
    assert (await anyone.get("/v1/facilities", state=asked)).status_code == 422


async def test_a_cursor_that_was_not_made_here_is_refused(anyone: Caller) -> None:
    answer = await anyone.get("/v1/facilities", state="TN", cursor="nonsense")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_terms_are_read_and_accepted_once(jail: Facility, signed_in: SignedIn) -> None:
    visitor = signed_in()
    terms = (await visitor.get(f"/v1/facilities/{jail.id}/terms", visit_type="remote")).json()
    assert (terms["version"], terms["accepted_at"]) == ("1", None)
    assert "\n\n" in terms["text"]
    path = f"/v1/terms/{terms['id']}/acceptance"
    first, second = [await visitor.post(path, {"shown_to_end": True}) for _ in range(2)]
    assert first.json()["accepted_at"] == second.json()["accepted_at"] == "2026-11-22T15:00:00Z"
    other = signed_in()
    assert (await other.get(f"/v1/facilities/{jail.id}/terms", visit_type="remote")).json()["accepted_at"] is None


async def test_terms_that_were_not_shown_to_their_end_are_not_accepted(jail: Facility, signed_in: SignedIn) -> None:
    visitor = signed_in()
    terms = (await visitor.get(f"/v1/facilities/{jail.id}/terms", visit_type="remote")).json()
    answer = await visitor.post(f"/v1/terms/{terms['id']}/acceptance", {"shown_to_end": False})
    assert answer.status_code == 422
    again = (await visitor.get(f"/v1/facilities/{jail.id}/terms", visit_type="remote")).json()
    assert again["accepted_at"] is None


async def test_terms_that_are_not_there_are_not_accepted(signed_in: SignedIn) -> None:
    answer = await signed_in().post("/v1/terms/none/acceptance", {"shown_to_end": True})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_terms_that_have_changed_meanwhile_are_not_accepted(
    db: Database, jail: Facility, signed_in: SignedIn
) -> None:
    visitor = signed_in()
    old = (await visitor.get(f"/v1/facilities/{jail.id}/terms", visit_type="remote")).json()
    db.write_now(lambda tx: publish_terms(tx, SHELL, jail.id, "remote", title="Terms", text="New ones."))
    answer = await visitor.post(f"/v1/terms/{old['id']}/acceptance", {"shown_to_end": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "terms_changed")
    new = (await visitor.get(f"/v1/facilities/{jail.id}/terms", visit_type="remote")).json()
    assert (new["version"], new["text"], new["accepted_at"]) == ("2", "New ones.", None)


async def test_terms_of_one_visit_type_are_none_of_another(jail: Facility, signed_in: SignedIn) -> None:
    answer = await signed_in().get(f"/v1/facilities/{jail.id}/terms", visit_type="in_person")
    assert answer.status_code == 404


async def test_terms_need_a_sign_in(jail: Facility, anyone: Caller) -> None:
    assert (await anyone.get(f"/v1/facilities/{jail.id}/terms", visit_type="remote")).status_code == 401
