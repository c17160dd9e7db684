"""What goes out is written as the wire contract says."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_client import Attendee, Draft, Intent, Money, NewAccount, ProfileChanges, Secret, VisitType
from backend_client._encode import encode
from tests.backend_client.conftest import Bench


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (datetime(2026, 12, 10, 15, 0, tzinfo=UTC), "2026-12-10T15:00:00Z"),
        (datetime(2026, 12, 10, 9, 0, tzinfo=timezone(timedelta(hours=-6))), "2026-12-10T15:00:00Z"),
        (date(2026, 12, 10), "2026-12-10"),
        (VisitType.ONSITE_VIDEO, "onsite_video"),
        (Money(570, "USD"), {"minor": 570, "currency": "USD"}),
        ((Attendee("Ana", minor=False),), [{"name": "Ana", "minor": False}]),
        (Secret("s"), "s"),
        (None, None),
        (True, True),
    ],
)
def test_each_kind_of_value_has_one_form(value: object, written: object) -> None:
    assert json.loads(json.dumps(encode(value))) == written  # type: ignore[call-overload]  # one table, many kinds


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        encode(datetime(2026, 12, 10))  # noqa: DTZ001  # that is the point


@settings(deadline=None)
@given(seconds=st.integers(-2_000_000_000, 29_000_000_000), minutes_east=st.integers(-14 * 60, 14 * 60))
def test_what_is_written_can_be_read_again_as_the_same_instant(seconds: int, minutes_east: int) -> None:
    instant = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=minutes_east)))
    written = encode(instant)
    assert isinstance(written, str)
    assert written.endswith("Z")
    assert datetime.fromisoformat(written) == instant.astimezone(UTC)


async def test_a_draft_is_sent_whole_but_for_when_it_was_kept(bench: Bench) -> None:
    bench.far_end.always = httpx.Response(200, json={"draft": {"step": "date", "updated_at": "2026-11-22T15:00:00Z"}})
    draft = Draft(visit_type=VisitType.REMOTE, date=date(2026, 12, 10), attendees=(Attendee("Luz", minor=True),))
    kept = await bench.client.drafts.save(draft, intent=Intent.new())
    sent = json.loads(bench.far_end.asked[0].content)
    assert "updated_at" not in sent
    assert sent["date"] == "2026-12-10"
    assert sent["facility_id"] is None
    assert sent["attendees"] == [{"name": "Luz", "minor": True}]
    assert kept.updated_at == datetime(2026, 11, 22, 15, tzinfo=UTC)


async def test_a_change_of_profile_sends_only_what_changes(bench: Bench) -> None:
    bench.far_end.always = httpx.Response(
        200, json={"id": "1", "role": "visitor", "email": "a@b.test", "first_name": "Ana", "last_name": "Rivera"}
    )
    await bench.client.accounts.update(ProfileChanges(phone="901 555 0100"), intent=Intent.new())
    assert json.loads(bench.far_end.asked[0].content) == {"phone": "901 555 0100"}


async def test_a_new_account_is_sent_with_its_password_and_shows_none(bench: Bench) -> None:
    account = NewAccount(
        email="a@b.test",
        password=Secret("correct horse battery"),
        first_name="Ana",
        last_name="Rivera",
        birth_date=date(1971, 3, 14),
        address_line="1 Main St",
        city="Memphis",
        state="TN",
        postal_code="38103",
        phone="901 555 0100",
        id_kind="drivers_license",
        id_last4="4881",
    )
    bench.far_end.always = httpx.Response(
        202, json={"email": "a@b.test", "code_expires_at": "2026-11-22T15:15:00Z", "local_message": None}
    )
    await bench.client.accounts.create(account, intent=Intent.new())
    sent = json.loads(bench.far_end.asked[0].content)
    assert (sent["password"], sent["birth_date"]) == ("correct horse battery", "1971-03-14")
    assert "time_zone" not in sent
    assert "horse" not in repr(account)
