"""Settings: environment over file over default, and a sentence for what cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.secret import Secret
from backend.settings import PaymentSettings, SettingsError, default_data_dir, load


def test_without_anything_set_everything_has_a_default(tmp_path: Path) -> None:
    settings = load({}, data_dir=tmp_path)
    assert settings.url == f"sqlite:///{tmp_path / 'visitdesk.sqlite3'}"
    assert (settings.stop_after_seconds, settings.first_use_seconds) == (3.0, 60.0)
    assert not settings.demonstration


def test_the_demonstration_has_a_directory_of_its_own() -> None:
    assert default_data_dir(demonstration=True) != default_data_dir(demonstration=False)
    assert load({}, demonstration=True).data_dir == default_data_dir(demonstration=True)


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('mail_from = "file@example.org"\nstop_after_seconds = 5\n')
    assert load({}, data_dir=tmp_path).mail_from == "file@example.org"
    assert load({}, data_dir=tmp_path).stop_after_seconds == 5.0
    environ = {"VISITDESK_MAIL_FROM": "environment@example.org"}
    assert load(environ, data_dir=tmp_path).mail_from == "environment@example.org"


def test_an_option_goes_before_the_environment(tmp_path: Path) -> None:
    assert load({"VISITDESK_DATA_DIR": "/elsewhere"}, data_dir=tmp_path).data_dir == tmp_path
    assert load({"VISITDESK_DATA_DIR": str(tmp_path)}).data_dir == tmp_path


def test_the_demonstration_uses_nobodys_database_and_writes_to_nobody(tmp_path: Path) -> None:
    environ = {"VISITDESK_DATABASE_URL": "postgresql://real", "VISITDESK_SMTP_URL": "smtp://real"}
    settings = load(environ, data_dir=tmp_path, demonstration=True)
    assert (settings.database_url, settings.smtp_url) == ("", "")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("mail_form = 'x'", "'mail_form', which is not a setting"),
        ("mail_from = ['x']", "neither text nor a number"),
        ("mail_from = true", "neither text nor a number"),
        ("mail_from", "cannot be read"),
        ("stop_after_seconds = 'soon'", "a number of seconds, not 'soon'"),
        ("stop_after_seconds = -1", "a number of seconds"),
        ("first_use_seconds = inf", "a number of seconds"),
    ],
)
def test_a_file_that_cannot_be_used_is_said_to_be(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "config.toml").write_text(content)
    with pytest.raises(SettingsError, match=said):
        load({}, data_dir=tmp_path)


def test_a_file_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        load({"VISITDESK_CONFIG": str(tmp_path / "none.toml")}, data_dir=tmp_path)


@pytest.mark.parametrize(
    "address",
    ["", "https://visit.example.org", "https://example.org:8443/visits", "http://127.0.0.1:8470", "http://[::1]"],
)
def test_phones_reach_the_server_at_an_address_of_its_own(tmp_path: Path, address: str) -> None:
    assert load({"VISITDESK_PUBLIC_URL": address}, data_dir=tmp_path).public_url == address


def test_a_slash_at_the_end_of_the_public_address_changes_nothing(tmp_path: Path) -> None:
    assert load({"VISITDESK_PUBLIC_URL": "https://x.example/"}, data_dir=tmp_path).public_url == "https://x.example"


@pytest.mark.parametrize(
    "address",
    [
        "http://visit.example.org",  # everybody on the way could read and change what is paid
        "visit.example.org",
        "https://",
        "https://user@visit.example.org",
        "https://visit.example.org/?a=b",
        "https://visit.example.org/a b",
        "https://visit.example.org:99999",
        "ftp://visit.example.org",
    ],
)
def test_an_address_at_which_no_phone_can_pay_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsError, match="The setting public_url must be an address such as https"):
        load({"VISITDESK_PUBLIC_URL": address}, data_dir=tmp_path)


def with_stripe(tmp_path: Path, **values: str) -> PaymentSettings:
    """Return how payments are taken with these settings of the environment."""
    environ = {f"VISITDESK_{name.upper()}": value for name, value in values.items()}
    return load(environ, data_dir=tmp_path).payments


def test_without_a_word_the_test_processor_takes_payments(tmp_path: Path) -> None:
    assert with_stripe(tmp_path) == PaymentSettings("test", Secret(), Secret(), "", card_reader=False)


def test_stripe_takes_payments_under_a_key(tmp_path: Path) -> None:
    assert with_stripe(
        tmp_path,
        processor="stripe",
        stripe_key="rk_test_1",
        stripe_webhook_secret="whsec_1",
        stripe_api_base="http://127.0.0.1:8080/",
        card_reader="on",
    ) == PaymentSettings("stripe", Secret("rk_test_1"), Secret("whsec_1"), "http://127.0.0.1:8080", card_reader=True)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"processor": "paypal"}, "test or stripe, not 'paypal'"),
        ({"processor": "stripe"}, "stripe_key is not set"),
        ({"card_reader": "on"}, "card_reader is on, and stripe_key is not set"),
        ({"card_reader": "yes"}, "on or off, not 'yes'"),
        ({"stripe_key": "pk_test_1"}, "begins with sk_test_"),
        ({"stripe_key": "sk_live_1 "}, "begins with sk_test_"),
        ({"stripe_api_base": "http://stripe.example"}, "begins with https://"),
    ],
)
def test_payments_that_cannot_be_taken_so_are_refused_without_showing_a_key(
    tmp_path: Path, values: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsError, match=said) as refused:
        with_stripe(tmp_path, **values)
    assert values.get("stripe_key", "pk_test_1") not in str(refused.value)


def test_a_demonstration_moves_no_money(tmp_path: Path) -> None:
    environ = {"VISITDESK_PROCESSOR": "stripe", "VISITDESK_STRIPE_KEY": "sk_test_1", "VISITDESK_CARD_READER": "on"}
    assert load(environ, data_dir=tmp_path, demonstration=True).payments == PaymentSettings()
    for key in ("sk_live_1", "rk_live_1"):
        with pytest.raises(SettingsError, match="a demonstration moves no money"):
            load({"VISITDESK_STRIPE_KEY": key}, data_dir=tmp_path, demonstration=True)
