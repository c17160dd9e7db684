"""Saying what of a kiosk's set-up is not in force: ``visitdesk --check``, run as the kiosk's own user.

What can be seen from here is looked at, and nothing is changed. The steps are in ``docs/operations.md``.
"""

from __future__ import annotations

import os
import pwd
import resource
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tui.kiosk import credential
from tui.settings import credential_file
from tui.text import _

if TYPE_CHECKING:
    from tui.settings import Settings

UNIT: Final = "visitdesk-kiosk.service"
KEYS_UNIT: Final = "visitdesk-kiosk-keys.service"
NO_SHELLS: Final = frozenset({"/usr/sbin/nologin", "/sbin/nologin", "/bin/false", "/usr/bin/false"})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a kiosk needs: whether it is in force, what it is, and what to do if it is not."""

    in_force: bool
    what: str
    remedy: str


def report(settings: Settings, root: Path = Path("/"), say: Callable[[str], None] = print) -> int:
    """Say one line for each thing that a kiosk needs; return 0 if all of it is in force, else 1."""
    found = list(findings(settings, root))
    for one in found:
        say(f"  ok   {one.what}" if one.in_force else f"  NOT  {one.what}\n       {one.remedy}")
    wrong = sum(not one.in_force for one in found)
    say(_("Everything is in force.") if not wrong else _("Not in force: {count}.").format(count=wrong))
    return 1 if wrong else 0


def findings(settings: Settings, root: Path) -> Iterator[Finding]:
    """Yield everything that a kiosk needs, as it stands on the machine at ``root``."""
    yield from _of_the_user()
    yield from _of_the_program(settings)
    yield from _of_the_units(root / "etc/systemd/system", root)
    yield from _of_the_kernel(root / "proc")


def _of_the_user() -> Iterator[Finding]:
    try:
        shell = pwd.getpwuid(os.getuid()).pw_shell
    except KeyError:
        shell = ""
    yield Finding(os.getuid() != 0, _("a user of its own, not root"), "runuser -u visitdesk-kiosk -- … --check")
    yield Finding(shell in NO_SHELLS, _("a user that cannot log in"), "usermod -s /usr/sbin/nologin visitdesk-kiosk")


def _of_the_program(settings: Settings) -> Iterator[Finding]:
    path, why = credential_file(settings, os.environ), ""
    try:
        credential.read(path)
    except credential.CredentialError as wrong:
        why = str(wrong)
    yield Finding(not why, _("enrolled, with a credential that nobody else can read"), why)
    server = urlsplit(settings.server)
    private = server.scheme == "https" or server.hostname in ("localhost", "127.0.0.1", "::1")
    yield Finding(private, _("a server that is reached by https"), "VISITDESK_SERVER=https://…")
    soft, _hard = resource.getrlimit(resource.RLIMIT_CORE)
    yield Finding(soft == 0, _("no core dumps of its own"), "start it with deploy/kiosk/visitdesk-kiosk (ulimit -c 0)")


def _of_the_units(units: Path, root: Path) -> Iterator[Finding]:
    wanted = units / "multi-user.target.wants"
    yield Finding((wanted / UNIT).is_symlink(), _("the kiosk's unit is enabled"), f"systemctl enable {UNIT}")
    yield Finding((wanted / KEYS_UNIT).is_symlink(), _("console keys are quiet"), f"systemctl enable {KEYS_UNIT}")
    for masked, what in (
        ("getty@tty1.service", _("no login on the kiosk's console")),
        ("ctrl-alt-del.target", _("Ctrl+Alt+Del does nothing")),
    ):
        yield Finding(_is_masked(units / masked), what, f"systemctl mask {masked}")
    yield Finding(
        _set_in(root / "etc/systemd/logind.conf.d", "NAutoVTs") == "0",
        _("no login on any other console"),
        "install deploy/kiosk/logind.conf as /etc/systemd/logind.conf.d/visitdesk-kiosk.conf",
    )
    yield Finding(
        _set_in(root / "etc/systemd/system.conf.d", "CtrlAltDelBurstAction") == "none",
        _("Ctrl+Alt+Del pressed seven times does nothing either"),
        "install deploy/kiosk/system.conf as /etc/systemd/system.conf.d/visitdesk-kiosk.conf",
    )


def _of_the_kernel(proc: Path) -> Iterator[Finding]:
    sysctl = "install deploy/kiosk/sysctl.conf as /etc/sysctl.d/90-visitdesk-kiosk.conf, then: sysctl --system"
    yield Finding(_text(proc / "sys/kernel/sysrq") == "0", _("no magic SysRq keys"), sysctl)
    yield Finding(_text(proc / "sys/kernel/core_pattern") == "|/bin/false", _("no core dumps of anything"), sysctl)
    swaps = _text(proc / "swaps").splitlines()[1:]
    yield Finding(
        not swaps, _("no swap, so that memory never comes to a disk"), "swapoff -a, and no swap in /etc/fstab"
    )


def _is_masked(unit: Path) -> bool:
    with suppress(OSError):
        return str(unit.readlink()) == "/dev/null"
    return False


def _set_in(folder: Path, name: str) -> str:
    """Return what the last of the folder's files sets ``name`` to, or an empty string."""
    value = ""
    for file in sorted(folder.glob("*.conf")) if folder.is_dir() else ():
        for line in _text(file).splitlines():
            said, _equals, given = line.partition("=")
            if said.strip() == name:
                value = given.strip()
    return value


def _text(path: Path) -> str:
    with suppress(OSError, UnicodeDecodeError):
        return path.read_text(encoding="utf-8").strip()
    return ""
