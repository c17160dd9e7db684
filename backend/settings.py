"""The server's settings: environment ``VISITDESK_*`` over one TOML file over defaults."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import platformdirs

PREFIX = "VISITDESK_"


class SettingsError(Exception):
    """A setting that cannot be used; its text is the sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may set. Every field is also the environment variable ``VISITDESK_<FIELD>``."""

    data_dir: Path
    """Where the SQLite file, the server's key and its log live; owned by one process at a time."""
    database_url: str = ""
    """SQLAlchemy URL; empty for SQLite in the data directory."""
    smtp_url: str = ""
    """``smtp://[user:password@]host:port`` or ``smtps://…``; empty where no mail leaves this machine."""
    mail_from: str = "visitdesk@localhost"
    demonstration: bool = False

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data_dir / 'visitdesk.sqlite3'}"


def default_data_dir(*, demonstration: bool) -> Path:
    """Return the user's own data directory for Visit Desk; the demonstration has its own."""
    return Path(platformdirs.user_data_dir("visitdesk-demo" if demonstration else "visitdesk", appauthor=False))


def load(environ: Mapping[str, str], *, data_dir: Path | None = None, demonstration: bool = False) -> Settings:
    """Return the settings in force. Raises :class:`SettingsError` with a sentence for the operator.

    The TOML file is ``VISITDESK_CONFIG``, else ``config.toml`` in the data directory.
    """
    directory = data_dir or Path(environ.get(f"{PREFIX}DATA_DIR") or default_data_dir(demonstration=demonstration))
    named = environ.get(f"{PREFIX}CONFIG")
    values = _from_file(Path(named) if named else directory / "config.toml", required=named is not None)
    for setting in fields(Settings):
        given = environ.get(f"{PREFIX}{setting.name.upper()}")
        if given is not None:
            values[setting.name] = given
    return Settings(
        data_dir=directory.expanduser().absolute(),
        database_url=values.get("database_url", ""),
        smtp_url=values.get("smtp_url", ""),
        mail_from=values.get("mail_from", "visitdesk@localhost"),
        demonstration=demonstration,
    )


def _from_file(path: Path, *, required: bool) -> dict[str, str]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if required:
            raise SettingsError(f"The settings file {path} does not exist.") from None
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error}.") from error
    known = {setting.name for setting in fields(Settings)}
    for name, value in table.items():
        if name not in known or not isinstance(value, str):
            raise SettingsError(f"The settings file {path} has {name!r}, which is not a setting of text.")
    return {name: str(value) for name, value in table.items()}


def socket_path(data_dir: Path, environ: Mapping[str, str]) -> Path:
    """Return the Unix socket of the server that owns ``data_dir``, in a directory of this user's own (mode 0700).

    Named by a hash, for the path of a socket has 108 bytes. The terminal computes the same path by itself. Raises
    :class:`SettingsError` if the directory belongs to somebody else.
    """
    name = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:16]
    runtime = environ.get("XDG_RUNTIME_DIR")
    folder = Path(runtime) / "visitdesk" if runtime else Path(tempfile.gettempdir()) / f"visitdesk-{os.getuid()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.getuid() or stat.S_IMODE(seen.st_mode) & 0o077:
        raise SettingsError(f"{folder} is not a directory that only this user can use. Remove it, then start again.")
    return folder / f"{name}.sock"
