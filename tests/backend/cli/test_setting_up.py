"""One real facility, set up from the shell from nothing to bookable; and the people who work there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.backend.cli.conftest import Type
from tests.backend.running import Installation

CSV = "facility,visit_type,weekday,start,end,every_minutes,capacity\n"


def test_a_facility_becomes_bookable_step_by_step(type_: Type, cumberland: str, tmp_path: Path) -> None:
    assert "No visit can be scheduled yet" in type_("facility", "show", cumberland).out
    facts = type_("facility", "set", cumberland, "--kind", "jail", "--population", "420")
    assert facts.code == 0, facts.errors
    assert facts.out.startswith("Set: kind is jail.\nSet: population is 420.\n")
    offered = type_(
        "facility", "set", cumberland, "--type", "remote", "--setting", "offered=true", "durations=[20, 30]"
    )
    assert offered.code == 0, offered.errors
    assert "Set: offered is true for remote from " in offered.out
    assert "Set: durations is [20, 30] for remote from " in offered.out
    assert "Missing for remote: Terms and Conditions (facility terms … FILE --type remote); a timetable" in offered.out
    (tmp_path / "terms.txt").write_text("Be on time.\n\nBe kind.\n")
    terms = type_("facility", "terms", cumberland, tmp_path / "terms.txt", "--type", "remote")
    assert "version 1" in terms.out
    assert "Missing for remote: a timetable (import timetables FILE)." in terms.out
    priced = type_("facility", "price", cumberland, "remote", "0.19", "--per-minute")
    assert priced.out.startswith("Set: remote costs $0.19 a minute, transaction fee $0.00, from ")
    rows = type_("import", "timetables", "-", stdin=f"{CSV}Cumberland County Jail,remote,daily,9:00,12:00,30,2\n")
    assert rows.out.startswith("7 rows were added")
    assert "Cumberland County Jail: Visits can be scheduled now." in rows.out
    assert "Missing" not in type_("facility", "show", cumberland).out
    other = type_("facility", "set", cumberland, "--type", "in_person", "--setting", "offered=true")
    assert "Visits can be scheduled now: remote." in other.out
    assert "Missing for in_person: Terms and Conditions" in other.out
    shown = type_("facility", "show", "cumberland county jail, tn", "--json").data
    assert isinstance(shown, dict)
    assert shown["bookable"] is True
    [offer] = shown["offers"]
    assert [length["price"]["session_fee_minor"] for length in offer["durations"]] == [380, 570]
    listed = type_("facility", "list", "TN")
    assert "Cumberland County Jail" in listed.out
    assert listed.out.rstrip().endswith("yes")


def test_a_price_above_its_cap_is_refused_when_it_is_set(type_: Type, cumberland: str) -> None:
    needs = type_("facility", "price", cumberland, "remote", "5.70")
    assert (needs.code, "kind and its population" in needs.errors) == (1, True)
    type_("facility", "set", cumberland, "--kind", "jail", "--population", "420")
    refused = type_("facility", "price", cumberland, "remote", "0.20", "--per-minute")
    assert refused.code == 1
    assert "would cost more than it may" in refused.errors
    assert refused.out == ""


def test_the_same_terms_again_are_no_new_version(type_: Type, cumberland: str) -> None:
    first = type_("facility", "terms", cumberland, "-", "--type", "remote", stdin="Be kind.")
    again = type_("facility", "terms", cumberland, "-", "--type", "remote", stdin="Be kind.\n")
    other = type_("facility", "terms", cumberland, "-", "--type", "remote", stdin="Be on time.")
    assert [said.out.split("version ")[1][0] for said in (first, again, other)] == ["1", "1", "2"]


def test_an_officer_is_created_listed_let_in_again_and_disabled(type_: Type, cumberland: str) -> None:
    created = type_(
        "user", "create", "Dana@Example.org", "--name", "Dana", "Whitfield", "--facility", "Cumberland County Jail",
        "--password-stdin", stdin="correct horse battery\n",
    )  # fmt: skip
    assert created.code == 0, created.errors
    assert "at Cumberland County Jail" in created.out
    listed = type_("user", "list", "--role", "officer", "--json").data
    assert isinstance(listed, list)
    assert listed[0]["facilities"] == [{"id": cumberland, "name": "Cumberland County Jail"}]
    reset = type_("user", "reset-password", "dana@example.org", "--json").data
    assert isinstance(reset, dict)
    assert len(reset["code"]) == 8
    assert type_("user", "disable", "dana@example.org", "--reason", "left").code == 0
    assert "disabled" in type_("user", "list").out
    refused = type_("user", "reset-password", "dana@example.org")
    assert (refused.code, refused.out) == (1, "")


def test_requests_are_listed_and_decided(type_: Type, cumberland: str, served: Installation | None) -> None:
    none = type_("access", "list", cumberland)
    assert (none.code, none.out) == (0, "No pending requests at Cumberland County Jail.\n")
    refused = type_("access", "decide", "01M7VAAK96TDNZ4RS2RRWYP19E", "approve")
    assert refused.code == 1
    assert "was not found" in refused.errors


def test_the_doctor_finds_all_well(type_: Type, cumberland: str) -> None:
    said = type_("doctor")
    assert said.code == 0, said.out
    assert {line[:3] for line in said.out.splitlines()} == {"ok "}
    found = type_("doctor", "--json").data
    assert isinstance(found, list)
    assert all(one["well"] for one in found)
    assert {"schema", "payments", "prices", "minutes", "audit"} <= {one["what"] for one in found}


def test_migrating_again_changes_nothing(type_: Type) -> None:
    assert "the newest" in type_("migrate").out
    assert type_("migrate").code == 0


REFUSED: Final = (
    (("facility", "show", "Nowhere"), "A facility called Nowhere was not found."),
    (("facility", "add", "--name", "X", "--state", "Freedonia"), "Freedonia is no state"),
    (("facility", "add", "--name", "X", "--state", "TN", "--zone", "Mars/Base"), "is no time zone"),
    (("facility", "add", "--name", "X\x1b[2J", "--state", "TN"), "cannot be seen"),
    (("user", "create", "nobody", "--name", "A", "B", "--no-password"), "Enter an e-mail address"),
    (("user", "create", "a@example.org", "--name", "A", "B", "--no-password"), "An officer works at one facility"),
    (("user", "disable", "a@example.org"), "No account has the address"),
    (("import", "facilities", "/nowhere.csv"), "cannot be read: No such file"),
    (("import", "facilities", "-"), "has no column"),
    (("import", "individuals", "-"), "has no column"),
    (("import", "timetables", "-"), "has no column"),
)  # fmt: skip
"""Commands that cannot be meant, and what is said of each. All in one test, for they leave nothing behind."""


def test_bad_input_is_one_sentence_and_exit_code_1(type_: Type) -> None:
    for words, said in REFUSED:
        refused = type_(*words)
        assert refused.code == 1, words
        assert said in refused.errors
        assert refused.errors.startswith("visitdesk-server: ")
        assert "Traceback" not in refused.errors
        assert refused.out == "", words


def test_a_short_password_is_refused_and_never_repeated(type_: Type, cumberland: str) -> None:
    refused = type_(
        "user",
        "create",
        "a@example.org",
        "--name",
        "A",
        "B",
        "--role",
        "support",
        "--password-stdin",
        stdin="hunter2\n",
    )
    assert refused.code == 1
    assert "12 characters" in refused.errors
    assert "hunter2" not in refused.errors


def test_two_passwords_that_differ_create_nothing(type_: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["correct horse battery", "another one altogether"])
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(typed))
    refused = type_("user", "create", "a@example.org", "--name", "A", "B", "--role", "support")
    assert refused.code == 1
    assert type_("user", "list").out == "There are no accounts yet.\n"
