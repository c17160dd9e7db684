"""What notices say."""

from __future__ import annotations

import pytest

from backend.db import Database
from backend.keys import ServerKey
from backend.notices.kinds import DATA, Kind
from backend.notices.messages import render
from backend.notices.service import post

KEY = ServerKey(bytes(32))
EXAMPLES: dict[Kind, dict[str, object]] = {
    "create_account_code": {"code_id": "a", "expires_at": "2026-11-22T15:15:00+00:00"},
    "reset_password_code": {"code_id": "a", "expires_at": "2026-11-22T15:15:00+00:00"},
    "account_exists": {},
    "no_such_account": {},
    "access_requested": {"facility": "Shelby County Jail", "individual_name": "D. Okafor", "due_on": "2026-11-25"},
    "access_decided": {"facility": "Shelby County Jail", "individual_name": "D. Okafor", "status": "approved"},
}
VISIT: dict[str, object] = {
    "visit_id": "v",
    "reference": "VD-7K3M9Q",
    "facility": "Shelby County Jail",
    "visit_type": "in_person",
    "individual_name": "Daniel Okafor",
    "starts_at": "2026-11-24T15:00:00+00:00",
    "ends_at": "2026-11-24T15:30:00+00:00",
    "zone": "America/Chicago",
}
EXAMPLES["visit_confirmed"] = VISIT
EXAMPLES["visit_changed"] = {**VISIT, "changes": 1, "moved_from": "2026-11-23T15:00:00+00:00", "moved_by": "visitor"}
EXAMPLES["visit_cancelled"] = {**VISIT, "cancelled_by": "facility", "reason": "Lockdown.", "returned_minor": 570}
EXAMPLES["money_back"] = {
    "said": "12 minutes of the visit were not used.",
    "amount_minor": 228,
    "currency": "USD",
    "to": "Visa 4242",
}
MONEY = {"said": "Cash at Shelby County Jail, receipt 4711.", "amount_minor": 2000, "currency": "USD"}
EXAMPLES["money_added"] = EXAMPLES["money_taken_back"] = {**MONEY, "to": "your prepaid balance"}
EXAMPLES["dispute_opened"] = {"about": "$5.70 for the visit with Mateo Rivera", "due_on": "2026-12-08"}
EXAMPLES["dispute_decided"] = {
    "about": "$5.70 for the visit with Mateo Rivera",
    "outcome": "refunded",
    "amount_minor": 570,
    "decision": "The video service was down.",
}


def test_there_is_an_example_of_every_kind() -> None:
    assert set(EXAMPLES) == set(DATA)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_kind_is_written_in_sentences(kind: Kind) -> None:
    message = render(kind, EXAMPLES[kind], KEY)
    assert "\n" not in message.subject
    assert "None" not in message.text
    assert message.text.rstrip().endswith((".", "…"))


def test_a_request_says_when_an_answer_is_due() -> None:
    assert (
        "An answer is due on Wednesday, November 25."
        in render("access_requested", EXAMPLES["access_requested"], KEY).text
    )


def test_a_visit_the_facility_cancelled_says_so_and_what_comes_back() -> None:
    message = render("visit_cancelled", EXAMPLES["visit_cancelled"], KEY)
    assert message.text.startswith("Your visit was cancelled by the facility.")
    assert "$5.70 comes back to where it came from." in message.text
    assert b"METHOD:CANCEL" in message.attachments[0].content


def test_a_moved_visit_says_when_it_was_before_and_replaces_its_entry_in_the_calendar() -> None:
    made = {**EXAMPLES["visit_changed"], "made_at": "2026-11-22T15:00:00+00:00"}
    message = render("visit_changed", made, KEY)

    assert message.subject == "Moved: visit VD-7K3M9Q, now Tuesday, November 24, 09:00 CST"
    assert "Before, it was on Monday, November 23, 2026, 09:00 CST (America/Chicago)." in message.text
    assert "Nothing more is to pay." in message.text
    entry = message.attachments[0].content
    for line in ("METHOD:PUBLISH", "UID:v@visitdesk", "SEQUENCE:1", "DTSTAMP:20261122T150000Z", "DTSTART:20261124T15"):
        assert line.encode() in entry


def test_a_visit_that_the_facility_moved_says_so_and_why() -> None:
    message = render("visit_changed", {**VISIT, "moved_by": "facility", "reason": "The booth is repaired."}, KEY)

    assert message.text.startswith("Your visit was moved by the facility.")
    assert "Reason: The booth is repaired." in message.text


def test_data_that_a_kind_cannot_be_written_from_is_refused_when_it_is_posted(db: Database) -> None:
    with pytest.raises(ValueError, match="code_id"):
        db.write_now(lambda tx: post(tx, "create_account_code", None, "a@example.org", {}))


def test_money_that_comes_back_says_how_much_why_and_to_where() -> None:
    message = render("money_back", EXAMPLES["money_back"], KEY)
    assert message.subject == "$2.28 comes back to Visa 4242"
    assert message.text.startswith("12 minutes of the visit were not used.")


def test_money_that_is_added_to_an_account_or_taken_off_it_says_so() -> None:
    added = render("money_added", EXAMPLES["money_added"], KEY)
    assert added.subject == "$20.00 was added to your prepaid balance"
    assert "receipt 4711" in added.text
    assert render("money_taken_back", EXAMPLES["money_added"], KEY).subject == (
        "$20.00 was taken off your prepaid balance"
    )


def test_a_dispute_says_when_an_answer_is_due_and_what_the_answer_was() -> None:
    opened = render("dispute_opened", EXAMPLES["dispute_opened"], KEY)
    assert "An answer is due on Tuesday, December 8." in opened.text
    decided = render("dispute_decided", EXAMPLES["dispute_decided"], KEY)
    assert "$5.70 comes back to where it was paid from." in decided.text
    assert "Support writes: The video service was down." in decided.text
