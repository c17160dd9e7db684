"""The server's settings: environment ``VISITDESK_*`` over one TOML file over defaults."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import stat
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from backend.money.processors.stripe_keys import is_key, is_live
from backend.secret import NOT_SET, Secret

PREFIX = "VISITDESK_"


_NAMES: Final = (
    "database_url", "smtp_url", "mail_from", "public_url", "processor", "stripe_key", "stripe_webhook_secret",
    "stripe_api_base", "card_reader", "stop_after_seconds", "first_use_seconds",
)  # fmt: skip
"""What the environment (``VISITDESK_…``) and the settings file may set; the data directory is found before the file."""


class SettingsError(Exception):
    """A setting that cannot be used; its text is the sentence for the operator."""


@dataclass(frozen=True, slots=True)
class PaymentSettings:
    """How a server takes payments."""

    processor: Literal["test", "stripe"] = "test"
    stripe_key: Secret = NOT_SET
    """A secret or restricted key of Stripe's; older payments are settled with it under another ``processor``, too."""
    stripe_webhook_secret: Secret = NOT_SET
    """By which webhooks are checked (``whsec_…``); without it none is believed, and payments are asked about only."""
    stripe_api_base: str = ""
    """Another address that speaks as Stripe does; empty for Stripe's own."""
    card_reader: bool = False
    """Whether kiosks that have a reader take cards at it."""


@dataclass(frozen=True)
class Settings:
    """What an operator may set."""

    data_dir: Path
    """Where the SQLite file, the server's key and its log live; owned by one process at a time."""
    database_url: str = field(default="", repr=False)
    """SQLAlchemy URL; empty for SQLite in the data directory."""
    smtp_url: str = field(default="", repr=False)
    """``smtp://[user:password@]host:port`` or ``smtps://…``; empty where no mail leaves this machine."""
    mail_from: str = "visitdesk@localhost"
    public_url: str = ""
    """``https://…`` without a slash at its end: where phones reach this server, to pay on a page; empty if none do."""
    payments: PaymentSettings = PaymentSettings()
    stop_after_seconds: float = 3.0
    """With ``--stop-when-unused``: how long after the last terminal has gone."""
    first_use_seconds: float = 60.0
    """With ``--stop-when-unused``: how long a server waits to which nobody ever came."""
    demonstration: bool = False
    """Set by ``--demo`` only: demonstration data lives in a data directory of its own."""

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data_dir / 'visitdesk.sqlite3'}"


def default_data_dir(*, demonstration: bool) -> Path:
    """Return the user's own data directory for Visit Desk; the demonstration has its own."""
    import platformdirs

    return Path(platformdirs.user_data_dir("visitdesk-demo" if demonstration else "visitdesk", appauthor=False))


def load(environ: Mapping[str, str], *, data_dir: Path | None = None, demonstration: bool = False) -> Settings:
    """Return the settings in force. Raises :class:`SettingsError` with a sentence for the operator.

    The TOML file is ``VISITDESK_CONFIG``, else ``config.toml`` in the data directory.
    """
    directory = data_dir or Path(environ.get(f"{PREFIX}DATA_DIR") or default_data_dir(demonstration=demonstration))
    named = environ.get(f"{PREFIX}CONFIG")
    values = _from_file(Path(named) if named else directory / "config.toml", required=named is not None)
    for name in _NAMES:
        given = environ.get(f"{PREFIX}{name.upper()}")
        if given is not None:
            values[name] = given
    return Settings(
        data_dir=directory.expanduser().absolute(),
        # the demonstration never touches a database that somebody works with, and writes to nobody
        database_url="" if demonstration else values.get("database_url", ""),
        smtp_url="" if demonstration else values.get("smtp_url", ""),
        mail_from=values.get("mail_from", Settings.mail_from),
        public_url=_public_url(values.get("public_url", "")),
        payments=_payments(values, demonstration=demonstration),
        stop_after_seconds=_seconds(values, "stop_after_seconds", Settings.stop_after_seconds),
        first_use_seconds=_seconds(values, "first_use_seconds", Settings.first_use_seconds),
        demonstration=demonstration,
    )


