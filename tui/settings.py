"""What the terminal was asked to be: arguments, then ``VISITDESK_*``, then one TOML file, then defaults.

The file is ``visitdesk.toml`` in the user's configuration directory, or the one that ``VISITDESK_TERMINAL_CONFIG``
names (the server has a file of its own in its data directory). Its keys are those of :class:`Settings`; unknown
ones are an error that names them, so that a typing mistake is seen.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from tui.text import _

if TYPE_CHECKING:
    from collections.abc import Mapping

Profile = Literal["desktop", "ssh", "kiosk"]
PROFILES: Final[tuple[Profile, ...]] = ("desktop", "ssh", "kiosk")


class SettingsError(Exception):
    """A setting cannot be used; the text is a sentence for the person who set it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How this terminal runs.

    Attributes:
        server: URL of a remote server; empty: the local one is found or started.
        kiosk: Strangers use this machine one after another; nothing leaves the program.
        demo: Demonstration data, in a directory of its own.
        data_dir: Where the local server keeps its data; empty: the usual place.
        profile: Where the terminal stands, and with it where the sign-in token is kept: ``desktop`` (the default),
            ``ssh`` or ``kiosk``. It is set, never guessed from the surroundings.
        theme: ``auto``, ``dark``, ``light``, ``contrast``, ``ansi16`` or ``none``.
        glyphs: ``auto``, ``full``, ``cp437`` or ``ascii``.
        language: A language tag; empty: what the environment says.
        time_zone: IANA name of the reader's zone; empty: the machine's.
        kiosk_credential: The file that a kiosk keeps what it proves itself with in; empty: ``kiosk.credential`` in the
            configuration directory.
        printer: The receipt printer: ``HOST``, ``HOST:PORT`` or the path of a device file; empty: there is none.
    """

    server: str = ""
    kiosk: bool = False
    demo: bool = False
    data_dir: str = ""
    profile: str = "desktop"
    theme: str = "auto"
    glyphs: str = "auto"
    language: str = ""
    time_zone: str = ""
    kiosk_credential: str = ""
    printer: str = ""

    @property
    def keeps_files(self) -> bool:
        """Whether the person may save files here: only where the disk is theirs, not at a kiosk nor over SSH."""
        return self.vault_profile == "desktop"

    @property
    def vault_profile(self) -> Profile:
        """The profile in force: a kiosk is one whatever else was said."""
        if self.kiosk or self.profile == "kiosk":
            return "kiosk"
        return "ssh" if self.profile == "ssh" else "desktop"


def load(environ: Mapping[str, str], **arguments: str | bool | None) -> Settings:
    """Return the settings in force.

    Args:
        environ: The environment.
        arguments: What the command line said; ``None`` (or ``False`` for a switch) means it said nothing.

    Raises:
        SettingsError: The file cannot be read, or a setting is unknown or of the wrong kind.
    """
    settings = _from_file(Settings(), _config_file(environ), named="VISITDESK_TERMINAL_CONFIG" in environ)
    for field in fields(Settings):
        value = environ.get(f"VISITDESK_{field.name.upper()}")
        if value is not None:
            settings = _with(settings, field.name, _truth(value) if field.type == "bool" else value)
    for name, argument in arguments.items():
        if argument:
            settings = _with(settings, name, argument)
    if settings.profile not in PROFILES:
        raise SettingsError(_("The profile is one of {names}.").format(names=", ".join(PROFILES)))
    if settings.printer and not _names_printer(settings.printer):
        raise SettingsError(_("The printer is HOST, HOST:PORT or the path of a device file."))
    kiosk = settings.kiosk or settings.profile == "kiosk"
    return replace(settings, profile="kiosk", kiosk=True) if kiosk else settings


def _names_printer(where: str) -> bool:
    """Tell whether this can be a printer: ``HOST``, ``HOST:PORT`` or the absolute path of a device file."""
    if where.startswith("/"):
        return True
    host, _colon, port = where.partition(":")
    return bool(host) and not set(host) & set(" /@") and (not _colon or (port.isdigit() and 0 < int(port) < 65536))


def data_directory(settings: Settings) -> Path:
    """Return the directory that the local server of these settings owns."""
    if settings.data_dir:
        return Path(settings.data_dir).expanduser()
    from platformdirs import user_data_dir

    return Path(user_data_dir("visitdesk-demo" if settings.demo else "visitdesk", appauthor=False))


def credential_file(settings: Settings, environ: Mapping[str, str]) -> Path:
    """Return the file of a kiosk's credential."""
    if settings.kiosk_credential:
        return Path(settings.kiosk_credential).expanduser()
    return _config_directory(environ) / "kiosk.credential"


def _config_file(environ: Mapping[str, str]) -> Path:
    if named := environ.get("VISITDESK_TERMINAL_CONFIG"):
        return Path(named).expanduser()
    return _config_directory(environ) / "visitdesk.toml"


def _config_directory(environ: Mapping[str, str]) -> Path:
    base = environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(base).expanduser() / "visitdesk"


def _from_file(settings: Settings, path: Path, *, named: bool) -> Settings:
    if not named and not path.exists():
        return settings
    import tomllib

    try:
        with path.open("rb") as file:
            found = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(_("{file} cannot be read: {why}").format(file=path, why=error)) from error
    for name, value in found.items():
        if not isinstance(value, (str, bool)):
            raise SettingsError(_("{file}: {name} is neither text nor true or false.").format(file=path, name=name))
        settings = _with(settings, name, value)
    return settings


def _with(settings: Settings, name: str, value: str | bool) -> Settings:
    kinds = {field.name: field.type for field in fields(Settings)}
    kind = kinds.get(name)
    if kind is None:
        raise SettingsError(_("There is no setting called {name}.").format(name=name))
    if (kind == "bool") != isinstance(value, bool):
        raise SettingsError(_("The setting {name} cannot be {value}.").format(name=name, value=value))
    return Settings(**{**{field.name: getattr(settings, field.name) for field in fields(Settings)}, name: value})


def _truth(value: str) -> bool:
    return value.strip().lower() in ("1", "true", "yes", "on")
