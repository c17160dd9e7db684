"""Which server: an address is understood or refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend_client import BadTarget, Target


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://visits.example.test", "https://visits.example.test"),
        ("https://visits.example.test/", "https://visits.example.test"),
        (" https://visits.example.test:8443/desk/ ", "https://visits.example.test:8443/desk"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_address_is_understood(typed: str, url: str) -> None:
    assert Target.at_url(typed).url == url
    assert Target.at_url(typed).name == url


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "visits.example.test",
        "ftp://visits.example.test",
        "https://",
        "https://visits.example.test:port",
        "https://ana:secret@visits.example.test",
        "https://visits.example.test/?a=b",
        "https://[::1",
        "https://visits.example.test\x1b[31m",
        "http://visits.example.test",
        "http://10.0.0.1",
        "http://localhost.evil.test",
    ],
)
def test_an_address_that_is_none_or_not_safe_is_refused(typed: str) -> None:
    with pytest.raises(BadTarget) as told:
        Target.at_url(typed)
    assert "secret" not in str(told.value)


def test_a_socket_has_a_name_of_its_own() -> None:
    assert Target.at_socket(Path("/run/user/1/visitdesk/a.sock")).name == "unix:/run/user/1/visitdesk/a.sock"


def test_a_target_is_one_thing() -> None:
    with pytest.raises(BadTarget):
        Target()
