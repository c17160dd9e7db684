"""Kiosks set up from the shell: a code, what is listed, and taking one out of service."""

from __future__ import annotations

from tests.backend.cli.conftest import Type


def test_a_kiosk_gets_a_code_is_listed_and_taken_out_of_service(type_: Type, cumberland: str) -> None:
    assert type_("kiosk", "list").out == "There are no kiosks.\n"

    made = type_("kiosk", "enrol", cumberland, "Front desk 1", "--json")
    assert isinstance(made.data, dict)
    code = made.data["code"]
    assert isinstance(code, str)
    assert (len(code), code.count("-")) == (19, 3)
    said = type_("kiosk", "enrol", cumberland, "Front desk 1").out
    assert "visitdesk --enrol" in said
    assert code not in said  # asked for again, there is a new one

    assert type_("kiosk", "list", cumberland).out.splitlines()[1].split("  ") == [
        "Front desk 1",
        "Cumberland County Jail",
        "waits for its code",
    ]
    gone = type_("kiosk", "revoke", cumberland, "Front desk 1", "--reason", "stolen")
    assert (gone.code, gone.out) == (
        0,
        "Cumberland County Jail: Front desk 1 is out of service, and nobody is signed in there.\n",
    )
    assert "revoked" in type_("kiosk", "list").out
    again = type_("kiosk", "revoke", cumberland, "Front desk 1")
    assert (again.code, "The kiosk was not found." in again.errors) == (1, True)