def _seconds(values: Mapping[str, str], name: str, default: float) -> float:
    try:
        seconds = float(values.get(name, default))
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise SettingsError(f"The setting {name} must be a number of seconds, not {values[name]!r}.")
    return seconds


def _payments(values: Mapping[str, str], *, demonstration: bool) -> PaymentSettings:
    """Return how payments are taken; a demonstration moves no money. Raises :class:`SettingsError`, without a key."""
    key, processor = Secret(values.get("stripe_key", "")), values.get("processor", "test")
    reader, base = values.get("card_reader", "off"), values.get("stripe_api_base", "")
    if processor not in ("test", "stripe"):
        raise SettingsError(f"The setting processor must be test or stripe, not {processor!r}.")
    if reader not in ("on", "off"):
        raise SettingsError(f"The setting card_reader must be on or off, not {reader!r}.")
    if key and not is_key(key):
        raise SettingsError(
            "The setting stripe_key must be a key that begins with sk_test_, sk_live_, rk_test_ or rk_live_."
        )
    if demonstration and is_live(key):
        raise SettingsError(
            "The setting stripe_key is a live key, and a demonstration moves no money: start it without that key."
        )
    if (processor == "stripe" or reader == "on") and not key and not demonstration:
        wants = "processor is stripe" if processor == "stripe" else "card_reader is on"
        raise SettingsError(f"The setting {wants}, and stripe_key is not set: Stripe's dashboard shows it.")
    if base and not _is_public(base):
        raise SettingsError(f"The setting stripe_api_base must be an address that begins with https://, not {base!r}.")
    if demonstration:
        return PaymentSettings()
    secret = Secret(values.get("stripe_webhook_secret", ""))
    return PaymentSettings("stripe" if processor == "stripe" else "test", key, secret, base.rstrip("/"), reader == "on")


def _public_url(given: str) -> str:
    """Return a public address as short addresses begin with it. Raises :class:`SettingsError`."""
    if given and not _is_public(given):
        raise SettingsError(
            f"The setting public_url must be an address such as https://visit.example.org, not {given!r}."
        )
    return given.rstrip("/")


def _is_public(given: str) -> bool:
    """Say whether phones can pay at an address: over TLS, but on this very machine."""
    try:
        address = urlsplit(given)
        encrypted = address.scheme == "https" or (address.scheme == "http" and _is_loopback(address.hostname or ""))
        whole = bool(address.hostname) and address.username is None and address.port != 0
    except ValueError:
        return False
    return encrypted and whole and given.isascii() and not set(given) & set("?# ")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _from_file(path: Path, *, required: bool) -> dict[str, str]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        if required:
            raise SettingsError(f"The settings file {path} does not exist.") from None
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error}.") from error
    for name, value in table.items():
        if name not in _NAMES:
            raise SettingsError(f"The settings file {path} has {name!r}, which is not a setting.")
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise SettingsError(f"The settings file {path} has a value for {name!r} that is neither text nor a number.")
    return {name: str(value) for name, value in table.items()}


def socket_path(data_dir: Path, environ: Mapping[str, str]) -> Path:
    """Return the Unix socket of the server that owns ``data_dir``, in a directory of this user's own (mode 0700).

    Named by a hash, for the path of a socket has 108 bytes. The terminal computes the same path by itself. Raises
    :class:`SettingsError` if the directory belongs to somebody else.
    """
    name = hashlib.sha256(str(data_dir.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    runtime = environ.get("XDG_RUNTIME_DIR")
    folder = Path(runtime) / "visitdesk" if runtime else Path(tempfile.gettempdir()) / f"visitdesk-{os.getuid()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.getuid() or stat.S_IMODE(seen.st_mode) & 0o077:
        raise SettingsError(f"{folder} is not a directory that only this user can use. Remove it, then start again.")
    return folder / f"{name}.sock"
